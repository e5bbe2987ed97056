from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from assistant import Assistant
from assistant.errors import InvalidStyle
from assistant.style import Style, fit_style
from assistant.style_wishes import DIMENSIONS, LANGUAGE_NAMES, Dimension
from memory.types import Memory, Purpose
from memory.writing import OwnMessage
from prompts.library import Library
from tests.conftest import MakeAssistant
from tests.doubles import Clock, RecordingChatModel
from tests.memory.memories import a_memory

NOW = Clock().now
SMILE = "\U0001f600"
TEMPLATE = Library().get("chat")
NEUTRAL = "Tell me which wine goes well with a mushroom risotto."


class Said(NamedTuple):
    """What a user said about a reply."""

    words: str | None
    time: datetime = NOW


def wish(text: str, **given: object) -> Memory:
    return a_memory(text, kind="style", **given)  # type: ignore[arg-type]


def messages(texts: Iterable[str]) -> list[OwnMessage]:
    return [
        OwnMessage(text=text, time=NOW - timedelta(minutes=number))
        for number, text in enumerate(texts)
    ]


def values(style: Style) -> dict[Dimension, str]:
    return {each: value for each in DIMENSIONS if (value := style.trait(each).value)}


def test_without_any_sign_every_dimension_is_as_it_comes() -> None:
    style = fit_style([], messages=[])
    assert values(style) == {}
    assert style.lines()[0] == "length: as it comes (nothing speaks for something else)"
    assert len(style.lines()) == len(DIMENSIONS)
    assert style.reminder(TEMPLATE, "Hi") == ""
    assert style.adapted_lines(TEMPLATE) == []


def test_a_wish_decides_and_says_so() -> None:
    style = fit_style([wish("Keep it short"), wish("Answer in Spanish")], messages=[])
    assert values(style) == {"length": "short", "language": "es"}
    assert style.length.memories == ("Keep it short",)
    assert style.lines()[2] == "language: Spanish (you wished for it)"


def test_the_newest_wish_wins_and_one_for_some_occasions_does_not_count() -> None:
    wishes = [
        wish("Keep it short"),
        wish("I like detailed answers"),
        wish("Use no lists", scope="when we talk about work"),
    ]
    assert values(fit_style(wishes)) == {"length": "detailed"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("any idea", {"length": "short", "formality": "casual"}),
        ("Any idea?", {"length": "short"}),
        (NEUTRAL, {}),
        (" ".join([NEUTRAL] * 6), {"length": "detailed"}),
        (f"{NEUTRAL} {SMILE}", {"emoji": "some"}),
        ("Would you kindly tell me which wine goes well with that?", {"formality": "formal"}),
        ("¿Cómo puedo dormir mejor por la noche con el ruido?", {"language": "es"}),
    ],
)
def test_replies_fit_how_the_user_writes(text: str, expected: dict[str, str]) -> None:
    style = fit_style([], messages=messages([text] * 8))
    assert values(style) == expected
    assert {style.trait(each).because for each in DIMENSIONS if style.trait(each).value} <= {
        "from your last 8 messages"
    }


def test_seven_messages_say_nothing_yet() -> None:
    assert values(fit_style([], messages=messages(["any idea"] * 7))) == {}


def test_adapting_is_slow() -> None:
    before = [*["any idea"] * 12]
    assert values(fit_style([], messages=messages([NEUTRAL] * 4 + before)))["length"] == "short"
    assert "length" not in values(fit_style([], messages=messages([NEUTRAL] * 13 + before)))


def test_no_emoji_in_twenty_messages_means_none() -> None:
    assert values(fit_style([], messages=messages([NEUTRAL] * 19))) == {}
    assert values(fit_style([], messages=messages([NEUTRAL] * 20))) == {"emoji": "none"}


def test_two_like_remarks_on_replies_count_more_than_how_one_writes() -> None:
    own = messages(["any idea"] * 8)
    one = [Said("too short"), Said(None)]
    assert values(fit_style([], messages=own, opinions=one))["length"] == "short"
    two = [*one, Said("this was too short again"), Said("too formal")]
    style = fit_style([], messages=own, opinions=two)
    assert (style.length.value, style.length.because) == ("detailed", "you said so about 2 replies")
    torn = [*two, Said("too long"), Said("far too long")]
    assert values(fit_style([], messages=own, opinions=torn))["length"] == "short"


def test_a_wish_counts_more_than_all_else() -> None:
    style = fit_style(
        [wish("I want long answers")],
        messages=messages(["any idea"] * 8),
        opinions=[Said("too long"), Said("too long")],
    )
    assert (style.length.value, style.length.source) == ("detailed", "wish")


def test_a_dimension_that_began_anew_forgets_what_came_before() -> None:
    own, heard = messages(["any idea"] * 8), [Said("too formal", NOW - timedelta(hours=1))] * 2
    style = fit_style([], messages=own, opinions=heard, since={"length": NOW, "formality": NOW})
    assert values(style) == {}
    earlier = NOW - timedelta(days=1)
    style = fit_style([], messages=own, opinions=heard, since={"length": earlier})
    assert values(style) == {"length": "short", "formality": "casual"}


@pytest.mark.parametrize(
    ("text", "reminder"),
    [
        ("Keep it short", "Answer in at most two short sentences."),
        ("At most three sentences, please", "Answer in at most 3 sentences."),
        ("No bullet points", "Write plain sentences in one paragraph, no lists."),
        ("Answer in Spanish", "Responde en español."),
        ("No emojis", "Use no emojis."),
        ("Call me Ana", ""),
        ("Always use Celsius", ""),
    ],
)
def test_a_wish_is_repeated_in_words_of_ours(text: str, reminder: str) -> None:
    assert fit_style([wish(text)]).reminder(TEMPLATE, NEUTRAL) == reminder


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Keep it short", "Explain how vaccines work in detail"),
        ("Keep it short", "Write a letter to my landlord"),
        ("No bullet points", "Give me a list of books"),
        ("Answer in Spanish", "How do you say cheese in French?"),
        ("No emojis", "Which emoji fits a birthday?"),
        ("No emojis", f"What does {SMILE} mean?"),
    ],
)
def test_what_a_message_asks_for_itself_is_not_overruled(text: str, message: str) -> None:
    style = fit_style([wish(text)])
    assert style.reminder(TEMPLATE, message) == ""
    assert style.filters(message) == []


def test_how_long_is_no_wish_for_length() -> None:
    style = fit_style([wish("Keep it short")])
    assert style.reminder(TEMPLATE, "How long does it take to boil an egg?")


def test_a_wish_reaches_the_end_of_the_prompt_and_the_reply(make_assistant: MakeAssistant) -> None:
    model = RecordingChatModel(reply=f"Sure {SMILE} thing.")
    ana = make_assistant(model=model).user("ana")
    assert SMILE in ana.chat("Hello").text
    ana.memories.add("No emojis please", kind="style")
    reply = ana.chat("What is new?")
    assert reply.text == "Sure thing."
    assert model.prompt().endswith("What is new?\n\n(Use no emojis.)")
    assert [message.content for message in ana.messages(reply.conversation_id)][-2:] == [
        "What is new?",
        "Sure thing.",
    ]
    ana.memories.add("Never use bullet points", kind="style")
    model.reply = f"Take:\n- tea {SMILE}\n- milk"
    assert ana.chat("And for breakfast?").text == "Take:\ntea\nmilk"
    assert SMILE in ana.chat("Which emoji means yes?").text
    assert "no emojis" not in model.prompt().split("Which emoji")[1]


def test_how_the_user_writes_is_told_once_a_conversation(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    for _ in range(9):
        ana.chat("any idea")
    assert "How to answer" not in model.prompt()
    ana.start_conversation()
    ana.chat("any idea")
    told = "How to answer:\n- The user writes short messages: keep replies short"
    assert told in model.prompt()
    first = model.prompt().split("human:")[0]
    for _ in range(30):
        ana.chat(" ".join([NEUTRAL] * 6))
    assert model.prompt().split("human:")[0] == first


def test_adapting_can_be_switched_off_and_wishes_still_hold(
    bespoke: Assistant, model: RecordingChatModel, clock: Clock
) -> None:
    ana = bespoke.user("ana")
    for _ in range(8):
        ana.chat("any idea")
    ana.memories.add("No emojis", kind="style")
    ana.start_conversation()
    ana.chat("any idea")
    assert "The user writes" in model.prompt()
    ana.consent.revoke(Purpose.ADAPT_STYLE)
    ana.chat("any idea")
    assert "The user writes" not in model.prompt()
    assert model.prompt().endswith("(Use no emojis.)")
    assert values(ana.style()) == {"emoji": "none"}
    assert ana.style().length.because == "adapting to how you write is switched off"
    ana.consent.revoke(Purpose.USE_IN_REPLIES)
    assert values(ana.style()) == {}


def test_a_dimension_can_be_reset_for_running_conversations_too(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    for _ in range(8):
        ana.chat("any idea")
    assert values(ana.style()) == {"length": "short", "formality": "casual"}
    ana.start_conversation()
    ana.chat("any idea")
    ana.reset_style("length")
    assert values(ana.style()) == {"formality": "casual"}
    ana.chat("any idea")
    assert "short messages" not in model.prompt()
    assert "The user writes casually" in model.prompt()
    with pytest.raises(InvalidStyle, match="no 'colour' of style; choose one of length,"):
        ana.reset_style("colour")  # type: ignore[arg-type]


def test_the_style_lines_stay_within_the_budget_of_the_snapshot(
    make_assistant: MakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BESPOKE_SNAPSHOT_TOKENS", "0")
    model = RecordingChatModel()
    ana = make_assistant(model=model).user("ana")
    for _ in range(9):
        ana.chat("any idea")
    ana.start_conversation()
    ana.chat("any idea")
    assert "How to answer" not in model.prompt()


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_reset_of_any_dimension_is_kept(bespoke: Assistant, dimension: Dimension) -> None:
    ana = bespoke.user("ana")
    ana.reset_style(dimension)
    assert values(ana.style()) == {}


@pytest.mark.parametrize("code", sorted(set(LANGUAGE_NAMES.values())))
def test_every_language_that_can_be_wished_for_has_a_reminder(code: str) -> None:
    name = next(name for name, each in LANGUAGE_NAMES.items() if each == code)
    style = fit_style([wish(f"Answer in {name}")])
    assert style.language.value == code
    reminder = style.reminder(TEMPLATE, NEUTRAL)
    assert reminder
    assert "{" not in reminder
