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
        self._spoken: list[str] = []  # without cautions: a model would go on with more of them
        self._cautioned: set[tuple[str, str]] = set()
        self._sentences: set[str] = set()
        self._is_repeating = False
        self._has_failed = False

    def pieces(self, stream: Generator[str]) -> Generator[Piece]:
        """The stream's text with cautions in it; closing this closes the stream."""
        withheld = yield from self._let_through(stream, may_withhold=self._go_on is not None)
        if withheld and self._go_on is not None:
            again = self._go_on("".join(self._spoken), withheld)
            self._is_repeating = True
            yield from self._let_through(again, may_withhold=False)

    def _let_through(
        self, stream: Generator[str], *, may_withhold: bool
    ) -> Generator[Piece, None, list[Conflict]]:
        """Ends early, with the conflicts, where a sentence is withheld."""
        sentences, ahead = Sentences(), 0  # how much of a sentence that is not whole is out
        with closing(stream):
            try:
                for text in stream:
                    ready = ""
                    for sentence in sentences.add(text):
                        conflicts = self._conflicts(sentence)
                        if conflicts and may_withhold and not ahead:
                            yield from self._text(ready)
                            return conflicts
                        ready += self._unless_repeated(sentence)[ahead:]
                        ahead = 0
                        if conflicts:
                            yield from self._text(ready)
                            yield from self._caution(conflicts)
                            ready = ""
                    if not self._is_held():
                        ready += sentences.held[ahead:]
                        ahead = len(sentences.held)
                    yield from self._text(ready)
            except Exception:  # what was said until the speaker failed is said
                yield from self._end(sentences, ahead)
                raise
        return (yield from self._end(sentences, ahead, may_withhold=may_withhold))

    def _end(
        self, sentences: Sentences, ahead: int, *, may_withhold: bool = False
    ) -> Generator[Piece, None, list[Conflict]]:
        for sentence in sentences.end():
            conflicts = self._conflicts(sentence)
            if conflicts and may_withhold and not ahead:
                return conflicts
            yield from self._text(self._unless_repeated(sentence)[ahead:])
            yield from self._caution(conflicts)
        return []

    def _unless_repeated(self, sentence: str) -> str:
        """Nothing where a speaker who was to go on begins with what is said already."""
        bare = sentence.strip()
        self._is_repeating = self._is_repeating and (not bare or bare in self._sentences)
        if self._is_repeating:
            return ""
        self._sentences.add(bare)
        return sentence

    def _text(self, text: str) -> Generator[Piece]:
        if text:
            self._spoken.append(text)
            yield Piece(text=text)

    def _caution(self, conflicts: Iterable[Conflict]) -> Generator[Piece]:
        told = [each for each in conflicts if self._is_new(each)]
        if told:
            begins_line = "".join(self._spoken).endswith("\n")
            yield Piece(kind="caution", text=caution(told, begins_line=begins_line))

    def _is_new(self, conflict: Conflict) -> bool:
        key = (conflict.memory_id, conflict.words.lower())
        if key in self._cautioned:
            return False
        self._cautioned.add(key)
        return True

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
