"""Where words stand in a text, however they are written there, and what cutting them out moves.

Two texts say the same words where they differ in case, accents, punctuation and white space only.
Knows nothing about vaults.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from memory.keywords import telling_words

MARK = "[forgotten]"
# Scripts from here on are written without spaces between words: each sign is a word.
_FIRST_SIGN = 0x2E80
_WORD = re.compile(r"[^ ]+")
_SENTENCE = re.compile(r"[^\s.!?][^.!?\n]*[.!?]*")

Span = tuple[int, int]
"""From the first character to behind the last."""


class Wording:
    """Some sentences, as they are looked for in texts."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self._patterns = [_pattern(sentence) for sentence in dict.fromkeys(sentences)]

    def stands_in(self, text: str) -> bool:
        """Whether one of the sentences stands in a text."""
        folded = _fold(text)
        return any(pattern.search(folded) for pattern in self._patterns)

    def spans_in(self, text: str) -> list[Span]:
        """Where they stand in a text, in order; spans that overlap are one."""
        folded = _fold(text)
        found = [match.span() for pattern in self._patterns for match in pattern.finditer(folded)]
        return _in_text(text, found)


class Words:
    """A text as the words it says, each with its place."""

    def __init__(self, text: str) -> None:
        self._text = text
        folded = _fold(text)
        matches = list(_WORD.finditer(folded))
        self._spans = [match.span() for match in matches]
        self.all = [match.group() for match in matches]

    def spans(self, runs: Iterable[Span]) -> list[Span]:
        """Where runs of words, given by their numbers, stand in the text."""
        return _in_text(
            self._text,
            [(self._spans[first][0], self._spans[end - 1][1]) for first, end in runs],
        )


def cut(text: str, spans: Sequence[Span]) -> str:
    """Put the mark in the place of each span; the spans are in order and do not overlap."""
    kept = [0, *(edge for span in spans for edge in span), len(text)]
    return MARK.join(text[start:end] for start, end in zip(kept[::2], kept[1::2], strict=True))


def moved(span: Span, cuts: Sequence[Span]) -> Span:
    """Where a span lies after cutting; of what was cut it covers the mark."""
    return _moved(span[0], cuts, into_mark=0), _moved(span[1], cuts, into_mark=len(MARK))


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same characters as spans that are in order and do not overlap."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def sentences(text: str) -> list[Span]:
    """The sentences of a text, roughly: up to a full stop, a question mark or the end of a line."""
    return [match.span() for match in _SENTENCE.finditer(text)]


def telling_phrases(text: str) -> list[str]:
    """What a reply would repeat of a sentence: from its first to its last telling word, and runs.

    Of "I am allergic to roasted peanuts": "allergic to roasted peanuts", "roasted peanuts".
    """
    words, telling = Words(text).all, telling_words(text)
    places = [place for place, word in enumerate(words) if word in telling]
    if not places:
        return []
    runs = [(places[0], places[-1] + 1)]
    first = places[0]
    for place, following in zip(places, [*places[1:], -1], strict=True):
        if following != place + 1:
            if place > first:
                runs.append((first, place + 1))
            first = following
    return list(dict.fromkeys(" ".join(words[start:end]) for start, end in runs))


class _Folding(dict[int, str]):
    """What each character counts as: letters without case and accents, else a space or nothing."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code)).casefold()
        folded = "".join(map(_letter, plain))
        if code >= _FIRST_SIGN and folded.strip():
            folded = f" {folded} "
        self[code] = folded
        return folded


def _letter(character: str) -> str:
    category = unicodedata.category(character)
    if unicodedata.combining(character) or category == "Cf":
        return ""
    return character if category[0] in "LNM" else " "


_FOLDING = _Folding()


def _fold(text: str) -> str:
    return text.translate(_FOLDING)


def _pattern(sentence: str) -> re.Pattern[str]:
    words = _WORD.findall(_fold(sentence))
    return re.compile(
        "(?<![^ ])" + " *".join(map(re.escape, words)) + "(?![^ ])" if words else "$^"
    )


def _in_text(text: str, folded_spans: Iterable[Span]) -> list[Span]:
    spans = list(folded_spans)
    if not spans:
        return []
    places = [place for place, sign in enumerate(text) for _ in _FOLDING[ord(sign)]]
    return merged((places[start], _end(text, places[end - 1])) for start, end in spans)


def _end(text: str, last: int) -> int:
    """Behind a character and the accents that are written after it."""
    end = last + 1
    while end < len(text) and not _FOLDING[ord(text[end])]:
        end += 1
    return end


def _moved(place: int, cuts: Sequence[Span], *, into_mark: int) -> int:
    by = 0
    for start, end in cuts:
        if place >= end:
            by += len(MARK) - (end - start)
        elif place > start:
            return start + by + into_mark
    return place + by
