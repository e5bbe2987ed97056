import pytest

from memory.emojis import has_emoji

SMILE, HEART, THUMB, FAMILY = (
    "\U0001f600",
    "\u2764\ufe0f",
    "\U0001f44d\U0001f3fd",
    ("\U0001f468\u200d\U0001f469\u200d\U0001f467"),
)
FLAG, KEY = "\U0001f1f5\U0001f1f9", "1\ufe0f\u20e3"


@pytest.mark.parametrize("text", [SMILE, HEART, THUMB, FAMILY, FLAG, KEY, "\u2705", "a \u2728 b"])
def test_an_emoji_is_noticed(text: str) -> None:
    assert has_emoji(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":-)",
        "1 # *",
        "caf\u00e9 \u2192 \u2713 \u2660 \u00a9 \u2122 \u20ac",
        "\u0928\u094d\u200d\u092f",
    ],
)
def test_other_signs_are_none(text: str) -> None:
    assert not has_emoji(text)
