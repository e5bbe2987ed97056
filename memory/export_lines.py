"""The lines of an export: what each record holds. `docs/import-export.md` describes them.

A change that older programs cannot read needs a higher `EXPORT_VERSION`.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from memory.creations import Creation
from memory.errors import ImportFailed
from memory.importers.base import EXPORT_FORMAT
from memory.interface import Setting, StarterUse
from memory.types import Event, Memory, Purpose, Record, Role, UtcTime

EXPORT_VERSION = 1


class Header(Record):
    """The first line."""

    record: Literal["header"] = "header"
    format: Literal["bespoke-export"] = EXPORT_FORMAT
    version: int = EXPORT_VERSION
    time: UtcTime


class ConsentLine(Record):
    """What the user allowed or forbade, and when; what was never said has no line."""

    record: Literal["consent"] = "consent"
    purpose: Purpose
    is_granted: bool
    time: UtcTime


class InterfaceLine(Setting):
    """How the user wants an app to look, a setting a line."""

    record: Literal["interface"] = "interface"
    name: str = Field(min_length=1)


class StarterUseLine(StarterUse):
    """A starter that the user used."""

    record: Literal["starter_use"] = "starter_use"


class ConversationLine(Record):
    """A conversation; its messages follow."""

    record: Literal["conversation"] = "conversation"
    id: str = Field(min_length=1)
    title: str
    created: UtcTime
    updated: UtcTime


class Span(Record):
    """Characters `start` to `end` of a message."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class MessageLine(Record):
    """A message. `suspicious` are the spans that are kept from being recalled."""

    record: Literal["message"] = "message"
    id: str = Field(min_length=1)
    conversation: str = Field(min_length=1)
    role: Role
    content: str
    time: UtcTime
    name: str | None = None
    is_complete: bool = True
    suspicious: tuple[Span, ...] = ()


class FeedbackLine(Record):
    """What the user thought of a reply."""

    record: Literal["feedback"] = "feedback"
    reply: str
    is_liked: bool
    words: str | None = None
    time: UtcTime


class MemoryLine(Memory):
    """A memory as it stands, and all that happened to it, oldest first."""

    record: Literal["memory"] = "memory"
    history: tuple[Event, ...] = ()


class CreationLine(Creation):
    """One version of a text that was written for the user."""

    record: Literal["creation"] = "creation"


ExportLine = Annotated[
    ConsentLine
    | InterfaceLine
    | StarterUseLine
    | ConversationLine
    | MessageLine
    | FeedbackLine
    | MemoryLine
    | CreationLine,
    Field(discriminator="record"),
]
_LINES: TypeAdapter[ExportLine] = TypeAdapter(ExportLine)


def parse_line(given: Any) -> ExportLine | None:
    """The record of a line; None where it is not one that this version knows."""
    try:
        # By way of JSON, for only there half a character is refused that cannot be stored.
        return _LINES.validate_json(json.dumps(given))
    except ValidationError:
        return None


def check_header(given: Any) -> None:
    """See that a file is an export of ours that this program can read.

    Raises:
        ImportFailed: it is none, or a newer one.
    """
    version = given.get("version") if isinstance(given, dict) else None
    if not isinstance(version, int) or given.get("format") != EXPORT_FORMAT:
        raise ImportFailed(
            "This is no export of Bespoke: its first line is no header. Messages alone can be "
            "imported from it: bespoke memory import --format jsonl"
        )
    if version > EXPORT_VERSION:
        raise ImportFailed(
            f"This export was written by a newer Bespoke (its version is {version}, the newest "
            f"known here {EXPORT_VERSION}). Update with `pip install --upgrade bespoke-assistant`."
        )
