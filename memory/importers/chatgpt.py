"""ChatGPT's export: `conversations.json`, a tree of messages for each conversation.

Each answer that was regenerated and each question that was edited is a branch of the tree. What
was seen last is the way from its root to `current_node`; only that is taken. OpenAI does not
document the format, and it has changed before: all that can be missing may be missing.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from memory.importers.base import (
    Found,
    GivenMessage,
    Skip,
    SkipReason,
    Thread,
    derived_id,
    id_from,
    messages_of,
    name_from,
    text_from,
    time_from,
)
from memory.types import Role

_ROLES: dict[object, Role] = {"user": "user", "assistant": "assistant", "tool": "tool"}

# What the app works with and does not show: reasoning, instructions, states of tools.
_INTERNAL = (
    "model_editable_context",
    "reasoning_recap",
    "system_error",
    "tether_browsing_display",
    "thoughts",
    "user_editable_context",
)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def read(conversations: Iterable[Mapping[str, Any]], skip: Skip) -> Iterator[GivenMessage]:
    """The messages of each conversation's last branch, oldest first."""
    for found in conversations:
        nodes = found.get("mapping")
        if not isinstance(nodes, dict):
            skip(SkipReason.MALFORMED)
            continue
        path = _path(nodes, found.get("current_node"))
        for key in nodes.keys() - path:
            if _is_spoken(_message(nodes[key])):
                skip(SkipReason.OTHER_BRANCH)
        thread = Thread(
            id=id_from(found.get("conversation_id"))
            or id_from(found.get("id"))
            or derived_id("chatgpt", *path[:3]),
            title=name_from(found.get("title")),
            created=time_from(found.get("create_time")),
        )
        yield from messages_of(thread, _found(thread.id, nodes, path, skip), skip)


def _path(nodes: Mapping[str, Any], current: object) -> list[str]:
    """The keys from the root of the tree to its current leaf; a circle is cut open."""
    key = current if isinstance(current, str) and current in nodes else _newest_leaf(nodes)
    path: dict[str, None] = {}
    while isinstance(key, str) and key in nodes and key not in path:
        path[key] = None
        key = _parent(nodes[key])
    return list(reversed(path))


def _newest_leaf(nodes: Mapping[str, Any]) -> str | None:
    parents = {_parent(node) for node in nodes.values()}
    leaves = [key for key in nodes if key not in parents]
    return max(
        leaves,
        key=lambda key: time_from(_message(nodes[key]).get("create_time")) or _LONG_AGO,
        default=None,
    )


def _found(
    thread_id: str, nodes: Mapping[str, Any], path: Iterable[str], skip: Skip
) -> Iterator[Found]:
    for key in path:
        message = _message(nodes[key])
        if not message:
            continue  # the root of a tree is empty
        reason = _why_not(message)
        if reason:
            skip(reason)
            continue
        author = _mapping(message.get("author"))
        yield Found(
            role=_ROLES[author["role"]],
            text=_text(message),
            id=id_from(message.get("id")) or derived_id(thread_id, key),
            time=time_from(message.get("create_time")),
            name=name_from(author.get("name")),
        )


def _why_not(message: Mapping[str, Any]) -> SkipReason | None:
    role = _mapping(message.get("author")).get("role")
    metadata = _mapping(message.get("metadata"))
    if (
        role == "system"
        or metadata.get("is_visually_hidden_from_conversation")
        or metadata.get("is_user_system_message")
        or _mapping(message.get("content")).get("content_type") in _INTERNAL
    ):
        return SkipReason.HIDDEN
    if not isinstance(role, str) or role not in _ROLES:
        return SkipReason.UNKNOWN_ROLE
    if role == "assistant" and message.get("recipient", "all") not in ("all", None):
        return SkipReason.TOOL_CALL
    return None


def _is_spoken(message: Mapping[str, Any]) -> bool:
    return bool(message) and _why_not(message) is None and bool(_text(message).strip())


def _text(message: Mapping[str, Any]) -> str:
    """Messages have their text in `parts`; code and what tools printed have it in `text`."""
    content = _mapping(message.get("content"))
    return text_from(content.get("parts")) or text_from(content.get("text"))


def _message(node: object) -> Mapping[str, Any]:
    return _mapping(_mapping(node).get("message"))


def _parent(node: object) -> str | None:
    parent = _mapping(node).get("parent")
    return parent if isinstance(parent, str) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
