"""The list of memories and the card, spoken to as Gradio's page does."""

import pytest

from assistant import Assistant
from tests.ui.browser import Browser, Refused, Shown
from ui.card import GONE

ALL = ("", "", "", "", "newest")


def rows(shown: Shown) -> list[str]:
    return [row["text"] for row in shown["memories"]]


def add(ana: Browser, text: str, kind: str = "fact", strength: str = "") -> Shown:
    return ana.click("add-it", text, kind, strength)


def test_a_memory_written_by_hand_is_listed(bespoke: Assistant, ana: Browser) -> None:
    shown = add(ana, "I'm vegetarian", "constraint")
    [row] = shown["memories"]
    assert row["text"] == "I'm vegetarian"
    assert row["marks"] == ("must be respected · without exception · written by hand · 05 Jan 2026")
    [kept] = bespoke.user("Ana").memories.list()
    assert (kept.kind, kept.strength) == ("constraint", "hard")
    assert row["href"] == f"#memory/{kept.id}/"


def test_only_a_page_of_memories_is_sent(bespoke: Assistant, ana: Browser) -> None:
    for number in range(45):
        bespoke.user("Ana").memories.add(f"Number {number}")
    shown = ana.click("search", *ALL, event="submit")
    assert rows(shown) == [f"Number {number}" for number in range(44, 24, -1)]
    assert shown["count"].startswith("1 to 20 of 45 memories")
    ana.click("on", *ALL)
    shown = ana.click("on", *ALL)
    assert rows(shown) == [f"Number {number}" for number in range(4, -1, -1)]
    assert (shown["on"]["visible"], shown["back"]["visible"]) == (False, True)
    assert len(rows(ana.click("back", *ALL))) == 20


def test_search_filters_and_order(ana: Browser) -> None:
    add(ana, "I like tea", "preference")
    add(ana, "My bike is red")
    assert rows(ana.click("search", "red bike", *ALL[1:], event="submit"))[0] == "My bike is red"
    assert rows(ana.click("by-kind", "", "preference", "", "", "newest", event="input")) == [
        "I like tea"
    ]
    assert rows(ana.click("order", "", "", "", "", "oldest", event="input"))[0] == "I like tea"
    assert ana.click("by-state", "", "", "hidden", "", "newest", event="input")["count"] == (
        "Nothing found."
    )


def test_an_empty_memory_is_refused_in_words(ana: Browser) -> None:
    with pytest.raises(Refused, match="empty"):
        add(ana, "  ")


def test_without_an_open_card_nothing_can_be_changed(ana: Browser) -> None:
    with pytest.raises(Refused, match="Choose a memory first"):
        ana.click("save", "Mine now")


def test_another_users_memory_cannot_be_opened(bespoke: Assistant, address: str) -> None:
    secret = bespoke.user("Ana").memories.add("My secret plan")
    ben = Browser(address)
    ben.choose("Ben")
    ben.open()
    shown = ben.open_card("memory", secret.id)
    assert GONE in shown["card-text"]
    assert "secret" not in str(shown)
    for change in ("hide", "pin", "undo", "forget-do", "accept", "refuse"):
        with pytest.raises(Refused):
            ben.click(change, *[[]] * (change == "forget-do"))
    assert [each.text for each in bespoke.user("Ana").memories.list()] == ["My secret plan"]
