"""Claude's export: `conversations.json`, a list of `chat_messages` for each conversation.

What was attached or pasted as a document stands beside the message. It is taken as the words of a
tool, never as the user's own. Thinking and calls of tools are left out.
"""

from collections.abc import Iterable, Iterator, Mapping
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

_ROLES: dict[object, Role] = {"human": "user", "assistant": "assistant"}


def read(conversations: Iterable[Mapping[str, Any]], skip: Skip) -> Iterator[GivenMessage]:
    """The messages of each conversation, oldest first, each after what was attached to it."""
    for found in conversations:
        messages = found.get("chat_messages")
        if not isinstance(messages, list):
            skip(SkipReason.MALFORMED)
            continue
        said = [each for each in messages if isinstance(each, dict)]
        for _ in range(len(messages) - len(said)):
            skip(SkipReason.MALFORMED)
        thread = Thread(
            id=id_from(found.get("uuid")) or derived_id("claude", *(_text(each) for each in said)),
            title=name_from(found.get("name")),
            created=time_from(found.get("created_at")),
        )
        branch = _last_branch(said, found.get("current_leaf_message_uuid"))
        for _ in range(len(said) - len(branch)):
            skip(SkipReason.OTHER_BRANCH)
        yield from messages_of(thread, _found(branch, skip), skip)


def _last_branch(said: list[dict[str, Any]], leaf: object) -> list[dict[str, Any]]:
    """The way to the message that was seen last; all messages where not each names its parent."""
    if not all(isinstance(each.get("parent_message_uuid"), str) for each in said):
        return said
    by_id = {each["uuid"]: each for each in said if isinstance(each.get("uuid"), str)}
    if len(by_id) < len(said):
        return said
    key = leaf if isinstance(leaf, str) and leaf in by_id else next(reversed(by_id), None)
    path: dict[str, dict[str, Any]] = {}
    while key is not None and key in by_id and key not in path:
        path[key] = by_id[key]
        key = by_id[key]["parent_message_uuid"]
    return list(reversed(path.values()))


def _found(said: Iterable[Mapping[str, Any]], skip: Skip) -> Iterator[Found]:
    for each in said:
        sender = each.get("sender")
        if not isinstance(sender, str) or sender not in _ROLES:
            skip(SkipReason.UNKNOWN_ROLE)
            continue
        yield from _attached(each)
        yield Found(
            role=_ROLES[sender],
            text=_text(each),
            id=id_from(each.get("uuid")),
            time=time_from(each.get("created_at")),
        )


def _attached(message: Mapping[str, Any]) -> Iterator[Found]:
    attachments = message.get("attachments")
    message_id = id_from(message.get("uuid"))
    for number, each in enumerate(attachments if isinstance(attachments, list) else ()):
        text = each.get("extracted_content") if isinstance(each, dict) else None
        if isinstance(text, str) and text.strip():
            yield Found(
                role="tool",
                text=text,
                id=message_id and derived_id(message_id, "attachment", str(number)),
                time=time_from(message.get("created_at")),
                name=name_from(each.get("file_name")),
            )


def _text(message: Mapping[str, Any]) -> str:
    """Newer exports have the text in blocks; `text` there says where a block cannot be shown."""
    content = message.get("content")
    return text_from(content if isinstance(content, list) and content else message.get("text"))
