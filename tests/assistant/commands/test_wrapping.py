"""Words are never broken at the edge of the terminal, however the pieces arrive."""

import pytest

from assistant.commands.wrapping import WrappedText


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (["one two three"], "one two \nthree"),
        (["one t", "wo th", "ree"], "one two \nthree"),
        (["one\n", "two three"], "one\ntwo three"),
        (["- a\n", "  - b"], "- a\n  - b"),
        (["unbreakableword"], "unbreakableword"),
        ([], ""),
    ],
)
def test_words_stay_whole(pieces: list[str], shown: str) -> None:
    written: list[str] = []
    text = WrappedText(written.append, width=10)
    for piece in pieces:
        text.add(piece)
    text.end()
    assert "".join(written) == shown


def test_a_paragraph_of_its_own_is_written_by_another_hand() -> None:
    written: list[str] = []
    text = WrappedText(written.append, width=10)
    text.add("one two")
    text.put_apart("\n\naside\n", lambda aside: written.append(aside.upper()))
    text.add("three four")
    text.end()
    assert "".join(written) == "one two\n\nASIDE\nthree four"
