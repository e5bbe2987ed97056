"""The records of what is known about one user: frozen, the same in code, database and export."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field


def _in_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time is outside the years 1 to 9999 in UTC") from None


# Of unit length wherever one is passed; a matrix holds a row a text.
Vectors = NDArray[np.float32]

UtcTime = Annotated[AwareDatetime, AfterValidator(_in_utc)]

Role = Literal["user", "assistant", "system", "tool"]
MemoryKind = Literal["fact", "preference", "constraint", "goal", "style"]
Strength = Literal["soft", "hard"]
Polarity = Literal["positive", "negative", "neutral"]
Origin = Literal["said", "inferred", "imported", "manual"]
RecollectionKind = Literal["message", "memory"]
_MOST_REASONS = 3


class Status(StrEnum):
    """Where a memory stands. Only an active one may reach a prompt."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    HIDDEN = "hidden"
    QUARANTINED = "quarantined"
    SUGGESTED = "suggested"


class Purpose(StrEnum):
    """What a user can allow or forbid, each on its own."""

    LEARN = "learn"
    USE_IN_REPLIES = "use_in_replies"
    ADAPT_STYLE = "adapt_style"
    KEEP_CONVERSATIONS = "keep_conversations"
    SHARE_WITH_REMOTE = "share_with_remote"


class Record(BaseModel):
    """The base of everything stored: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(Record):
    """One message, word for word.

    An imported message keeps the id it came with. `is_complete` is false for a reply that was
    stopped or that failed half-way.
    """

    id: str
    conversation_id: str
    role: Role
    content: str
    time: UtcTime
    name: str | None = None
    is_complete: bool = True


class Conversation(Record):
    """A thread of messages. `title` is the user's, or the start of the first message."""

    id: str
    title: str
    created: UtcTime
    updated: UtcTime
    message_count: int


class Evidence(Record):
    """Where a memory comes from: characters `start` to `end` of a message.

    `message_id` is None where the user wrote the memory down by hand.
    """

    message_id: str | None
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Memory(Record):
    """One statement about the user, in the user's words.

    It holds from `valid_from` until `valid_to` (None: still). `scope` names the topic or condition
    under which it holds (None: always), `about` what it is about in the user's words ("peanuts").
    Of the memories with the same `slot` ("home") only one holds at a time. A changed memory is
    never overwritten: the new one names it in `supersedes`.
    """

    id: str
    kind: MemoryKind
    text: str
    polarity: Polarity
    strength: Strength
    scope: str | None
    about: str | None = None
    slot: str | None = None
    valid_from: UtcTime
    valid_to: UtcTime | None
    status: Status
    origin: Origin
    confidence: float = Field(ge=0, le=1)
    pinned: bool
    created: UtcTime
    supersedes: str | None
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Event(Record):
    """One thing that happened to a memory, with its text at that time."""

    memory_id: str
    time: UtcTime
    action: Literal[
        "added",
        "edited",
        "pinned",
        "unpinned",
        "hidden",
        "unhidden",
        "strengthened",
        "superseded",
        "restored",
        "accepted",
        "refused",
    ]
    text: str


class Learned(Record):
    """What one statement of a message did.

    `replaced` is the memory that it superseded, if any; `contradicts` one that it cannot be squared
    with and that still holds, so that the user has to be asked.
    """

    action: Literal["added", "strengthened", "updated", "ended", "quarantined"]
    memory: Memory
    replaced: Memory | None = None
    contradicts: Memory | None = None


class Reason(Record):
    """Why something was recalled: a feature, what it added to the score, and that in words.

    The amounts of a recollection's reasons add up to its score. What spoke against it has no words.
    """

    feature: str
    amount: float
    words: str


class Recollection(Record):
    """Something recalled for a turn. `score` is the log-odds that it is needed: higher is better.

    `source_id` is the id of the message that the text is from: for a memory, of its evidence (its
    own id where it was written by hand). `answers` is the question right before a short message,
    without which that says little.
    """

    kind: RecollectionKind
    id: str
    source_id: str
    text: str
    time: UtcTime
    score: float
    reasons: tuple[Reason, ...]
    role: Role | None = None
    strength: Strength | None = None
    answers: str | None = None

    @property
    def why(self) -> str:
        """The strongest reasons in words that a person understands."""
        return "; ".join(reason.words for reason in self._strongest)

    @property
    def features(self) -> tuple[str, ...]:
        """The features behind the strongest reasons."""
        return tuple(reason.feature for reason in self._strongest)

    @property
    def _strongest(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.words)[:_MOST_REASONS]
