"""LangChain's messages: what `messages_to_dict` makes of them, and live ones."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from langchain_core.messages import BaseMessage, message_to_dict

from memory.importers.base import (
    Found,
    GivenMessage,
    Skip,
    SkipReason,
    id_from,
    name_from,
    text_from,
)
from memory.importers.openai import ROLES
from memory.importers.threads import read_threads
from memory.types import Role

_TYPES: dict[object, Role] = {
    "human": "user",
    "HumanMessageChunk": "user",
    "ai": "assistant",
    "AIMessageChunk": "assistant",
    "system": "system",
    "SystemMessageChunk": "system",
    "tool": "tool",
    "ToolMessageChunk": "tool",
    "function": "tool",
    "FunctionMessageChunk": "tool",
}


def read(objects: Iterable[Mapping[str, Any]], skip: Skip) -> Iterator[GivenMessage]:
    """The messages of a list, or of objects with `messages`."""
    return read_threads(objects, find_message, skip)


def find_message(given: Mapping[str, Any], skip: Skip) -> Found | None:
    """One message; None, after telling why, where it has no text or no role that is known."""
    data = given.get("data")
    if not isinstance(data, dict):
        skip(SkipReason.MALFORMED)
        return None
    kind = given.get("type")
    role = ROLES.get(_key(data.get("role"))) if kind == "chat" else _TYPES.get(_key(kind))
    if role is None:
        skip(SkipReason.UNKNOWN_ROLE)
        return None
    text = text_from(data.get("content"))
    if not text.strip():
        skip(SkipReason.TOOL_CALL if data.get("tool_calls") else SkipReason.EMPTY)
        return None
    return Found(role=role, text=text, id=id_from(data.get("id")), name=name_from(data.get("name")))


def find_live(message: BaseMessage, skip: Skip) -> Found | None:
    """The same for a message that is not JSON yet."""
    return find_message(message_to_dict(message), skip)


def _key(value: object) -> str | None:
    return value if isinstance(value, str) else None
