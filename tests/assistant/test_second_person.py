import pytest

from assistant.second_person import to_you, turned


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I live in Porto", "You live in Porto."),
        ("i'm allergic to peanuts", "You're allergic to peanuts."),
        ("I am 34 years old.", "You are 34 years old."),
        ("My name is Ana!", "Your name is Ana!"),
        ("I\u2019ve got two kids", "You've got two kids."),
        ("I was born in Cairo.", "You were born in Cairo."),
        ("I wasn't born here", "You weren't born here."),
        ("I never was good at chess", "You never were good at chess."),
        ("My dad was in the army", "Your dad was in the army."),
        ("Well, my brother lives in Canada", "Your brother lives in Canada."),
        ("Jazz is my thing", "Jazz is your thing."),
        ("Long meetings drive me crazy", "Long meetings drive you crazy."),
        ("We moved to the US with our dog", "You moved to the US with your dog."),
        ("Mia and I are twins", "Mia and you are twins."),
        ("A friend of mine is a pilot", "A friend of yours is a pilot."),
        ("It helped us and me", "It helped you and you."),
        ("I hurt myself", "You hurt yourself."),
    ],
)
def test_a_statement_is_turned_to_the_user(said: str, told: str) -> None:
    assert turned(said) == told
    assert to_you(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "Keep your answers short",
        "Call me Ana",
        "Never mention my ex",
        "I want you to be honest",
        'I call him "Bear"',
        "Why do I do this? I don't know",
        "I live in Porto and was born in Faro",
        "My grandfather fought in World War I",
        "Dogs over cats, always",
        "I work in a coal mine",
        "I like <b>bold</b>",
        "I wrote\ntwo lines",
        "I " + "really " * 60 + "like tea",
        "no nuts for me, please",
    ],
)
def test_what_could_go_wrong_is_quoted_on_one_line(said: str) -> None:
    assert turned(said) is None
    assert to_you(said).startswith('You said: "')
    assert "\n" not in to_you(said)
