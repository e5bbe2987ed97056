import pytest

from memory.emojis import EmojiFilter, has_emoji

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
    assert filtered([text]) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Great {SMILE} job", "Great job"),
        (f"Great! {SMILE}{HEART}", "Great!"),
        (f"{SMILE} Hello\n{THUMB} there", "Hello\nthere"),
        (f"- {FAMILY} Bath\n- {KEY} Tea", "- Bath\n- Tea"),
        (f"To {FLAG} by train, {SMILE} {SMILE} twice.", "To by train, twice."),
        ("Step 1 # of 2 * 3", "Step 1 # of 2 * 3"),
        ("  indented\n\n  code", "  indented\n\n  code"),
    ],
)
def test_texts_lose_emojis_and_the_space_before_in_pieces_of_any_size(
    text: str, expected: str
) -> None:
    for size in (1, 2, 3, len(text)):
        pieces = [text[start : start + size] for start in range(0, len(text), size)]
        assert filtered(pieces) == expected


def test_words_are_not_held_back() -> None:
    plain = EmojiFilter()
    assert [plain.add(piece) for piece in ("That", " sounds", " good.")] == [
        "That",
        " sounds",
        " good.",
    ]
    assert plain.end() == ""


def filtered(pieces: list[str]) -> str:
    plain = EmojiFilter()
    return "".join([*map(plain.add, pieces), plain.end()])
