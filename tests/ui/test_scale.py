"""A long chat and many memories: each page sends what is visible, and no more than with a few."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant import Assistant
from tests.conftest import MakeAssistant
from tests.ui.browser import Browser, texts
from tests.ui.conftest import served
from ui.open_pages import MOST_MESSAGES
from ui.sidebar import MOST_CHATS

FILTERS = ("", "", "", "", "newest")
FEW = {"turns": 50, "memories": 60, "chats": 60}
MANY = {"turns": 500, "memories": 5000, "chats": 600}
ROOM = 1.15
MOST_BYTES = 60_000
SUBJECTS = ("tea", "jazz", "bikes", "rain", "films", "bread", "chess", "maps", "ferns", "snow")


def fill(assistant: Assistant, *, turns: int, memories: int, chats: int) -> None:
    """One long conversation, the newest, among many short ones; memories of all kinds."""
    ana, start = assistant.user("Ana"), datetime(2024, 1, 1, tzinfo=UTC)
    said = [(f"chat {number:04}", f"Chat number {number:04}") for number in range(chats)]
    said += [("long", f"Turn number {number // 2:04}") for number in range(2 * turns)]
    ana.import_messages(
        [
            {
                "id": f"m{at}",
                "role": "assistant" if conversation == "long" and at % 2 else "user",
                "content": content,
                "conversation": conversation,
                "time": (start + timedelta(minutes=at)).isoformat(),
            }
            for at, (conversation, content) in enumerate(said)
        ],
        learn=False,
    )
    kinds = ("fact", "preference", "constraint", "goal", "style")
    with ana._access.writing() as vault, vault.at_once():
        for number in range(memories):
            subject = SUBJECTS[number // len(kinds) % len(SUBJECTS)]
            text = f"I think of {subject} {number:04} times"
            kind = kinds[number % len(kinds)]
            vault.memories.add(text, kind=kind, time=start + timedelta(minutes=number))  # type: ignore[arg-type]
    with ana._access.writing() as vault:
        vault.settle()


def sizes(address: str) -> dict[str, int]:
    """How many bytes each page is sent, by its name."""
    ana = Browser(address)
    ana.choose("Ana")
    opened = ana.open()
    item = ana.click("list-tab", *FILTERS, event="select")["memories"][0]["href"].split("/")[1]
    pages = {
        "sidebar": [opened],
        "chat": [ana.click("conversations", "long", event="input")],
        "reply": ana.say("Hello"),
        "card": [ana.open_card("memory", item)],
        "list": [ana.click("search", *FILTERS, event="submit")],
        "found": [ana.click("search", "jazz", *FILTERS[1:], event="submit")],
        "glance": [ana.click("glance-tab", *FILTERS, event="select")],
        "review": [ana.click("review-tab", *FILTERS, event="select")],
        "forget": [ana.click("forget")],
        "create": [ana.click("create-tab", None, event="select")],
        "privacy": [ana.click("privacy-tab", event="select")],
    }
    return {name: max(len(json.dumps(shown)) for shown in seen) for name, seen in pages.items()}


def test_no_page_is_sent_more_of_a_large_vault(
    make_assistant: MakeAssistant, tmp_path: Path
) -> None:
    measured = []
    for amounts in (FEW, MANY):
        assistant = make_assistant(home=tmp_path / str(amounts["turns"]))
        fill(assistant, **amounts)
        with served(assistant, port=41_760) as address:
            measured.append(sizes(address))
    few, many = measured
    assert {page: (few[page], many[page]) for page in few if many[page] > ROOM * few[page]} == {}
    assert max(many.values()) < MOST_BYTES


def test_the_end_of_a_long_chat_is_shown_and_more_of_it_when_asked_for(
    bespoke: Assistant, ana: Browser
) -> None:
    fill(bespoke, turns=60, memories=0, chats=0)
    shown = ana.click("conversations", "long", event="input")
    assert len(texts(shown["chat"])) == MOST_MESSAGES
    assert shown["earlier"]["visible"]
    for count in (2 * MOST_MESSAGES, 120):
        shown = ana.click("earlier")
        assert len(texts(shown["chat"])) == count
    assert not shown["earlier"]["visible"]


def test_of_many_chats_the_newest_are_listed_and_the_others_found(
    bespoke: Assistant, ana: Browser
) -> None:
    fill(bespoke, turns=1, memories=0, chats=60)
    shown = ana.open()
    assert len(shown["conversations"]["choices"]) == MOST_CHATS
    assert shown["more-chats"]["value"] == "and 11 more: search for them"
    shown = ana.click("find", "number 0003", event="change")
    assert shown["conversations"]["choices"] == [["Chat number 0003", "chat 0003"]]
    shown = ana.click("find", "nothing like it", event="change")
    assert shown["more-chats"]["value"] == "No chat has that in its title."
