from threading import Event

import pytest

from assistant import Assistant
from memory.types import Purpose
from tests.doubles import RecordingChatModel
from tests.ui.browser import Browser, Refused, Shown
from tests.ui.conftest import wait_until
from ui.create import WAITING
from ui.versions import NOTHING_USED, THINKING

BRIEF = "What vegetarian food could I cook?"
HOSTILE = "<img src=x onerror=alert(1)> ${alert(1)} {{7*7}}"


def write(browser: Browser, brief: str = BRIEF, *, neutral: bool = False) -> Shown:
    """Press “Write it”, and tell what the page shows in the end."""
    return browser.click("write", "recommendations", brief, "", "", "", "", neutral)


def another(address: str, profile: str) -> Browser:
    browser = Browser(address)
    browser.choose(profile)
    browser.open()
    return browser


def value(update: object) -> object:
    return update["value"] if isinstance(update, dict) else update


def names(shown: Shown) -> list[str]:
    return [name for name, _ in shown["versions"]["choices"]]


def test_the_form_offers_the_kinds_and_starts_from_the_profile(
    bespoke: Assistant, ana: Browser
) -> None:
    bespoke.user("Ana").memories.add("Keep your answers short", kind="style")
    shown = ana.click("create-tab", None, event="select")
    assert ["E-mail", "email"] in shown["text-kind"]["choices"]
    assert shown["text-kind"]["value"] == "email"
    assert shown["brief"]["placeholder"].startswith("For example: ")
    assert shown["length"]["choices"][0] == ["As usual for you: short", ""]
    assert shown["length"]["info"] == "You wished for it"
    assert shown["tone"]["choices"][0] == ["Automatic", ""]


def test_a_text_is_written_and_says_what_it_used(bespoke: Assistant, ana: Browser) -> None:
    bespoke.user("Ana").memories.add("I cook vegetarian food")
    shown = write(ana)
    assert value(shown["shown-text"]) == "That sounds good."
    assert shown["shown-used"]["label"] == "Used: “I cook vegetarian food”"
    assert "is close in meaning" in shown["shown-details"]
    assert shown["raw"] == "That sounds good."
    assert shown["file-name"] == "recommendations.md"
    [kept] = bespoke.user("Ana").creations.list()
    assert kept.brief == BRIEF


def test_what_is_chosen_in_the_form_reaches_the_prompt(
    ana: Browser, model: RecordingChatModel
) -> None:
    ana.click("write", "email", "I am late", "long", "formal", "Spanish", "my boss", False)
    for words in ("about 220 words", "Tone: formal", "in Spanish", "Reader: my boss"):
        assert words in model.prompt()


def test_a_text_is_shown_while_it_is_written(model: RecordingChatModel, ana: Browser) -> None:
    go_on = Event()
    model.on_word = lambda position: None if position < 2 else _wait(go_on)
    seen: list[object] = []
    for shown in ana.watch("write", "story", BRIEF, "", "", "", "", False):
        seen.append(value(shown["shown-text"]))
        if seen == [THINKING]:
            assert shown["stop-writing"]["visible"] is True
        if seen[-1] == "That sounds":
            go_on.set()
    assert seen[0] == THINKING
    assert "That sounds" in seen
    assert seen[-1] == "That sounds good."


def test_stop_keeps_the_part_that_was_written(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    model.reply = "word " * 1000
    model.on_word = lambda _: _wait(Event(), 0.01)
    for shown in ana.watch("write", "story", BRIEF, "", "", "", "", False):
        if str(value(shown["shown-text"])).count("word") > 3:
            ana.press("stop-writing")
    wait_until(lambda: model.ended_early == 1)
    [kept] = bespoke.user("Ana").creations.list()
    assert not kept.is_complete
    assert 3 < kept.text.count("word") < 1000
    assert str(value(shown["shown-text"])).endswith("*(stopped)*")
    assert shown["write"]["visible"] is True


def test_a_neutral_text_stands_beside_the_one_for_me(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    bespoke.user("Ana").memories.add("I cook vegetarian food")
    model.reply = "For Ana."
    write(ana)
    model.reply = "For anybody."
    shown = ana.click("twin")
    assert (value(shown["shown-text"]), value(shown["beside-text"])) == ("For Ana.", "For anybody.")
    assert shown["beside-used"]["label"] == NOTHING_USED
    assert "I cook vegetarian food" not in model.prompt()
    assert names(shown) == ["1 · for you", "2 · neutral"]
    alone = ana.click("alone")
    assert alone["beside"]["visible"] is False
    assert value(alone["shown-text"]) == "For Ana."


def test_a_text_is_revised_and_its_versions_can_be_looked_at(
    model: RecordingChatModel, ana: Browser
) -> None:
    model.reply = "A long text."
    write(ana)
    model.reply = "Short."
    shown = ana.click("revise", "Make it shorter", event="submit")
    assert value(shown["shown-text"]) == "Short."
    assert names(shown) == ["1 · for you", "2 · for you, “Make it shorter”"]
    first = shown["versions"]["choices"][0][1]
    assert value(ana.click("versions", first, event="input")["shown-text"]) == "A long text."


def test_another_version_keeps_the_first(model: RecordingChatModel, ana: Browser) -> None:
    write(ana)
    model.reply = "Quite another."
    shown = ana.click("vary")
    assert value(shown["shown-text"]) == "Quite another."
    assert len(names(shown)) == 2


def test_texts_can_be_opened_again_with_their_form(
    model: RecordingChatModel, ana: Browser, address: str
) -> None:
    write(ana, "First")
    later = another(address, "Ana")
    shown = later.click("create-tab", None, event="select")
    [[name, creation]] = shown["texts"]["choices"]
    assert name == "Recommendations: First"
    opened = later.click("texts", creation, event="input")
    assert value(opened["brief"]) == "First"
    assert value(opened["shown-text"]) == "That sounds good."
    emptied = later.click("begin")
    assert emptied["made"]["visible"] is False
    assert emptied["brief"] == ""


def test_a_text_is_deleted_only_when_one_is_sure(bespoke: Assistant, ana: Browser) -> None:
    write(ana)
    with pytest.raises(Refused, match="Yes, delete it for good"):
        ana.click("delete-text", False)
    shown = ana.click("delete-text", True)
    assert shown["made"]["visible"] is False
    assert bespoke.user("Ana").creations.list() == []


def test_an_empty_brief_is_refused_in_words(ana: Browser) -> None:
    shown = write(ana, "  ")
    assert "The brief is empty" in shown["create-status"]["value"]
    assert shown["write"]["visible"] is True
    assert shown["made"]["visible"] is False


def test_texts_that_are_not_kept_can_still_be_revised(bespoke: Assistant, ana: Browser) -> None:
    bespoke.user("Ana").consent.revoke(Purpose.KEEP_CONVERSATIONS)
    write(ana)
    shown = ana.click("revise", "Make it shorter", event="submit")
    assert len(names(shown)) == 2
    assert bespoke.user("Ana").creations.list() == []


def test_a_text_waits_visibly_for_a_reply_in_progress(
    ana: Browser, address: str, model: RecordingChatModel
) -> None:
    first = write(ana)["versions"]["value"]
    other = another(address, "Ana")
    other.click("texts", first, event="input")
    go_on = Event()
    model.on_word = lambda _: _wait(go_on)
    ana.press("vary")
    wait_until(lambda: len(model.asked) == 2)
    status = []
    for shown in other.watch("vary"):
        status.append(shown["create-status"])
        if status[-1].get("value") == WAITING and status[-1]["visible"]:
            go_on.set()
    assert any(each.get("value") == WAITING for each in status)


def test_hostile_words_in_a_text_stay_text(model: RecordingChatModel, ana: Browser) -> None:
    model.reply = HOSTILE
    shown = write(ana, HOSTILE)
    assert value(shown["shown-text"]) == HOSTILE.replace("<img", "&lt;img")
    assert shown["raw"] == HOSTILE


def test_another_users_text_is_not_opened(bespoke: Assistant, ana: Browser, address: str) -> None:
    secret = bespoke.user("Ana").create("email", "My secret plan")
    ben = another(address, "Ben")
    for component in ("texts", "versions"):
        with pytest.raises(Refused, match="no created text"):
            ben.click(component, secret.id, event="input")
    assert ben.click("create-tab", None, event="select")["texts"]["choices"] == []


def test_a_page_of_another_profile_cannot_write(ana: Browser, address: str) -> None:
    ben = Browser(address)
    ben.choose("Ben")
    ben.open()
    ben.session = ana.session
    shown = write(ben)
    assert "Another profile" in shown["create-status"]["value"]


def _wait(event: Event, seconds: float = 10) -> None:
    event.wait(seconds)
