"""What the user had elsewhere comes in, and everything that is kept goes out and back in.

Messages pass through in batches: a batch is stored, learned from, and let go. Whatever kills an
import, repeating it goes on where it was. Formats are told apart and read in `memory.importers`.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from langchain_core.messages import BaseMessage
from pydantic import ValidationError

from assistant.errors import AssistantError, ExportFailed, InvalidMessage, where_it_failed
from assistant.types import ExportReceipt, ImportProgress, ImportReport
from memory.errors import VaultError
from memory.export_lines import Header, check_header, parse_line
from memory.importers import langchain, openai
from memory.importers.base import (
    MOST_CHARACTERS,
    ONE_CONVERSATION,
    Format,
    GivenMessage,
    SkipReason,
    derived_id,
)
from memory.importers.reading import detect_format, read_file
from memory.importers.source import objects, size_of
from memory.types import Learned, Message
from memory.vault import Vault

Learn = Callable[[Sequence[Message]], Sequence[Learned]]
OnProgress = Callable[[ImportProgress], None]
_Item = TypeVar("_Item")

_BATCH = 500
_log = logging.getLogger(__name__)


@dataclass
class _Tally:
    """What an import has done so far."""

    added: int = 0
    known: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    learned: Counter[str] = field(default_factory=Counter)
    restored: Counter[str] = field(default_factory=Counter)

    def skip(self, reason: SkipReason) -> None:
        """Count what was left out."""
        self.skipped[reason.value] += 1

    def report(self) -> ImportReport:
        """What it has come to."""
        return ImportReport(
            added=self.added,
            known=self.known,
            skipped=dict(self.skipped),
            learned=dict(self.learned),
            restored=dict(self.restored),
        )


class _Progress:
    """Tells how far an import is, where somebody wants to know."""

    def __init__(self, path: Path, vault: Vault, on_progress: OnProgress | None) -> None:
        self._size = size_of(path) if on_progress else 0
        self._vault = vault
        self._on_progress = on_progress
        self._read = self._embedded = self._to_embed = 0

    def read(self, size: int) -> None:
        """So many more bytes were read."""
        self._read += size
        if self._on_progress:
            total = max(self._size, self._read)
            self._on_progress(ImportProgress(step="read", done=self._read, total=total))

    def embedded(self, count: int) -> None:
        """So many more messages were embedded."""
        self._embedded += count
        if self._on_progress:
            self._to_embed = self._to_embed or count + self._vault.unembedded_count()
            total = max(self._to_embed, self._embedded)
            self._on_progress(ImportProgress(step="embed", done=self._embedded, total=total))


def import_messages(
    vault: Vault,
    given: Iterable[Mapping[str, Any] | BaseMessage],
    *,
    clock: Callable[[], datetime],
    learn: Learn | None = None,
    tell: Callable[[int], None] | None = None,
) -> ImportReport:
    """Store messages batch by batch, then embed and index them; see `Companion.import_messages`."""
    tally = _Tally()
    _store(vault, _checked(given, tally), tally, clock=clock, learn=learn)
    vault.settle(tell)
    return tally.report()


def import_file(
    vault: Vault,
    path: Path,
    *,
    source: Format | None,
    clock: Callable[[], datetime],
    learn: Learn | None = None,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Store the messages of a file, or restore an export; see `Companion.import_file`."""
    source = source or detect_format(path)
    if source == "bespoke":
        return restore_vault(vault, path, on_progress=on_progress)
    tally, progress = _Tally(), _Progress(path, vault, on_progress)
    messages = read_file(path, source, skip=tally.skip, on_read=progress.read)
    _store(vault, messages, tally, clock=clock, learn=learn)
    vault.settle(progress.embedded)
    return tally.report()


def restore_vault(
    vault: Vault, path: Path, *, on_progress: OnProgress | None = None
) -> ImportReport:
    """Bring back what an export of ours holds; see `Companion.restore`."""
    tally, progress = _Tally(), _Progress(path, vault, on_progress)
    given = objects(path, "lines", tally.skip, progress.read)
    check_header(next(given, None))
    for batch in _batches(given):
        parsed = [parse_line(each) for each in batch]
        for _ in range(parsed.count(None)):
            tally.skip(SkipReason.MALFORMED)
        new, known = vault.transfer.restore([line for line in parsed if line], tally.skip)
        tally.added += new["message"]
        tally.known += known["message"]
        tally.restored += new
    vault.settle(progress.embedded)
    return tally.report()


def export_vault(
    vault: Vault,
    path: Path,
    *,
    time: datetime,
    on_progress: Callable[[int], None] | None = None,
) -> ExportReceipt:
    """Write everything to a new JSON Lines file that `restore_vault` reads.

    `on_progress` is told how many lines are written, every some hundred lines.

    Raises:
        ExportFailed: the file is there already, or cannot be written.
    """
    counts: Counter[str] = Counter()
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _export_failed(path, error) from error
    try:
        with os.fdopen(file, "w", encoding="utf-8", newline="\n") as lines:
            lines.write(Header(time=time).model_dump_json() + "\n")
            for line in vault.transfer.lines():
                lines.write(line.model_dump_json() + "\n")
                counts[line.record] += 1
                if on_progress and counts.total() % _BATCH == 0:
                    on_progress(counts.total())
    except BaseException as error:
        path.unlink(missing_ok=True)  # half of an export looks like a whole one
        if isinstance(error, OSError):
            raise _export_failed(path, error) from error
        raise
    return ExportReceipt(path=path, counts=dict(counts), size_bytes=path.stat().st_size)


def _store(
    vault: Vault,
    given: Iterable[GivenMessage],
    tally: _Tally,
    *,
    clock: Callable[[], datetime],
    learn: Learn | None,
) -> None:
    if learn:  # what a killed import had stored and not learned from
        _learn_from(vault, vault.imports.to_learn(), learn, tally)
    for batch in _batches(given):
        new = vault.imports.store(batch, now=clock(), to_learn=learn is not None)
        tally.added += len(new)
        tally.known += len(batch) - len(new)
        if learn:
            _learn_from(vault, new, learn, tally)


def _learn_from(vault: Vault, new: Sequence[Message], learn: Learn, tally: _Tally) -> None:
    """Let a batch be learned from; a failure costs what it would have taught, not the import."""
    if not new:
        return
    try:
        learned = learn(new)
    except Exception as error:
        _log.error("A batch of messages taught nothing.\n%s", where_it_failed(error))
    else:
        tally.learned.update(
            each.memory.kind for each in learned if each.action in ("added", "updated")
        )
    vault.imports.mark_learned()


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """The items in batches; where they break off, what came before is a batch too."""
    batch: list[_Item] = []
    try:
        for item in items:
            batch.append(item)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    except (AssistantError, VaultError):
        yield batch
        raise
    yield batch


def _checked(
    given: Iterable[Mapping[str, Any] | BaseMessage], tally: _Tally
) -> Iterator[GivenMessage]:
    """Messages as an app gives them; an id that is missing is derived from what came before."""
    previous: dict[str, str] = {}
    for position, item in enumerate(given, 1):
        fields: Mapping[str, Any] | None
        if isinstance(item, BaseMessage) or "id" not in item:
            fields = _completed(position, item, previous, tally)
        else:
            fields = item
        if fields is not None:
            message = _valid(position, fields)
            previous[message.conversation] = message.id
            yield message


def _completed(
    position: int,
    item: Mapping[str, Any] | BaseMessage,
    previous: Mapping[str, str],
    tally: _Tally,
) -> dict[str, Any] | None:
    def skip(reason: SkipReason) -> None:
        if reason not in (SkipReason.EMPTY, SkipReason.TOOL_CALL):
            raise _invalid(position, f"{reason.value}, where a message is expected")
        tally.skip(reason)

    conversation = ONE_CONVERSATION
    if isinstance(item, BaseMessage):
        found = langchain.find_live(item, skip)
    else:
        conversation = item.get("conversation", ONE_CONVERSATION)
        found = openai.find_message(item, skip)
    if found is None:
        return None
    before = previous.get(str(conversation), str(conversation))
    return {
        "id": found.id or derived_id(before, found.role, found.text),
        "role": found.role,
        "content": found.text,
        "name": found.name,
        "time": found.time,
        "conversation": conversation,
    }


def _valid(position: int, fields: Mapping[str, Any]) -> GivenMessage:
    try:
        given = GivenMessage.model_validate(dict(fields))
        texts = (given.id, given.content, given.name, given.conversation, given.title)
        "".join(filter(None, texts)).encode()
    except ValidationError as error:
        wrong = error.errors()[0]
        field_name = ".".join(map(str, wrong["loc"]))
        raise _invalid(position, f"{field_name!r}: {wrong['msg']}") from None
    except UnicodeEncodeError:
        raise _invalid(position, "it holds half a character (a lone surrogate)") from None
    if len(given.content) > MOST_CHARACTERS:
        raise _invalid(position, f"it is longer than {MOST_CHARACTERS:,} characters")
    return given


def _invalid(position: int, what: str) -> InvalidMessage:
    return InvalidMessage(
        f"Message {position} cannot be imported: {what}. Those before it may be stored already; "
        "mend it and import again."
    )


def _export_failed(path: Path, error: OSError) -> ExportFailed:
    return ExportFailed(
        f"{str(path)!r} could not be made ({error.strerror}). Choose another file name."
    )
