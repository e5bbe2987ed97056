"""A stream of text cut into sentences, and where in a Markdown text each of them stands.

The sentences, joined, are the text, to the character. Knows nothing about what they say.
"""

import re
from typing import NamedTuple

_END = re.compile(r"\n|[.!?…]+[\"'\u201d\u2019)*_\]]*[ \t]+(?=\S)")
_NOT_AN_END = re.compile(
    r"(?:^|[\s(*])(?:\d{1,3}|e\.?g|i\.?e|etc|mr|mrs|ms|dr|st|vs|approx|ca|min|max|no|incl|tsp|tbsp"
    r"|oz|lb|a\.m|p\.m|[A-Z])\.[\"'\u201d\u2019)*_\]]*[ \t]+$",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^\s*(?:[-*•+\u2013]|\d{1,3}[.)])\s+")
_HEADING = re.compile(r"^\s*(?:#{1,6}\s.*|\*\*[^*]+\*\*:?|__[^_]+__:?|.{1,120}:(?:\*\*|__)?)\s*$")
_UNWANTED = re.compile(
    r"\b(?:avoid\w*|skip|stay away|steer clear|unsuitable|not (?:suitable|safe|allowed|recommended"
    r"|to eat|to use|to wear|to watch|to do|to order)|off[- ]limits|leave out|beware|watch out"
    r"|do ?n'?ts?|do not"
    r"|should ?n't|must ?n't|can(?:'t|not)|exclude\w*|no[- ]gos?|allergens?|never|limit)\b",
    re.IGNORECASE,
)
# "I have no taste, but here is what you could try:" is about what follows the turn.
_TURN = re.compile(r"\b(?:but|however|so|here|instead|try|consider)\b", re.IGNORECASE)
_WANTED = re.compile(
    r"\b(?:forget|miss|hesitate|go wrong|instead|free|worry|alternatives?)\b", re.I
)
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_HIDDEN = re.compile(r"`[^`\n]*`|\bhttps?://\S+|\bwww\.\S+|\]\([^)]*\)")


class Sentences:
    """Cuts what is added into sentences, with the space that follows them."""

    def __init__(self) -> None:
        self.held = ""
        """What is no whole sentence yet."""

    def add(self, text: str) -> list[str]:
        """The sentences that have become complete."""
        self.held += text
        done: list[str] = []
        start = position = 0
        while match := _END.search(self.held, position):
            position = match.end()
            if _NOT_AN_END.search(self.held[start:position]) and match.group() != "\n":
                continue
            done.append(self.held[start:position])
            start = position
        self.held = self.held[start:]
        return done

    def end(self) -> list[str]:
        """What is left when nothing more comes."""
        rest, self.held = self.held, ""
        return [rest] if rest else []


class Placed(NamedTuple):
    """A sentence as it is to be read: what is no prose is blanked, character by character.

    `is_unwanted` says that it is an item of a list of what to leave out.
    """

    text: str
    is_heading: bool
    is_unwanted: bool


class Outline:
    """Follows a Markdown text sentence by sentence: headings, lists, code."""

    def __init__(self) -> None:
        self._is_code = False
        self._is_line_start = True
        self._is_unwanted = False

    def place(self, sentence: str) -> Placed:
        """Where the next sentence stands."""
        begins_line, self._is_line_start = self._is_line_start, sentence.endswith("\n")
        if begins_line and _FENCE.match(sentence):
            self._is_code = not self._is_code
            return Placed("", is_heading=False, is_unwanted=False)
        if self._is_code or not sentence.strip():
            return Placed("", is_heading=False, is_unwanted=False)
        text = _HIDDEN.sub(lambda hidden: " " * len(hidden.group()), sentence)
        is_item = begins_line and _ITEM.match(text) is not None
        is_heading = begins_line and _HEADING.match(text) is not None
        if is_heading:
            last = _TURN.split(text)[-1]
            self._is_unwanted = bool(_UNWANTED.search(last)) and not _WANTED.search(last)
        elif begins_line and not is_item and not text[:1].isspace():
            self._is_unwanted = False
        return Placed(text, is_heading=is_heading, is_unwanted=self._is_unwanted)
