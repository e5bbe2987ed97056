import pytest

from assistant.self_answers import MOST_LISTED, NOT_TOLD, NOTHING_TOLD, answer
from memory.profile import Profile, profile_of
from memory.types import Memory, Recollection
from tests.doubles import Clock
from tests.memory.memories import a_memory

NOW = Clock().now


def likes(text: str, about: str) -> Memory:
    return a_memory(text, kind="preference", polarity="positive", about=about)


ANA = profile_of(
    [
        a_memory("My name is Ana", slot="name"),
        a_memory("I live in Porto", slot="home"),
        a_memory("I work as a nurse", slot="job"),
        a_memory("I'm 34", slot="age"),
        a_memory("I'm allergic to peanuts", kind="constraint", strength="hard", about="peanuts"),
        a_memory("I never fly", kind="constraint", strength="hard"),
        a_memory("My daughter Mia is six"),
        a_memory("My brother lives in Canada"),
        a_memory("We have a dog called Rex"),
        a_memory("My car is a blue van"),
        a_memory("My favourite colour is green", kind="preference", polarity="positive"),
        likes("I love ramen", "ramen"),
        likes("I love jazz", "jazz"),
        a_memory("I hate cilantro", kind="preference", polarity="negative", about="cilantro"),
        a_memory("I want to learn Italian", kind="goal"),
        a_memory("Keep your answers short", kind="style"),
    ],
    now=NOW,
    topics={"I love ramen": "food", "I hate cilantro": "food", "I love jazz": "music"},
)
RECALLED = Recollection(
    kind="message", id="m", source_id="m", text="x", time=NOW, score=1.0, reasons=()
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what's my name?", "Your name is Ana."),
        ("where do I live?", "You live in Porto."),
        ("do you remember my job?", "You work as a nurse."),
        ("where do I work?", "You work as a nurse."),
        ("how old am I?", "You're 34."),
        ("what do I like to eat?", "You love ramen."),
        ("What music do I like?", "You love jazz."),
        ("what don't I like?", "You hate cilantro."),
        ("what's my favourite colour?", "Your favourite colour is green."),
        ("what am I allergic to?", "You're allergic to peanuts."),
        ("what are my goals?", "You want to learn Italian."),
        ("what did I tell you about my daughter?", "Your daughter Mia is six."),
        ("what are my kids called?", "Your daughter Mia is six."),
        ("do I have any siblings?", "Your brother lives in Canada."),
        ("do I have any pets?", "You have a dog called Rex."),
        ("Who is Mia?", "Your daughter Mia is six."),
        ("what do you know about rex?", "You have a dog called Rex."),
        ("what did I tell you about Canada?", "Your brother lives in Canada."),
        ("what's my car?", "Your car is a blue van."),
    ],
)
def test_what_is_known_is_told_to_the_user(text: str, expected: str) -> None:
    assert answer(text, ANA) == expected
    assert answer(text, ANA, heard=[RECALLED]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "when is my birthday?",
        "what did I tell you about my sister?",
        "what's my favourite film?",
        "do I have any cats?",
        "what did I tell you about Lisbon?",
        "what languages do I speak?",
    ],
)
def test_what_was_not_told_is_said_plainly(text: str) -> None:
    assert answer(text, ANA) == NOT_TOLD


def test_nothing_is_denied_that_was_recalled_from_elsewhere() -> None:
    assert answer("when is my birthday?", ANA, heard=[RECALLED]) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("when is my birthday?", "My birthday is in June, what can I do?"),
        ("what did I tell you about Lisbon?", "i was in lisbon last week"),
        ("what did I tell you about my sister?", "My sister Eva is coming"),
        ("do I have any cats?", "I have a kitten"),
    ],
)
def test_nothing_is_denied_that_was_said_in_this_conversation(text: str, said: str) -> None:
    assert answer(text, ANA, said=["Hello", said]) is None
    assert answer(text, ANA, said=["Hello", "What a day"]) == NOT_TOLD


@pytest.mark.parametrize(
    "text",
    [
        "what do you know about Mozart?",
        "what's my next step in this code?",
        "where do I find the settings?",
        "who is Einstein?",
        "what is my IP address?",
        "what is my purpose?",
        "what should I eat tonight?",
        "My name is Ana. What's the capital of Peru?",
    ],
)
@pytest.mark.parametrize("profile", [ANA, Profile()])
def test_all_else_is_left_to_the_model(text: str, profile: Profile) -> None:
    assert answer(text, profile) is None


def test_everything_is_listed_in_the_order_that_matters() -> None:
    told = answer("What do you know about me?", ANA)
    assert told is not None
    lines = told.splitlines()
    assert lines[:6] == [
        "This is what you have told me:",
        "",
        "- You never fly.",
        "- You're allergic to peanuts.",
        "- Your name is Ana.",
        "- You're 34.",
    ]
    assert len([line for line in lines if line.startswith("- ")]) == MOST_LISTED
    assert lines[-1] == "And 4 more, which your memories show."


def test_a_wish_is_quoted_and_one_statement_is_still_everything() -> None:
    profile = profile_of([a_memory("Call me Ana", kind="style")], now=NOW)
    assert answer("what's my name?", profile) == 'You said: "Call me Ana"'
    assert answer("what do you know about me", profile) == (
        'This is what you have told me:\n\n- You said: "Call me Ana"'
    )


def test_of_somebody_unknown_nothing_is_known() -> None:
    assert answer("What do you know about me?", Profile()) == NOTHING_TOLD
    assert answer("Who am I?", Profile()) is None


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("I live in Porto", "where do I live?"),
        ("we just moved to Braga", "what city do I live in?"),
        ("my name\u2019s Ana", "what's my name?"),
        ("I'm 34 years old", "how old am I?"),
        ("I work as a nurse", "what do I do for a living?"),
        ("I work for a bank", "where do I work?"),
        ("I was born in Cairo", "where was I born?"),
        ("I was born on the third of June", "when is my birthday?"),
        ("I speak Spanish and Arabic", "what languages do I speak?"),
        ("I'm a vegan", "what's my diet?"),
        ("I love long walks", "what do I like?"),
        ("I can't stand musicals", "what do I hate?"),
    ],
)
def test_statements_that_were_written_down_by_hand_answer_too(
    statement: str, question: str
) -> None:
    told = answer(question, profile_of([a_memory(statement)], now=NOW))
    assert told not in (None, NOT_TOLD)


def test_a_dislike_that_was_written_down_by_hand_is_no_like() -> None:
    by_hand = a_memory("I hate horror films", kind="preference")
    profile = profile_of([by_hand], now=NOW)
    assert answer("what do I like?", profile) == NOT_TOLD
    assert answer("what don't I like?", profile) == "You hate horror films."
