"""Trying again and changing what was said last, on the page."""

from assistant import Assistant
from tests.doubles import RecordingChatModel
from tests.ui.browser import Browser, Shown, texts
from ui.chat import CHANGE, CHANGING, DO_NOT_CHANGE
from ui.transcript import CUT, NOTHING_USED


def said(shown: Shown) -> list[str]:
    return [each for each in texts(shown["chat"]) if each != NOTHING_USED]


def fail_once(model: RecordingChatModel) -> None:
    """Let the model fail when it is asked next."""

    def fail(_: object) -> None:
        model.on_asked = None
        raise RuntimeError("the model broke")

    model.on_asked = fail


def kept(bespoke: Assistant) -> list[str]:
    ana = bespoke.user("Ana")
    (conversation,) = ana.conversations()
    return [each.content for each in ana.messages(conversation.id)]


def test_a_reply_is_tried_again_in_its_place(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    ana.say("Hello")
    assert ana.say("And now?")[-1]["again"]["visible"]
    model.reply = "Another one."
    shown = ana.click("again")
    assert said(shown) == ["Hello", "That sounds good.", "And now?", "Another one."]
    assert kept(bespoke) == said(shown)
    assert shown["again"]["visible"]


def test_the_last_message_is_changed_and_sent_in_its_place(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    ana.say("Name a *red* friut")
    shown = ana.click("change")
    assert shown["message"]["value"] == "Name a *red* friut"
    assert shown["status"] == {"__type__": "update", "value": CHANGING, "visible": True}
    assert shown["change"]["value"] == DO_NOT_CHANGE
    assert not shown["again"]["visible"]
    shown = ana.say("Name a fruit")[-1]
    assert said(shown) == ["Name a fruit", "That sounds good."]
    assert kept(bespoke) == said(shown)
    assert not shown["status"]["visible"]
    assert "friut" not in model.prompt()


def test_a_change_can_be_left(bespoke: Assistant, ana: Browser) -> None:
    ana.say("Hello")
    ana.click("change")
    shown = ana.click("change")
    assert (shown["message"]["value"], shown["change"]["value"]) == ("", CHANGE)
    ana.say("And now?")
    assert kept(bespoke)[::2] == ["Hello", "And now?"]


def test_there_is_nothing_to_try_again_in_a_new_chat(ana: Browser) -> None:
    ana.say("Hello")
    shown = ana.click("new-chat")
    assert not shown["again"]["visible"]
    assert not shown["change"]["visible"]


def test_an_earlier_chat_is_tried_again_after_it_was_opened(
    bespoke: Assistant, address: str, ana: Browser
) -> None:
    ana.say("Hello")
    (conversation,) = ana.conversations().values()
    shown = ana.click("conversations", conversation, event="input")
    assert shown["again"]["visible"]
    assert said(ana.click("again")) == kept(bespoke) == ["Hello", "That sounds good."]


def test_a_temporary_chat_is_tried_again_and_leaves_nothing(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    ana.click("temporary", True, event="input")
    ana.say("Hello")
    model.reply = "Another one."
    assert said(ana.click("again")) == ["Hello", "Another one."]
    ana.click("change")
    assert said(ana.say("Good day")[-1]) == ["Good day", "Another one."]
    assert "Hello" not in model.prompt()
    assert bespoke.user("Ana").conversations() == []


def test_a_failure_leaves_the_old_reply_and_can_be_tried_again(
    bespoke: Assistant, model: RecordingChatModel, ana: Browser
) -> None:
    ana.say("Helo")
    fail_once(model)
    shown = ana.click("again")
    assert shown["status"]["visible"]
    assert said(shown) == ["Helo", "That sounds good."]
    ana.click("change")
    fail_once(model)
    shown = ana.say("Hello")[-1]
    assert said(shown) == ["Helo", "That sounds good.", "Hello"]
    assert said(ana.click("again")) == kept(bespoke) == ["Hello", "That sounds good."]


def test_a_reply_that_was_cut_says_so_also_when_it_is_opened_again(
    model: RecordingChatModel, ana: Browser
) -> None:
    model.finish_reason = "length"
    assert said(ana.say("Hello")[-1])[1].endswith(CUT)
    (conversation,) = ana.conversations().values()
    assert said(ana.click("conversations", conversation, event="input"))[1].endswith(CUT)
    model.finish_reason = "stop"
    assert CUT not in said(ana.click("again"))[1]


def test_what_is_told_to_screen_readers_says_how_it_ended(
    model: RecordingChatModel, ana: Browser
) -> None:
    told = [shown["announced"] for shown in ana.speak("Hello")]
    assert (told[0], told[-1]) == ("A reply is being written.", "The reply is complete.")
    fail_once(model)
    assert ana.say("Hello")[-1]["announced"].startswith("There is no reply.")
