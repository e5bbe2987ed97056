import pytest

from assistant.look_wishes import LookWish, read_look_wishes


@pytest.mark.parametrize(
    "text",
    [
        "bigger text please",
        "Could you make the text a bit bigger?",
        "Hi, I'd like larger text, thanks",
        "I have bad eyesight.",
        "My eyes are not so good any more",
        "The weather is fine. The font is too small for me!",
        "I can\u2019t read such small letters",
        "Bitte größere Schrift",
        "Ich sehe schlecht",
        "¿Puedes poner el texto más grande?",
        "Je vois mal",
        "Mets le texte plus gros",
    ],
)
def test_who_asks_for_larger_text_or_tells_of_their_eyes_wishes_for_it(text: str) -> None:
    assert read_look_wishes(text) == [LookWish("text_size", "large")]


@pytest.mark.parametrize(
    "text",
    [
        "Write me a longer text about cats",
        "My mum has bad eyesight",
        "I need a big print of this photo",
        "Make a bigger text box in CSS",
        'Translate: "I have bad eyesight"',
        "```\nbigger text please\n```",
        "> bigger text please",
        "I see well",
        "",
    ],
)
def test_other_texts_and_other_peoples_eyes_wish_for_nothing(text: str) -> None:
    assert read_look_wishes(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("This page looks too cluttered", "spacious"),
        ("More spacing please", "spacious"),
        ("Less white space please", "compact"),
        ("I want a more compact layout", "compact"),
    ],
)
def test_spacing_is_wished_for(text: str, value: str) -> None:
    assert read_look_wishes(text) == [LookWish("density", value)]


def test_the_last_wish_of_a_text_counts() -> None:
    assert read_look_wishes("Bigger text please. The text is too big!") == [
        LookWish("text_size", "normal")
    ]
