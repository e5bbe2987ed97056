"""Which format a file is in, and its messages, whatever that is."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from memory.errors import ImportFailed
from memory.importers import chatgpt, claude, jsonl, langchain, openai
from memory.importers.base import (
    EXPORT_FORMAT,
    MOST_MESSAGES,
    Format,
    GivenMessage,
    Reader,
    Skip,
    SkipReason,
)
from memory.importers.source import OnRead, Shape, objects, shape_of

_READERS: dict[Format, Reader] = {
    "chatgpt": chatgpt.read,
    "claude": claude.read,
    "jsonl": jsonl.read,
    "langchain": langchain.read,
    "openai": openai.read,
}
_EXPECTED: dict[Format, str] = {
    "chatgpt": "conversations with a 'mapping', as in ChatGPT's conversations.json",
    "claude": "conversations with 'chat_messages', as in Claude's conversations.json",
    "jsonl": "lines with 'id', 'role' and 'content'",
    "langchain": "messages with 'type' and 'data', as messages_to_dict makes them",
    "openai": "messages with 'role' and 'content', or objects with 'messages'",
    "bespoke": "the lines of an export of Bespoke",
}


def detect_format(path: Path) -> Format:
    """Tell a file's format by its first object.

    Raises:
        ImportFailed: it cannot be read, or is in none of the formats; the message names them.
    """
    shape = shape_of(path)
    first = next(objects(path, shape, lambda _: None), None) if shape else None
    found = _format_of(first) if first is not None else None
    if found is None:
        raise ImportFailed(
            f"{str(path)!r} is in no format that can be imported. Expected is one of: "
            f"{'; '.join(f'{text} ({name})' for name, text in _EXPECTED.items())}."
        )
    return found


def read_file(
    path: Path, source: Format, *, skip: Skip, on_read: OnRead = lambda _: None
) -> Iterator[GivenMessage]:
    """All messages of a file in one of the formats but Bespoke's own, in its order.

    What is left out is told to `skip`, and the bytes that were read to `on_read`.

    Raises:
        ImportFailed: it cannot be read, or holds nothing of this format.
    """
    malformed = count = 0

    def note(reason: SkipReason) -> None:
        nonlocal malformed
        malformed += reason is SkipReason.MALFORMED
        skip(reason)

    found = objects(path, _shape(path, source), note, on_read)
    for count, message in enumerate(_READERS[source](found, note), 1):
        if count > MOST_MESSAGES:
            skip(SkipReason.TOO_MANY)
        else:
            yield message
    if malformed and not count:
        raise _unexpected(path, source)


def _shape(path: Path, source: Format) -> Shape:
    shape = shape_of(path)
    if shape is None:
        raise _unexpected(path, source)
    return shape


def _format_of(first: Mapping[str, Any]) -> Format | None:
    messages = first.get("messages")
    if first.get("record") == "header" and first.get("format") == EXPORT_FORMAT:
        return "bespoke"
    if "record" in first or (
        {"id", "role"} <= first.keys() and isinstance(first.get("content"), str)
    ):
        return "jsonl"
    if "mapping" in first:
        return "chatgpt"
    if "chat_messages" in first:
        return "claude"
    if isinstance(messages, list):
        is_dict = bool(messages) and isinstance(messages[0], dict)
        return "langchain" if is_dict and {"type", "data"} <= messages[0].keys() else "openai"
    if {"type", "data"} <= first.keys():
        return "langchain"
    return "openai" if {"role", "content"} <= first.keys() else None


def _unexpected(path: Path, source: Format) -> ImportFailed:
    return ImportFailed(
        f"{str(path)!r} holds nothing in the format {source!r}; expected: {_EXPECTED[source]}. "
        "Leave the format out to have it told by the file."
    )
