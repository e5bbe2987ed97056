"""What forgetting and erasing tell before and afterwards: frozen records."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from memory.types import Memory, Record, UtcTime

Place = Literal["message", "reply", "title", "trace", "feedback", "event", "note", "creation"]
COUNTED_AS: dict[Place, str] = {
    "message": "messages",
    "reply": "replies",
    "title": "titles",
    "trace": "traces",
    "feedback": "feedback",
    "event": "events",
    "note": "notes",
    "creation": "creations",
}
_ALWAYS_OUT_OF_REACH = (
    "Blocks of the disk that held it before, until the system writes over them; snapshots and "
    "backups of the disk.",
    "Exports and copies of the home folder that were made earlier.",
)


class Mention(Record):
    """Words that would go: where they stand, and what they are.

    `id` is of the message, reply, conversation or memory that they stand in.
    """

    place: Place
    id: str
    text: str


class Similar(Record):
    """Something that says nearly the same and stays, unless its `id` is passed along.

    `similarity` is the cosine of the two vectors, at most 1.
    """

    id: str
    kind: Literal["memory", "message"]
    text: str
    similarity: float


class Findings(Record):
    """What goes with a memory.

    `memories` begins with the memory itself. `prompts` and `snapshots` count what was kept of
    earlier prompts and is made anew. `hosts` are the remote models that were sent it, or may
    have been.
    """

    memories: tuple[Memory, ...]
    mentions: tuple[Mention, ...]
    prompts: int
    snapshots: int
    hosts: tuple[str, ...]


class Preview(Findings):
    """What forgetting a memory would take, and what else could go with it."""

    similar: tuple[Similar, ...]


class Receipt(Record):
    """What went, counted by place, and what this program cannot reach."""

    action: Literal["forgotten", "refused", "erased"]
    time: UtcTime
    removed: dict[str, int] = Field(default_factory=dict)
    out_of_reach: tuple[str, ...]


def out_of_reach(hosts: Iterable[str]) -> tuple[str, ...]:
    """What no program on this machine can take back, in sentences."""
    sent = tuple(
        f"What was sent to the model at {host}; ask who runs it to delete it." for host in hosts
    )
    return _ALWAYS_OUT_OF_REACH + sent
