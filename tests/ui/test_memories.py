import pytest

from assistant import Assistant
from tests.ui.browser import Browser, Refused, Shown


def rows(shown: Shown) -> list[str]:
    return [label for label, _ in shown["memories"]["choices"]]


def test_a_memory_written_by_hand_is_listed_and_chosen(bespoke: Assistant, ana: Browser) -> None:
    shown = ana.click("add-it", "I'm vegetarian", "constraint", "")
    assert rows(shown) == ["I'm vegetarian\nmust be respected · without exception · 05 Jan 2026"]
    assert shown["edited"] == "I'm vegetarian"
    [kept] = bespoke.user("Ana").memories.list()
    assert (kept.kind, kept.strength) == ("constraint", "hard")


def test_a_memory_can_be_changed_pinned_and_hidden(bespoke: Assistant, ana: Browser) -> None:
    ana.click("add-it", "I like tea", "preference", "soft")
    assert rows(ana.click("save", "I like green tea", ""))[0].startswith("I like green tea\n")
    assert "pinned" in rows(ana.click("pin", ""))[0]
    assert "pinned" not in rows(ana.click("pin", ""))[0]
    shown = ana.click("hide", "")
    assert "hidden" in rows(shown)[0]
    assert shown["hide"] == "Use it again"
    assert "hidden" not in rows(ana.click("hide", ""))[0]


def test_search_finds_the_nearest_first(ana: Browser) -> None:
    ana.click("add-it", "I like tea", "preference", "")
    ana.click("add-it", "My bike is red", "fact", "")
    assert rows(ana.click("search", "red bike", event="submit"))[0].startswith("My bike is red")


def test_an_empty_memory_is_refused_in_words(ana: Browser) -> None:
    with pytest.raises(Refused, match="empty"):
        ana.click("add-it", "  ", "fact", "")


def test_another_users_memory_id_changes_nothing(
    bespoke: Assistant, ana: Browser, address: str
) -> None:
    secret = bespoke.user("Ana").memories.add("My secret plan")
    ben = Browser(address)
    ben.choose("Ben")
    ben.open()
    shown = ben.click("memories", secret.id, "", event="input")
    assert rows(shown) == []
    assert shown["edited"] == ""
    with pytest.raises(Refused):
        ben.click("save", "Mine now", "")
    assert [each.text for each in bespoke.user("Ana").memories.list()] == ["My secret plan"]


def test_hostile_words_in_a_memory_stay_text(ana: Browser) -> None:
    hostile = "<img src=x onerror=alert(1)> ${alert(1)}"
    shown = ana.click("add-it", hostile, "fact", "")
    # Gradio draws these labels and boxes as text; a browser run has shown that they stay it.
    assert rows(shown)[0].split("\n")[0] == hostile
    assert shown["edited"] == hostile
