"""A stream of text in which no conflict with a hard constraint passes in silence.

While no constraint's part of life is touched, text passes as it comes. Once one is, it passes a
sentence at a time: a sentence that conflicts is withheld, and the speaker asked once to go on
without; what still conflicts goes out with a caution. Any stream of text will do: a chat model's,
or content that is being written.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing

from assistant.constraints.caution import caution
from assistant.constraints.check import Checker, Conflict
from assistant.constraints.sentences import Sentences
from assistant.types import Piece

# Given what was said so far and what conflicted in what came next: another stream that goes on.
GoOn = Callable[[str, Sequence[Conflict]], Generator[str]]


class Guard:
    """Lets one text through."""

    def __init__(
        self,
        checker: Checker,
        *,
        go_on: GoOn | None = None,
        on_failure: Callable[[Exception], None],
    ) -> None:
        """Nothing is let through yet.

        Args:
            checker: knows the constraints, and which of them the request touches.
            go_on: asks the speaker once more; without it, nothing is withheld.
            on_failure: is told when a check fails; the text then passes unchecked.
        """
        self._checker = checker
        self._go_on = go_on
        self._on_failure = on_failure
        self._said: list[str] = []
        self._cautioned: set[tuple[str, str]] = set()
        self._has_failed = False

    def pieces(self, stream: Generator[str]) -> Generator[Piece]:
        """The stream's text with cautions in it; closing this closes the stream."""
        withheld = yield from self._let_through(stream, may_withhold=self._go_on is not None)
        if withheld and self._go_on is not None:
            again = self._go_on("".join(self._said), withheld)
            yield from self._let_through(again, may_withhold=False)

    def _let_through(
        self, stream: Generator[str], *, may_withhold: bool
    ) -> Generator[Piece, None, list[Conflict]]:
        """Ends early, with the conflicts, where a sentence is withheld."""
        sentences, ahead = Sentences(), 0
        with closing(stream):
            try:
                for text in stream:
                    if not self._is_held():
                        ahead += len(text)
                        yield self._piece(text)
                    for sentence in sentences.add(text):
                        conflicts = self._conflicts(sentence)
                        if conflicts and may_withhold and not ahead:
                            return conflicts
                        yield from self._released(sentence[ahead:], conflicts)
                        ahead = max(0, ahead - len(sentence))
                    if self._has_failed and (late := sentences.held[ahead:]):
                        ahead += len(late)
                        yield self._piece(late)
            except Exception:  # what was said until the speaker failed is said
                yield from self._rest(sentences, ahead)
                raise
        rest = sentences.end()
        conflicts = [conflict for sentence in rest for conflict in self._conflicts(sentence)]
        if conflicts and may_withhold and not ahead:
            return conflicts
        yield from self._released("".join(rest)[ahead:], conflicts)
        return []

    def _rest(self, sentences: Sentences, ahead: int) -> Generator[Piece]:
        for sentence in sentences.end():
            yield from self._released(sentence[ahead:], self._conflicts(sentence))

    def _released(self, text: str, conflicts: Iterable[Conflict]) -> Generator[Piece]:
        if text:
            yield self._piece(text)
        told = [each for each in conflicts if self._is_new(each)]
        if told:
            is_line = "".join(self._said).endswith("\n")
            yield self._piece(caution(told, begins_line=is_line), kind="caution")

    def _is_new(self, conflict: Conflict) -> bool:
        key = (conflict.memory_id, conflict.words.lower())
        if key in self._cautioned:
            return False
        self._cautioned.add(key)
        return True

    def _piece(self, text: str, *, kind: str = "text") -> Piece:
        self._said.append(text)
        return Piece(kind="caution" if kind == "caution" else "text", text=text)

    def _is_held(self) -> bool:
        return bool(self._checker.touched) and not self._has_failed

    def _conflicts(self, sentence: str) -> list[Conflict]:
        if self._has_failed:
            return []
        try:
            return self._checker.conflicts(sentence)
        except Exception as error:  # a reply is never lost to its check
            self._has_failed = True
            self._on_failure(error)
            return []
