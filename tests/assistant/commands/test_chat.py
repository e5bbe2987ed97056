from collections.abc import Callable
from io import StringIO

import pytest

from assistant import Assistant
from assistant.commands.chat import ChatLoop, learned_line
from memory.types import Learned
from tests.doubles import RecordingChatModel

Talk = Callable[..., str]


@pytest.fixture
def talk(
    bespoke: Assistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Talk:
    """Types lines into a chat of the user `me`, and returns all that was printed."""

    def type_lines(*lines: str, host: str | None = None) -> str:
        monkeypatch.setattr("sys.stdin", StringIO("".join(f"{line}\n" for line in lines)))
        ChatLoop(bespoke.user("me"), host=host).run()
        printed = capsys.readouterr()
        return printed.out + printed.err

    return type_lines


def test_a_line_is_answered_and_the_end_of_input_leaves(talk: Talk) -> None:
    assert "That sounds good.\n(no personal memory used)" in talk("Hello")


def test_used_memories_are_named_and_explained(bespoke: Assistant, talk: Talk) -> None:
    bespoke.user("me").memories.add("I like penguins")
    printed = talk("Penguins like penguins", "/memory")
    assert "(used: “I like penguins”)" in printed
    assert "used   “I like penguins”" in printed
    assert "2026-01-05: is close in meaning to what you wrote" in printed


def test_memory_before_any_reply_says_that_there_is_none(talk: Talk) -> None:
    assert "The last reply had nothing from memory." in talk("/memory")


def test_why_explains_the_last_reply(bespoke: Assistant, talk: Talk) -> None:
    bespoke.user("me").memories.add("I like penguins")
    printed = talk("/why", "Penguins like penguins", "/why")
    assert "There is no reply yet." in printed
    assert "How much the reply leans on" in printed
    assert "model    RecordingChatModel, prompt chat" in printed


def test_replies_can_be_judged_with_words_or_without(bespoke: Assistant, talk: Talk) -> None:
    printed = talk("/good", "one", "/bad far too long", "two", "/good", "/goodness")
    assert "There is no reply yet." in printed
    assert printed.count("Noted.") == 2
    assert "There is no /goodness." in printed
    (conversation,) = bespoke.user("me").conversations()
    replies = bespoke.user("me").messages(conversation.id)[1::2]
    given = [bespoke.user("me").explain(reply.id).feedback for reply in replies]
    assert [(each.is_liked, each.words) for each in given if each] == [
        (False, "far too long"),
        (True, None),
    ]


def test_nothing_is_kept_about_temporary_replies(talk: Talk) -> None:
    assert talk("/temporary", "Hello", "/good", "/why").count("This conversation is temporary") == 2


def test_quit_leaves_before_what_follows(talk: Talk, model: RecordingChatModel) -> None:
    talk("/quit", "Hello")
    assert model.asked == []


def test_empty_lines_and_unknown_commands_ask_nothing(
    talk: Talk, model: RecordingChatModel
) -> None:
    assert "There is no /nonsense." in talk("", "  ", "/nonsense now", "/help")
    assert model.asked == []


def test_a_new_conversation_begins_anew(talk: Talk, model: RecordingChatModel) -> None:
    talk("one", "two", "/new", "three")
    assert [len(asked) for asked in model.asked] == [2, 4, 2]


def test_a_temporary_conversation_leaves_nothing(bespoke: Assistant, talk: Talk) -> None:
    assert "nothing of it is kept" in talk("/temporary", "Hello")
    assert bespoke.user("me").conversations() == []


def test_it_is_said_where_words_go_and_sharing_can_be_switched(
    bespoke: Assistant, talk: Talk
) -> None:
    assert "Nothing you write leaves this machine." in talk()
    assert "goes to api.example.com, but no memories" in talk(host="api.example.com")
    printed = talk("/share", host="api.example.com")
    assert "goes to api.example.com, with memories that fit" in printed
    assert bespoke.user("me").consent["share_with_remote"]  # type: ignore[index]


def test_a_failure_is_told_and_the_chat_goes_on(talk: Talk, model: RecordingChatModel) -> None:
    def fail_once(_: object) -> None:
        model.on_asked = None
        raise RuntimeError("broken")

    model.on_asked = fail_once
    printed = talk("one", "two")
    assert "Error: 'RecordingChatModel' gave no answer" in printed
    assert "That sounds good." in printed


def test_control_c_stops_a_reply_and_the_chat_goes_on(
    bespoke: Assistant, talk: Talk, model: RecordingChatModel
) -> None:
    def interrupt_once(position: int) -> None:
        if position == 1:
            model.on_word = None
            raise KeyboardInterrupt

    model.on_word = interrupt_once
    printed = talk("one", "two")
    assert "That … (stopped)" in printed
    assert "That sounds good." in printed
    (conversation,) = bespoke.user("me").conversations()
    said = [message.content for message in bespoke.user("me").messages(conversation.id)]
    assert said == ["one", "That", "two", "That sounds good."]


def test_a_caution_is_set_apart(bespoke: Assistant, talk: Talk, model: RecordingChatModel) -> None:
    bespoke.user("me").memories.add("I'm vegetarian", kind="constraint")
    model.reply = "Fry the chicken."
    printed = talk("Chicken or tofu?")
    assert "Fry the chicken.\n\n> ⚠ Careful: this has chicken" in printed
    assert "you told me “I'm vegetarian”.\n" in printed


def test_what_a_message_taught_is_told_with_what_it_replaced(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    old = ana.memories.add("I live in Porto")
    new = ana.memories.edit(old.id, "I live in Berlin")
    assert learned_line([Learned(action="updated", memory=new, replaced=old)]) == (
        "(learned: “I live in Berlin”, not “I live in Porto” any more)"
    )
    assert learned_line([Learned(action="strengthened", memory=new)]) == (
        "(heard again: “I live in Berlin”)"
    )


def test_the_last_reply_is_made_once_more_and_the_last_message_changed(
    bespoke: Assistant, talk: Talk, model: RecordingChatModel
) -> None:
    printed = talk("/retry", "/edit x", "Helo", "/retry", "/edit", "/edit Hello")
    assert printed.count("There is no reply yet.") == 2
    assert "Write your message in other words behind it" in printed
    assert len(model.asked) == 3
    me = bespoke.user("me")
    (conversation,) = me.conversations()
    assert [each.content for each in me.messages(conversation.id)] == ["Hello", "That sounds good."]


def test_a_reply_that_was_cut_says_so(talk: Talk, model: RecordingChatModel) -> None:
    model.finish_reason = "length"
    assert "(cut at its length limit; say “go on”)" in talk("Hello")
