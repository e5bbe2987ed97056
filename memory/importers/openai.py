"""Messages as OpenAI's API takes and gives them: a role, and a text or a list of parts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from memory.importers.base import (
    Found,
    GivenMessage,
    Skip,
    SkipReason,
    id_from,
    name_from,
    text_from,
    time_from,
)
from memory.importers.threads import read_threads
from memory.types import Role

ROLES: dict[object, Role] = {
    "user": "user",
    "assistant": "assistant",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
}
_TIMES = ("time", "timestamp", "created_at")


def read(objects: Iterable[Mapping[str, Any]], skip: Skip) -> Iterator[GivenMessage]:
    """The messages of a list, or of objects with `messages`."""
    return read_threads(objects, find_message, skip)


def find_message(given: Mapping[str, Any], skip: Skip) -> Found | None:
    """One message; None, after telling why, where it has no text or no role that is known."""
    role = given.get("role")
    if not isinstance(role, str) or role not in ROLES:
        skip(SkipReason.UNKNOWN_ROLE)
        return None
    text = text_from(given.get("content"))
    if not text.strip():
        is_call = given.get("tool_calls") or given.get("function_call")
        skip(SkipReason.TOOL_CALL if is_call else SkipReason.EMPTY)
        return None
    return Found(
        role=ROLES[role],
        text=text,
        id=id_from(given.get("id")),
        time=next(filter(None, (time_from(given.get(name)) for name in _TIMES)), None),
        name=name_from(given.get("name")),
    )
