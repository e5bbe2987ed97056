from collections.abc import Sequence

import pytest
from langchain_core.messages import AIMessageChunk

from assistant.restyle import Filter, WithoutEmojis, WithoutLists, restyled

SMILE, HEART, THUMB, FAMILY = (
    "\U0001f600",
    "\u2764\ufe0f",
    "\U0001f44d\U0001f3fd",
    ("\U0001f468\u200d\U0001f469\u200d\U0001f467"),
)
FLAG, KEY = "\U0001f1f5\U0001f1f9", "1\ufe0f\u20e3"


def filtered(each: Filter, pieces: Sequence[str]) -> str:
    return "".join([*map(each.add, pieces), each.end()])


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
        assert filtered(WithoutEmojis(), pieces) == expected


def test_words_are_not_held_back() -> None:
    plain = WithoutEmojis()
    assert [plain.add(piece) for piece in ("That", " sounds", " good.")] == [
        "That",
        " sounds",
        " good.",
    ]
    assert plain.end() == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pack:\n- a towel\n- a hat", "Pack:\na towel\na hat"),
        ("* one\n\u2022 two\n  - three\n", "one\ntwo\nthree\n"),
        ("1. **Rest**: sleep.\n\n12) Eat.", "**Rest**: sleep.\n\nEat."),
        ("-5 degrees\n**Bold** text\n1990. A year", "-5 degrees\n**Bold** text\n1990. A year"),
        ("a - b\n3.5 apples\n--\n", "a - b\n3.5 apples\n--\n"),
        ("So:\n```py\n- 1\n* x\n```\n- end", "So:\n```py\n- 1\n* x\n```\nend"),
        ("- ", "- "),
    ],
)
def test_lines_lose_their_list_marks_in_pieces_of_any_size(text: str, expected: str) -> None:
    for size in (1, 2, 3, len(text)):
        pieces = [text[start : start + size] for start in range(0, len(text), size)]
        assert filtered(WithoutLists(), pieces) == expected


def test_chunks_pass_all_filters_and_keep_what_else_they_carry() -> None:
    chunks = [
        AIMessageChunk(content=text, id="reply")
        for text in ("Take", ":\n-", f" {SMILE} tea", SMILE, "\n2", ".", " milk", " ")
    ]
    passed = list(restyled(chunks, [WithoutEmojis(), WithoutLists()]))
    assert "".join(chunk.text for chunk in passed) == "Take:\ntea\nmilk "
    assert {chunk.id for chunk in passed[:-1]} == {"reply"}
    assert list(restyled(chunks, [])) == chunks


def test_a_stream_that_ends_early_leaves_nothing_to_the_next_one() -> None:
    plain = [WithoutLists()]
    first = restyled([AIMessageChunk(content="Tea\n-")], plain)
    assert next(iter(first)).text == "Tea\n"
    assert (
        "".join(each.text for each in restyled([AIMessageChunk(content="Bread")], plain)) == "Bread"
    )
