from collections.abc import Generator, Sequence

import pytest

from assistant import Piece
from assistant.constraints import Checker, Conflict, Constraint, Guard


def fail(error: Exception) -> None:
    raise error


VEGETARIAN = Constraint("1", "I'm vegetarian")


def words(text: str) -> Generator[str]:
    """A text word by word."""
    for position, word in enumerate(text.split(" ")):
        yield f" {word}" if position else word


def let_through(text: str, *, request: str, again: str | None = None) -> list[Piece]:
    def go_on(said: str, conflicts: Sequence[Conflict]) -> Generator[str]:
        yield from words(again or "")

    guard = Guard(
        Checker([VEGETARIAN], request=request),
        go_on=go_on if again is not None else None,
        on_failure=fail,
    )
    return list(guard.pieces(words(text)))


def test_text_passes_as_it_comes_while_nothing_is_touched() -> None:
    pieces = let_through("It is sunny. Enjoy it.", request="How is the weather?")
    assert [piece.text for piece in pieces] == ["It", " is", " sunny.", " Enjoy", " it."]


def test_text_passes_by_sentences_where_a_constraint_is_touched() -> None:
    pieces = let_through("Try tofu. Then rest.", request="Chicken or tofu?")
    assert [piece.text for piece in pieces] == ["Try tofu. ", "Then rest."]


def test_a_conflict_is_withheld_and_the_speaker_goes_on() -> None:
    pieces = let_through("Try tofu. Or chicken. Bye.", request="Chicken?", again="Or beans.")
    assert "".join(piece.text for piece in pieces) == "Try tofu. Or beans."
    assert {piece.kind for piece in pieces} == {"text"}


def test_what_is_said_already_is_not_said_again() -> None:
    again = "Try tofu. Or beans. Try tofu."
    pieces = let_through("Try tofu. Or chicken.", request="Chicken?", again=again)
    assert "".join(piece.text for piece in pieces) == "Try tofu. Or beans. Try tofu."


def test_what_still_conflicts_goes_out_with_a_caution() -> None:
    pieces = let_through("Try chicken.", request="Chicken?", again="Then beef.")
    assert [piece.kind for piece in pieces] == ["text", "caution"]
    assert pieces[0].text == "Then beef."
    assert "beef" in pieces[1].text
    assert "I'm vegetarian" in pieces[1].text


def test_without_a_way_to_go_on_nothing_is_withheld() -> None:
    pieces = let_through("Try chicken. Bye.", request="Chicken?")
    assert [piece.kind for piece in pieces] == ["text", "caution", "text"]


def test_a_conflict_that_nobody_expected_is_cautioned_about() -> None:
    pieces = let_through("Sure. Bring chicken. And beef.", request="Hello")
    assert [piece.kind for piece in pieces if piece.text].count("caution") == 2
    assert "".join(piece.text for piece in pieces if piece.kind == "text") == (
        "Sure. Bring chicken. And beef."
    )


def test_a_caution_stands_right_after_its_sentence() -> None:
    guard = Guard(Checker([VEGETARIAN], request="Hello"), on_failure=fail)
    pieces = list(guard.pieces(part for part in ["1. Some beef", "\n2. Rice"]))
    assert [(piece.kind, piece.text) for piece in pieces][1:2] == [("text", "\n")]
    assert [piece.kind for piece in pieces] == ["text", "text", "caution", "text"]
    assert pieces[-1].text == "2. Rice"


def test_the_same_words_are_cautioned_about_once() -> None:
    pieces = let_through("Try chicken. More chicken.", request="Chicken?")
    assert [piece.kind for piece in pieces].count("caution") == 1


class BrokenChecker(Checker):
    """Fails at the second sentence."""

    def conflicts(self, sentence: str) -> list[Conflict]:
        if "two" in sentence:
            raise RuntimeError("broken")
        return super().conflicts(sentence)


def test_a_check_that_fails_loses_nothing() -> None:
    failures: list[Exception] = []
    guard = Guard(BrokenChecker([VEGETARIAN], request="Chicken?"), on_failure=failures.append)
    pieces = list(guard.pieces(words("Say one. Say two. Say chicken.")))
    assert "".join(piece.text for piece in pieces) == "Say one. Say two. Say chicken."
    assert [type(each) for each in failures] == [RuntimeError]


def test_what_was_said_before_the_speaker_failed_is_said() -> None:
    def failing() -> Generator[str]:
        yield "Try tofu. And"
        raise RuntimeError("the model broke")

    guard = Guard(Checker([VEGETARIAN], request="Chicken?"), on_failure=fail)
    said: list[str] = []
    with pytest.raises(RuntimeError, match="the model broke"):
        said.extend(piece.text for piece in guard.pieces(failing()))
    assert said == ["Try tofu. ", "And"]


def test_closing_stops_the_speaker() -> None:
    closed: list[bool] = []

    def endless() -> Generator[str]:
        try:
            while True:
                yield "More tofu. "
        finally:
            closed.append(True)

    guard = Guard(Checker([VEGETARIAN], request="Chicken?"), on_failure=fail)
    pieces = guard.pieces(endless())
    next(pieces)
    pieces.close()
    assert closed == [True]
