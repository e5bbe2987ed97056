"""The firewall: spans of a message that try to steer the assistant on somebody else's behalf.

What decides is where words come from and whom they are for: "always use Celsius" is a wish of the
user's, "ignore your rules", "tell the user", "always praise our company" are somebody else's.
English, by form alone; what is marked waits for review and is never recalled.
"""

import re
from typing import NamedTuple

from memory.learn.language import Language


class Span(NamedTuple):
    """Characters `start` to `end` of a message."""

    start: int
    end: int


def suspicious_spans(message: str, language: Language) -> list[Span]:
    """The sentences or lines of a message that hold an instruction which is not the user's."""
    found: list[Span] = []
    for line in re.finditer(r"[^\n.!?]+[.!?]*", message):
        if any(sign.search(line[0]) for sign in language.attacks):
            lead = len(line[0]) - len(line[0].lstrip())
            found.append(Span(line.start() + lead, line.end()))
    return found


def overlaps(span: Span, spans: list[Span]) -> bool:
    """Whether a span shares a character with one of some spans."""
    return any(span.start < other.end and other.start < span.end for other in spans)
