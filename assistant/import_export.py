"""Messages in from elsewhere, and everything out as JSON Lines.

The export's message lines are what the import takes, so an export can be read back.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import ExportFailed, InvalidMessage
from assistant.types import ImportReport
from memory.types import Message, Role, Status
from memory.vault import Vault

_BATCH = 500
_ONE_CONVERSATION = "imported"


class _Given(BaseModel):
    """A message as others give it to us."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1)
    role: Role
    content: str
    name: str | None = None
    time: AwareDatetime | None = None
    conversation: str = Field(_ONE_CONVERSATION, min_length=1)


def import_messages(
    vault: Vault,
    given: Iterable[Mapping[str, Any]],
    *,
    clock: Callable[[], datetime],
    tell: Callable[[int], None] | None = None,
) -> ImportReport:
    """Store messages batch by batch, then embed and index them; see `Companion.import_messages`."""
    added = known = 0
    messages = (_message(position, item, clock) for position, item in enumerate(given, 1))
    while batch := list(islice(messages, _BATCH)):
        new = vault.messages.add_new(batch)
        added += new
        known += len(batch) - new
    vault.settle(tell)
    return ImportReport(added=added, known=known)


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The messages of a JSON Lines file: one object a line, or an export of ours.

    Raises:
        InvalidMessage: a line is not a JSON object in UTF-8; it says which.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                item = json.loads(line)
            except ValueError:
                item = None
            if not isinstance(item, dict):
                raise InvalidMessage(f"Line {number} of {str(path)!r} is not a JSON object.")
            if item.pop("record", "message") == "message":
                yield item


def export_vault(vault: Vault, path: Path) -> int:
    """Write conversations, messages, memories and consents to a new file; returns how many lines.

    Raises:
        ExportFailed: the file is there already, or cannot be written.
    """
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ExportFailed(
            f"{str(path)!r} could not be made ({error.strerror}). Choose another file name."
        ) from error
    count = 0
    with os.fdopen(file, "w", encoding="utf-8") as lines:
        for count, record in enumerate(_records(vault), 1):  # noqa: B007
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
    return count


def _records(vault: Vault) -> Iterator[dict[str, Any]]:
    for purpose, is_granted in vault.consents.all().items():
        yield {"record": "consent", "purpose": purpose.value, "is_granted": is_granted}
    for conversation in vault.conversations.list():
        yield {"record": "conversation", **conversation.model_dump(mode="json")}
        for message in vault.messages.of(conversation.id):
            fields = message.model_dump(
                mode="json", exclude={"conversation_id", "is_complete"}, exclude_none=True
            )
            yield {"record": "message", **fields, "conversation": conversation.id}
    for status in (None, Status.SUPERSEDED):
        for each in vault.memories.list(status=status):
            history = [event.model_dump(mode="json") for event in vault.memories.history(each.id)]
            yield {"record": "memory", **each.model_dump(mode="json"), "history": history}


def _message(position: int, item: Mapping[str, Any], clock: Callable[[], datetime]) -> Message:
    try:
        given = _Given.model_validate(dict(item))
        "".join((given.id, given.content, given.name or "", given.conversation)).encode()
    except ValidationError as error:
        wrong = error.errors()[0]
        field = ".".join(map(str, wrong["loc"]))
        raise InvalidMessage(
            f"Message {position} cannot be imported: {field!r}: {wrong['msg']}. Those before it "
            "may be stored already; mend it and import again."
        ) from None
    except UnicodeEncodeError:
        raise InvalidMessage(
            f"Message {position} cannot be imported: it holds half a character (a lone surrogate)."
        ) from None
    return Message(
        id=given.id,
        conversation_id=given.conversation,
        role=given.role,
        content=given.content,
        time=given.time or clock(),
        name=given.name,
    )
