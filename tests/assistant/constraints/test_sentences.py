import pytest

from assistant.constraints.sentences import Sentences


def cut(text: str, size: int = 1) -> list[str]:
    """The sentences of a text that comes `size` characters at a time."""
    sentences = Sentences()
    parts = [text[start : start + size] for start in range(0, len(text), size)]
    return [*(done for part in parts for done in sentences.add(part)), *sentences.end()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three", ["One. ", "Two! ", "Three"]),
        ("1. Chop it.\n2. Fry it.\n", ["1. Chop it.\n", "2. Fry it.\n"]),
        ("Nuts, e.g. almonds. Done.", ["Nuts, e.g. almonds. ", "Done."]),
        ("It costs 3.50 euros. Fine.", ["It costs 3.50 euros. ", "Fine."]),
        ("**Bold.** Next", ["**Bold.** ", "Next"]),
    ],
)
def test_a_text_is_cut_at_the_ends_of_its_sentences(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_the_sentences_joined_are_the_text(size: int) -> None:
    text = "Hi!  There...\n\n- one. two\n```\na. b\n```\n“Quoted.” And… so on"
    assert "".join(cut(text, size)) == text
