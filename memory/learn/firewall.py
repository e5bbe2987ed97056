"""The firewall: spans of a message that try to steer the assistant on somebody else's behalf.

What decides is where words come from and whom they are for: "always use Celsius" is a wish of the
user's, "ignore your rules", "tell the user", "always praise our company" are somebody else's.
What is quoted or pasted and speaks to an assistant is marked as a whole. English, by form alone;
what is marked waits for review and is never recalled.
"""

import re
from typing import NamedTuple

from memory.learn.language import Language
from memory.learn.own_words import words_of_others


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
    steering = [
        Span(start, end)
        for start, end in words_of_others(message)
        if _speaks_to_assistant(message[start:end])
    ]
    return _merged([*found, *steering])


def overlaps(span: Span, spans: list[Span]) -> bool:
    """Whether a span shares a character with one of some spans."""
    return any(span.start < other.end and other.start < span.end for other in spans)


def _speaks_to_assistant(quoted: str) -> bool:
    """Whether words that are not the user's address an assistant, or steer it about its user."""
    if _ADDRESSES.search(quoted):
        return True
    return bool(_OF_THE_USER.search(quoted) and _STEERS.search(quoted))


def _merged(spans: list[Span]) -> list[Span]:
    """In order, those that overlap as one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


_ASSISTANT = r"(?:ai|a\.i\.|llm|(?:ai |virtual |chat )?assistant|chat ?bot|language model)s?"
_TO = r"(?:the |all |any |every |you )*"
# "assistant:" alone begins a line of a transcript.
_ADDRESSES = re.compile(
    rf"(?:^|[.!?\n\"“<*-])\W*(?:(?:dear|hey|hi|hello|attention)\W+)*{_TO}{_ASSISTANT}\s*[,!]"
    rf"|\b(?:to|for|dear|attention) {_TO}{_ASSISTANT}\s*:"
    rf"|\b(?:all|any|every|dear) {_ASSISTANT}\b"
    rf"|\b{_ASSISTANT} (?:must|should|shall|reading|who read|that read|please)\b"
    r"|(?:^|[\n\"“])\W*system\s*:",
    re.IGNORECASE,
)
_OF_THE_USER = re.compile(r"\b(?:the|this|your) user(?:['’]s)?\b", re.IGNORECASE)
_STEERS = re.compile(
    r"\b(?:remember|memori[sz]e|note that|(?:store|save) (?:this|that|it|as)|keep in mind"
    r"|bear in mind|from now on|ignore|forget|always|recommend|suggest|prefers?|wants?|likes?"
    r"|loves?|hates?|is a fan|no longer)\b",
    re.IGNORECASE,
)
