"""What all readers share: the message that they give, limits, ids, times and texts.

A reader gets JSON objects and gives messages. It knows nothing of files and vaults. What it leaves
out it counts, with the reason. Nothing here ever changes a user's words, but for characters that
cannot be stored.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Literal

from pydantic import Field

from memory.types import Record, Role, UtcTime

Format = Literal["chatgpt", "claude", "jsonl", "openai", "langchain", "bespoke"]

EXPORT_FORMAT: Final = "bespoke-export"
ONE_CONVERSATION = "imported"
MOST_CHARACTERS = 200_000
MOST_MESSAGES = 2_000_000

_MOST_OF_AN_ID = 200
_MOST_OF_A_TITLE = 200
_YEARS = range(1990, 2100)
_MILLISECONDS_FROM = 1e11
# Tuples, for what a file holds in these places may not be hashable.
_TEXT_PARTS = (None, "text", "input_text", "output_text", "audio_transcription", "voice_note")
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


class SkipReason(StrEnum):
    """Why something in a file was not taken over."""

    EMPTY = "no text"
    HIDDEN = "hidden"
    TOOL_CALL = "tool call"
    OTHER_BRANCH = "other branch"
    UNKNOWN_ROLE = "unknown role"
    MALFORMED = "malformed"
    TOO_LONG = "too long"
    TOO_LARGE = "too large"
    TOO_MANY = "too many"
    NO_EVIDENCE = "no evidence"
    FORGOTTEN = "forgotten"


Skip = Callable[[SkipReason], None]
Reader = Callable[[Iterable[Mapping[str, Any]], Skip], Iterator["GivenMessage"]]


class GivenMessage(Record):
    """A message as another program kept it.

    Without a time it is of the moment at which it is stored. `title` and `created` are those of
    its conversation, where they are known.
    """

    id: str = Field(min_length=1)
    role: Role
    content: str
    name: str | None = None
    time: UtcTime | None = None
    conversation: str = Field(ONE_CONVERSATION, min_length=1)
    title: str | None = None
    created: UtcTime | None = None


@dataclass(frozen=True)
class Thread:
    """The conversation that a reader is in."""

    id: str
    title: str | None = None
    created: datetime | None = None


@dataclass(frozen=True)
class Found:
    """A message as it stands in a file, where its id and its time may be missing."""

    role: Role
    text: str
    id: str | None = None
    time: datetime | None = None
    name: str | None = None


def messages_of(thread: Thread, found: Iterable[Found], skip: Skip) -> Iterator[GivenMessage]:
    """Complete what was found in one conversation.

    A missing id is derived from all that was said before, so that the same file gives the same
    ids, also when it has grown since. A missing time is that of the message before.
    """
    previous, time = thread.id, thread.created
    for each in found:
        text = clean(each.text)
        if not text.strip():
            skip(SkipReason.EMPTY)
            continue
        if len(text) > MOST_CHARACTERS:
            skip(SkipReason.TOO_LONG)
            continue
        time = each.time or time
        previous = each.id or derived_id(previous, each.role, text)
        yield GivenMessage(
            id=previous,
            role=each.role,
            content=text,
            name=each.name,
            time=time,
            conversation=thread.id,
            title=thread.title,
            created=thread.created,
        )


def derived_id(*parts: str) -> str:
    """An id for what came without one: the same parts always give the same."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(encoded)}:".encode())
        digest.update(encoded)
    return digest.hexdigest()[:32]


def id_from(value: object) -> str | None:
    """An id as it was given; None where there is none that can be used."""
    if not isinstance(value, str) or not 0 < len(value) <= _MOST_OF_AN_ID:
        return None
    return clean(value)


def name_from(value: object) -> str | None:
    """A speaker's or a file's name, on one line; None where there is none."""
    if not isinstance(value, str):
        return None
    return " ".join(clean(value).split())[:_MOST_OF_A_TITLE] or None


def time_from(value: object) -> datetime | None:
    """A time from seconds or milliseconds since 1970, or from ISO 8601 (UTC where it has no zone).

    None where there is none, or one that no conversation can be of.
    """
    try:
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            seconds = float(value)
            if seconds > _MILLISECONDS_FROM:
                seconds /= 1000
            time = datetime.fromtimestamp(seconds, UTC)
        elif isinstance(value, str):
            time = datetime.fromisoformat(value)
            time = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return time if time.year in _YEARS else None


def text_from(content: object) -> str:
    """The text of a message's content: a string, or a list of strings and of parts with a text.

    Pictures, sounds, calls of tools and a model's reasoning are left out.
    """
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts = [part if isinstance(part, str) else _text_of_part(part) for part in content]
    return "\n\n".join(text for text in texts if text.strip())


def clean(text: str) -> str:
    """The text with what cannot be stored (NUL, half characters) replaced by U+FFFD."""
    return _NOT_STORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _text_of_part(part: object) -> str:
    if not isinstance(part, dict) or part.get("type", part.get("content_type")) not in _TEXT_PARTS:
        return ""
    text = part.get("text")
    if isinstance(text, dict):
        text = text.get("value")
    return text if isinstance(text, str) else ""
