import re
import time
from threading import Event

import pytest

from assistant import Assistant
from tests.conftest import MakeAssistant
from tests.doubles import RecordingChatModel, RemoteChatModel
from tests.ui.browser import Browser, Refused, texts
from tests.ui.conftest import served, wait_until
from ui.chat import WAITING
from ui.edge import UNEXPECTED, sentence_for
from ui.transcript import NOTHING_USED

HOSTILE = "<img src=x onerror=alert(1)> ${alert(1)} {{7*7}} **b** [x](javascript:alert(1))"


def without_links(text: str) -> str:
    """The same, the chips as their words alone."""
    return re.sub(r"\[(.*?)\]\(#memory/\w+/\w*\)", r"\1", text)


def another(address: str, profile: str) -> Browser:
    browser = Browser(address)
    browser.choose(profile)
    browser.open()
    return browser


def test_a_reply_is_shown_with_the_memory_that_it_used(bespoke: Assistant, ana: Browser) -> None:
    bespoke.user("Ana").memories.add("I cook vegetarian food", kind="constraint")
    last = ana.say("What vegetarian food could I cook?")[-1]
    said, reply, used = texts(last["chat"])
    assert said == "What vegetarian food could I cook?"
    assert reply == "That sounds good."
    assert without_links(used) == "Used “I cook vegetarian food”"


def test_a_reply_that_used_nothing_says_so(ana: Browser) -> None:
    assert texts(ana.say("Hello")[-1]["chat"])[-1] == NOTHING_USED


def test_a_reply_is_shown_while_it_is_written(
    model: RecordingChatModel, address: str, ana: Browser
) -> None:
    go_on = Event()
    model.on_word = lambda position: None if position < 2 else _wait(go_on)
    seen: list[str] = []
    for shown in ana.speak("Hello"):
        seen.append(texts(shown["chat"])[1])
        if seen[-1] == "That sounds":
            go_on.set()
    assert "That sounds" in seen
    assert seen[-1] == "That sounds good."


def test_stop_ends_the_model_and_keeps_the_part_that_was_said(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    _speak_long(model)
    for shown in ana.speak("Tell me a story"):
        if texts(shown["chat"])[1].count("word") > 3:
            ana.press("message", event="stop")
    wait_until(lambda: model.ended_early == 1)
    companion = bespoke.user("Ana")
    [conversation] = companion.conversations()
    wait_until(lambda: len(companion.messages(conversation.id)) == 2)
    reply = companion.messages(conversation.id)[1]
    assert not reply.is_complete
    assert 3 < reply.content.count("word") < 1000
    shown_reply = texts(shown["chat"])[1]
    assert shown_reply.endswith("*(stopped)*")
    assert reply.content.startswith(shown_reply.removesuffix("*(stopped)*").strip())


def test_a_stopped_first_reply_does_not_split_the_conversation(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    _speak_long(model)
    for shown in ana.speak("Tell me a story"):
        if "word" in texts(shown["chat"])[1]:
            ana.press("message", event="stop")
    model.reply, model.on_word = "Fine.", None
    ana.say("Never mind")
    [conversation] = bespoke.user("Ana").conversations()
    assert [each.role for each in bespoke.user("Ana").messages(conversation.id)] == [
        "user",
        "assistant",
        "user",
        "assistant",
    ]


def test_opening_another_chat_stops_the_reply(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    _speak_long(model)
    for shown in ana.speak("Tell me a story"):
        if "word" in texts(shown["chat"])[1]:
            ana.press("new-chat")
    wait_until(lambda: model.ended_early == 1)


def test_a_second_page_in_the_same_conversation_waits_visibly(
    model: RecordingChatModel, address: str, ana: Browser
) -> None:
    ana.say("Hello")
    other = another(address, "Ana")
    other.click("conversations", ana.conversations()["Hello"], event="input")
    ana.click("conversations", ana.conversations()["Hello"], event="input")
    go_on = Event()
    model.on_word = lambda _: _wait(go_on)
    first = ana.speak("One")
    next(first)
    wait_until(lambda: len(model.asked) == 2)
    status = []
    for shown in other.speak("Two"):
        status.append(shown["status"])
        if status[-1].get("value") == WAITING and status[-1]["visible"]:
            go_on.set()
    list(first)
    assert any(each.get("value") == WAITING for each in status)
    assert status[-1]["visible"] is False


def test_conversations_are_there_after_a_restart(make_assistant: MakeAssistant) -> None:
    first = make_assistant()
    with served(first, port=41_720) as address:
        before = another(address, "Ana")
        before.say("Hello from before")
    first.close()
    with served(make_assistant(), port=41_720) as address:
        after = Browser(address, before.http.cookies)
        conversation = after.conversations()["Hello from before"]
        shown = after.click("conversations", conversation, event="input")
        assert texts(shown["chat"]) == ["Hello from before", "That sounds good.", NOTHING_USED]


def test_a_page_from_before_a_restart_is_told_to_reload(make_assistant: MakeAssistant) -> None:
    first = make_assistant()
    with served(first, port=41_740) as address:
        page = another(address, "Ana")
    first.close()
    with served(make_assistant(), port=41_740):
        with pytest.raises(Refused, match="Reload the page"):
            page.click("new-chat")
        assert "Reload the page" in page.say("Hello")[-1]["status"]["value"]


def test_another_users_conversation_id_shows_nothing(ana: Browser, address: str) -> None:
    ana.say("My secret plan")
    conversation = ana.conversations()["My secret plan"]
    ben = another(address, "Ben")
    assert ben.conversations() == {}
    with pytest.raises(Refused, match="There is no conversation"):
        ben.click("conversations", conversation, event="input")


def test_another_users_page_shows_nothing(ana: Browser, address: str) -> None:
    ana.say("My secret plan")
    ben = another(address, "Ben")
    ben.session = ana.session
    with pytest.raises(Refused, match="Another profile was chosen"):
        ben.click("rename", "title")
    assert "Another profile was chosen" in ben.say("What was said?")[-1]["status"]["value"]
    assert "secret" not in ben.http.get("/config").text


def test_a_temporary_chat_goes_on_and_leaves_nothing_behind(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    assert ana.click("temporary", True, event="input")["notice"]["visible"]
    ana.say("My name is Zanzibar")
    shown = ana.say("Who am I?")[-1]
    assert texts(shown["chat"])[0] == "My name is Zanzibar"
    assert "Zanzibar" in model.prompt()
    assert bespoke.user("Ana").conversations() == []
    assert shown["conversations"]["choices"] == []
    kept = [path for path in bespoke.settings.home.rglob("*") if path.is_file()]
    assert not any(b"Zanzibar" in path.read_bytes() for path in kept)


def test_hostile_words_are_shown_as_they_are(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    model.reply = HOSTILE
    bespoke.user("Ana").memories.add("I cook vegetarian food <b> ${1}", kind="constraint")
    ana.say(HOSTILE)
    said, reply, _, _, _, used = texts(ana.say("What vegetarian food could I cook?")[-1]["chat"])
    assert said.startswith(r"\<img src=x onerror=alert(1)> ${alert(1)} {{7\*7}} \*\*b\*\* \[x](")
    assert reply.startswith("&lt;img src=x onerror=alert(1)> ${alert(1)}")
    assert without_links(used) == r"Used “I cook vegetarian food \<b> ${1}”"


def test_a_failing_model_is_told_in_words_and_the_message_is_kept(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("secret inner words")

    model.on_asked = fail
    last = ana.say("Hello")[-1]
    assert last["status"]["visible"]
    assert "secret inner words" not in last["status"]["value"]
    assert last["status"]["value"] != UNEXPECTED
    assert texts(last["chat"]) == ["Hello"]
    [conversation] = bespoke.user("Ana").conversations()
    assert [each.content for each in bespoke.user("Ana").messages(conversation.id)] == ["Hello"]


def test_a_chat_can_be_renamed_and_deleted(bespoke: Assistant, ana: Browser) -> None:
    ana.say("Hello")
    shown = ana.click("rename", "Greetings")
    assert [title for title, _ in shown["conversations"]["choices"]] == ["Greetings"]
    with pytest.raises(Refused, match="Tick"):
        ana.click("delete", False)
    assert ana.click("delete", True)["conversations"]["choices"] == []
    assert bespoke.user("Ana").conversations() == []


def test_a_remote_model_is_named_before_the_first_message(make_assistant: MakeAssistant) -> None:
    assistant = make_assistant(model=RemoteChatModel())
    with served(assistant, port=41_760) as address:
        ana = another(address, "Ana")
        line = _model_line(ana)
        host = assistant.model_host()
        assert f"What you write goes to **{host}**. Your memories stay here" in line
        ana.click("allow-share_with_remote", True, event="input")
        assert f"goes to **{host}**, with the memories" in _model_line(ana)


def _model_line(browser: Browser) -> str:
    return str(browser.after_opening()["model"])


def _wait(event: Event) -> None:
    event.wait(10)


def test_an_unexpected_failure_is_one_sentence_and_its_kind_alone_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert sentence_for(RuntimeError("what the user wrote")) == UNEXPECTED
    assert "RuntimeError" in caplog.text
    assert "what the user wrote" not in caplog.text


def _speak_long(model: RecordingChatModel) -> None:
    """Twenty seconds of words, unless it is stopped."""
    model.reply = "word " * 2000
    model.on_word = lambda _: time.sleep(0.01)
