"""What goes into a turn and what comes out of it: frozen records, the same in Python and JSON."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from memory.creations import Creation as Creation  # what apps get to see
from memory.types import Learned, Recollection, UtcTime


class Record(BaseModel):
    """The base of these records: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Context(Record):
    """What an app knows about the moment of a message; told to the model, never a memory."""

    place: str | None = None
    device: str | None = None
    activity: str | None = None


class Usage(Record):
    """What a reply cost.

    `cached_tokens` is the part of `prompt_tokens` that the model had read before, and
    `attached_tokens` what was attached to the message from memory. `seconds` maps
    the steps of the turn (write, recall, compose, first_token, speak, keep) to their durations.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    attached_tokens: int = 0
    completion_tokens: int = 0
    seconds: dict[str, float] = {}


class Offer(Record):
    """An item that stood in a prompt, without its text, which only the vault holds.

    `why` names the features that spoke most for it.
    """

    kind: Literal["message", "memory"]
    id: str
    score: float
    is_used: bool
    why: tuple[str, ...] = ()


class Mind(Record):
    """A hard constraint whose part of life a request or its reply entered, and why it counts."""

    memory_id: str
    text: str
    why: str


class Trace(Record):
    """How a reply came about.

    `failures` names steps that failed and were gone without; `minded` are the ids of the hard
    constraints that the reply was checked for. `snapshot_time` and `history_from` say which
    snapshot the prompt held, and from which message on; so it can be put together again. `asked`
    are the ids of an older and a newer memory that contradict each other, where the reply ends by
    asking which holds. `is_from_memory` tells that no model wrote it, `is_cut` that it ends at the
    longest that a reply may be.
    """

    prompt: str
    version: int
    digest: str
    model: str
    host: str | None
    offers: tuple[Offer, ...]
    usage: Usage
    failures: tuple[str, ...] = ()
    snapshot_time: UtcTime | None = None
    history_from: int | None = None
    minded: tuple[str, ...] = ()
    asked: tuple[str, str] | None = None
    is_from_memory: bool = False
    is_cut: bool = False


class Reply(Record):
    """The assistant's answer to one message.

    `offered` is everything from memory that stood in the prompt; `used` the part of it that was
    recalled for this very message. `learned` is what the message taught. `minded` are the hard
    constraints whose part of life the message or the reply entered: the reply was checked for
    them. `is_complete` is false where the reply was stopped. `is_cut` tells that the model had
    more to say when the reply was as long as it may be.
    """

    id: str
    conversation_id: str
    text: str
    offered: tuple[Recollection, ...]
    used: tuple[Recollection, ...]
    learned: tuple[Learned, ...] = ()
    minded: tuple[Mind, ...] = ()
    usage: Usage
    is_complete: bool = True
    is_cut: bool = False


class CreationKind(Record):
    """A kind of text that can be written, by the name that `create` takes."""

    name: str
    title: str
    example: str


class Created(Creation):
    """A text that was just written for the user, and how it came about.

    `offered`, `used`, `minded`, `usage` and `is_cut` are as in a reply. Of a neutral text
    `offered` and `used` are empty; it is checked for the same hard constraints nevertheless.
    """

    offered: tuple[Recollection, ...]
    used: tuple[Recollection, ...]
    minded: tuple[Mind, ...] = ()
    usage: Usage
    is_cut: bool = False


class Piece(Record):
    """A part of a reply, or of a text for the user, that is being written.

    The texts of all pieces, joined, are the whole text. A `caution` says that the text before it
    conflicts with a hard constraint. A `waiting` piece has no text: it says that another turn has
    to end first. The last piece carries the reply, or what was created.
    """

    kind: Literal["text", "caution", "waiting"] = "text"
    text: str = ""
    reply: Reply | None = None
    created: Created | None = None


class ImportReport(Record):
    """What an import did.

    `added` messages were new, `known` ones there already. `skipped` counts by reason what was left
    out, and `learned` by kind the memories that were made. `restored` counts by record (consent,
    conversation, message, feedback, memory) what an export of Bespoke brought back.
    """

    added: int
    known: int
    skipped: dict[str, int] = {}
    learned: dict[str, int] = {}
    restored: dict[str, int] = {}


class ImportProgress(Record):
    """How far an import is: first bytes are read, then messages embedded."""

    step: Literal["read", "embed"]
    done: int
    total: int


class ExportReceipt(Record):
    """What an export wrote: where, how many lines of each record, and how large the file is."""

    path: Path
    counts: dict[str, int]
    size_bytes: int
