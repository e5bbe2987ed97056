"""`bespoke memory`: look at what is known, and change it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, get_args

import click
from tqdm import tqdm

from assistant.commands.options import whose
from assistant.commands.receipts import preview_lines, receipt_lines
from memory.errors import NotFound
from memory.importers.base import Format
from memory.types import Memory, MemoryKind, Status, Strength

if TYPE_CHECKING:
    from assistant import Companion
    from assistant.types import ImportProgress

_SHORT = 8
_PLURALS = {"feedback": "feedback", "memory": "memories"}


@click.group()
def memory() -> None:
    """See, add, change and forget memories; export and import messages.

    An ID may be shortened to its first characters, as long as only one memory begins with them.
    """


@memory.command("list")
@whose
@click.option("--status", type=click.Choice([status.value for status in Status]))
@click.option("--limit", type=click.IntRange(1), help="Show at most so many.")
def list_memories(user: str | None, status: str | None, limit: int | None) -> None:
    """Show memories: pinned ones first, then the newest."""
    with _companion(user, read_only=True) as companion:
        found = companion.memories.list(status=Status(status) if status else None, limit=limit)
    for each in found:
        click.echo(_line(each))
    if not found:
        click.echo("There are no memories yet. Add one: bespoke memory add 'I live in Porto'")


@memory.command()
@whose
@click.argument("text")
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True)
def search(user: str | None, text: str, limit: int) -> None:
    """Show the memories that are nearest to TEXT, with their scores."""
    with _companion(user) as companion:  # what was added by hand is embedded when first searched
        for item in companion.memories.search(text, limit=limit):
            click.echo(f"{item.id[:_SHORT]}  {item.score:5.2f}  {item.text}")


@memory.command()
@whose
@click.argument("text")
@click.option("--kind", type=click.Choice(get_args(MemoryKind)), help="Default: fact.")
@click.option(
    "--strength",
    type=click.Choice(get_args(Strength)),
    help="Default: hard for a constraint, else soft.",
)
def add(user: str | None, text: str, kind: MemoryKind | None, strength: Strength | None) -> None:
    """Write down TEXT, a statement about you, like 'I live in Porto'."""
    with _companion(user) as companion:
        click.echo(_line(companion.memories.add(text, kind=kind, strength=strength)))


@memory.command()
@whose
@click.argument("memory_id", metavar="ID")
@click.argument("text")
def edit(user: str | None, memory_id: str, text: str) -> None:
    """Replace the memory ID by TEXT; the old one is kept as superseded."""
    with _companion(user) as companion:
        click.echo(_line(companion.memories.edit(_whole_id(companion, memory_id), text)))


@memory.command()
@whose
@click.argument("memory_id", metavar="ID")
@click.option("--off", is_flag=True, help="Unpin it.")
def pin(user: str | None, memory_id: str, *, off: bool) -> None:
    """Let the memory ID come before others."""
    with _companion(user) as companion:
        change = companion.memories.unpin if off else companion.memories.pin
        click.echo(_line(change(_whole_id(companion, memory_id))))


@memory.command()
@whose
@click.argument("memory_id", metavar="ID")
@click.option("--off", is_flag=True, help="Use it again.")
def hide(user: str | None, memory_id: str, *, off: bool) -> None:
    """Keep the memory ID, but use it nowhere."""
    with _companion(user) as companion:
        change = companion.memories.unhide if off else companion.memories.hide
        click.echo(_line(change(_whole_id(companion, memory_id))))


@memory.command()
@whose
@click.argument("memory_id", metavar="ID")
def undo(user: str | None, memory_id: str) -> None:
    """Take back that the memory ID was hidden, or that it replaced another or was replaced."""
    with _companion(user) as companion:
        click.echo(_line(companion.memories.undo(_whole_id(companion, memory_id))))


@memory.command()
@whose
@click.argument("memory_id", metavar="ID")
@click.option("--preview", is_flag=True, help="Only show what would go.")
@click.option("--also", multiple=True, metavar="ID", help="Forget this, too; see the preview.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(
    user: str | None, memory_id: str, also: tuple[str, ...], *, preview: bool, yes: bool
) -> None:
    """Forget the memory ID for good, and its words wherever they were said or repeated."""
    with _companion(user) as companion:
        whole_id = _whole_id(companion, memory_id)
        for line in preview_lines(companion.memories.preview_forget(whole_id)):
            click.echo(line)
        if preview or not (yes or click.confirm("Forget all this for good?")):
            return
        for line in receipt_lines(companion.memories.forget(whole_id, also=also)):
            click.echo(line)


@memory.command()
@whose
@click.option("--delete", "tombstone_id", metavar="ID", help="Let it be learned again.")
def tombstones(user: str | None, tombstone_id: str | None) -> None:
    """Show when something was forgotten that is not learned again; no words of it are kept."""
    with _companion(user, read_only=tombstone_id is None) as companion:
        if tombstone_id is not None:
            companion.memories.delete_tombstone(tombstone_id)
        found = companion.memories.tombstones()
    for each in found:
        click.echo(f"{each.id}  {each.created:%Y-%m-%d %H:%M}  {each.sentences} sentences")
    click.echo(f"{len(found)} in all." if found else "There are none.")


@memory.command()
@whose
@click.argument("memory_id", metavar="ID")
def history(user: str | None, memory_id: str) -> None:
    """Show what happened to the memory ID and to those it superseded."""
    with _companion(user, read_only=True) as companion:
        for event in companion.memories.history(_whole_id(companion, memory_id)):
            click.echo(f"{event.time:%Y-%m-%d %H:%M}  {event.action:<10}  {event.text}")


@memory.command()
@whose
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def export(user: str | None, path: Path) -> None:
    """Write everything that is kept to the new JSON Lines file PATH."""
    with _companion(user, read_only=True) as companion:
        receipt = companion.export(path)
    what = _counted(receipt.counts) or "Nothing is kept yet"
    click.echo(f"{what}: {receipt.size_bytes:,} bytes written to {path}.")


@memory.command("import")
@whose
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--format",
    "source",
    type=click.Choice(get_args(Format)),
    help="Default: told by looking into the file.",
)
@click.option("--no-learn", is_flag=True, help="Make no memories of what you said.")
def import_file(user: str | None, path: Path, source: Format | None, *, no_learn: bool) -> None:
    """Take over the history in PATH: an export of ChatGPT, of Claude or of Bespoke, or messages.

    It can be stopped and repeated: nothing is stored twice.
    """
    with _companion(user) as companion, _Bars() as bars:
        report = companion.import_file(
            path, format=source, learn=not no_learn, on_progress=bars.advance
        )
    click.echo(f"{report.added} messages added, {report.known} were there already.")
    for what, counts in (("Restored", report.restored), ("Learned", report.learned)):
        if counts:
            click.echo(f"{what}: {_counted(counts)}.")
    if report.skipped:
        reasons = (f"{count} ({reason})" for reason, count in report.skipped.items())
        click.echo(f"Left out: {', '.join(reasons)}.")


@memory.command()
@whose
def reindex(user: str | None) -> None:
    """Make all vectors anew, as a change of the embedder requires; can be stopped and repeated."""
    with _companion(user) as companion, tqdm(unit=" texts", desc="Embedding") as bar:
        companion.reindex(lambda count: _advance(bar, count))
    click.echo("All vectors are new.")


@contextmanager
def _companion(user: str | None, *, read_only: bool = False) -> Iterator["Companion"]:
    from assistant import Assistant

    with Assistant(read_only=read_only) as assistant:
        yield assistant.user(user or assistant.settings.user)


class _Bars:
    """A progress bar for each step of an import, one after the other."""

    _SHOWN: ClassVar[dict[str, dict[str, Any]]] = {
        "read": {"desc": "Reading", "unit": "B", "unit_scale": True},
        "embed": {"desc": "Embedding", "unit": " messages"},
    }

    def __init__(self) -> None:
        self._step: str | None = None
        self._bar: tqdm[NoReturn] | None = None

    def __enter__(self) -> "_Bars":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self, progress: "ImportProgress") -> None:
        """Show how far the import is."""
        if self._bar is None or progress.step != self._step:
            self.__exit__()
            self._step, self._bar = progress.step, tqdm(**self._SHOWN[progress.step])
        self._bar.total = progress.total
        self._bar.update(progress.done - self._bar.n)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{count} {name if count == 1 else _PLURALS.get(name, f'{name}s')}"
        for name, count in counts.items()
    )


def _advance(bar: "tqdm[NoReturn]", count: int) -> None:
    bar.update(count)


def _whole_id(companion: "Companion", beginning: str) -> str:
    every = [*companion.memories.list(), *companion.memories.list(status=Status.SUPERSEDED)]
    found = [each.id for each in every if each.id.startswith(beginning)]
    if len(found) != 1:
        raise NotFound(
            f"{len(found)} memories begin with {beginning!r}; one must. "
            "`bespoke memory list` shows the IDs."
        )
    return found[0]


def _line(each: Memory) -> str:
    marks = [each.kind, *(["hard"] if each.strength == "hard" else [])]
    marks += [each.status.value] if each.status is not Status.ACTIVE else []
    marks += ["pinned"] if each.pinned else []
    return f"{each.id[:_SHORT]}  {each.created:%Y-%m-%d}  {each.text}  ({', '.join(marks)})"
