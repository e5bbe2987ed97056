"""What is asked: a text with everything that recall reads off it once, whatever the candidates."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property

import numpy as np

from memory.domains import Domains
from memory.keywords import telling_words
from memory.times import EARLIEST, Period, period_asked_about
from memory.types import Vectors

# "When did …", "How long ago …": the answer is a time.
_ASKS_WHEN = re.compile(
    r"^(when|since when|what (date|day|month|year|time))\b|\bwhen did\b"
    r"|\bhow (long|many (days|weeks|months|years))\b",
    re.IGNORECASE,
)
# A request for something new, not a question about what was said before.
_REQUEST = re.compile(
    r"^(can|could|would|will|how|what|which|please|i'm|i am|give|show|help|explain|if|write|make)"
    r"\b",
    re.IGNORECASE,
)
_ABOUT_BEFORE = re.compile(
    r"\b(did|have|do|had) i\b|\bi (mention|said|told)\b|\bi've\b|\bmy\b", re.I
)
# "What did you recommend …?": the answer stands in what the assistant said.
_ASKS_ASSISTANT = re.compile(
    r"\b(did|had|have) you (recommend|suggest|say|tell|advise|explain|mention|give|propose|describe"
    r"|list)|\byou (recommended|suggested|said|told|advised|explained|mentioned|gave|proposed"
    r"|described|listed)|\byour (advice|suggestions?|recommendations?|explanations?|answers?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
# "before I moved to Porto": the time of what somebody said about it.
_EVENT = re.compile(r"\b(?P<side>before|after|since) (?P<event>(?:i|we|my|our)\b[^,.?!]+)", re.I)


@dataclass(frozen=True)
class Query:
    """A text to recall for, its embedding of unit length, and the moment it was said."""

    text: str
    vector: Vectors
    now: datetime
    zone: tzinfo
    domains: Domains
    time_of: Callable[[str], datetime | None]
    """When somebody said something about an event that a text names, if that is known."""

    @cached_property
    def request_vector(self) -> Vectors:
        """The embedding without what all requests have in common."""
        return self.domains.without_manner(self.vector)

    @cached_property
    def shares(self) -> Vectors:
        """How likely the text is about each domain; shape (domains,)."""
        return np.asarray(self.domains.shares(self.vector[None, :])[0])

    @cached_property
    def general(self) -> float:
        """How likely the text does not concern the user at all."""
        return self.domains.general(self.shares)

    @cached_property
    def period(self) -> Period | None:
        """The time that the text asks about."""
        if asked := period_asked_about(self.text, self.now, self.zone):
            return asked
        if not (event := _EVENT.search(self.text)) or not (when := self.time_of(event["event"])):
            return None
        return (
            Period(EARLIEST, when) if event["side"].lower() == "before" else Period(when, self.now)
        )

    @cached_property
    def telling_words(self) -> dict[str, str]:
        """The words that say something, with their stems."""
        return telling_words(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """All words, in small letters."""
        return frozenset(_WORD.findall(self.text.lower()))

    @cached_property
    def asks_when(self) -> bool:
        """Whether the answer is a time."""
        return bool(_ASKS_WHEN.search(self.text))

    @cached_property
    def asks_assistant(self) -> bool:
        """Whether the answer is something that the assistant said."""
        return bool(_ASKS_ASSISTANT.search(self.text))

    @cached_property
    def is_request(self) -> bool:
        """Whether something new is wanted, rather than what was said before."""
        return bool(_REQUEST.search(self.text)) and not _ABOUT_BEFORE.search(self.text)
