"""Import and export: what other assistants exported comes in, everything kept goes out.

A file that was uploaded is deleted as soon as it is read; one to download, once it was.
"""

import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Generic, TypeVar

import gradio as gr
from gradio.utils import get_upload_folder

from assistant import Companion
from assistant.types import ImportProgress, ImportReport
from ui.edge import sentence_for
from ui.events import QUICK, Updates
from ui.language import speak, tr
from ui.open_pages import OpenPages

_EXPLAINED_IMPORT = (
    "### Bring something in\n"
    "The export of ChatGPT or Claude (.zip or conversations.json), messages as JSON Lines, or an "
    "export of Bespoke. The file is read on this machine; doing it twice changes nothing."
)
_EXPLAINED_EXPORT = (
    "### Take everything with you\n"
    "All chats and memories in one file (JSON Lines), which Bespoke can read back."
)
_KINDS = [".zip", ".json", ".jsonl"]
_STEPS = {"read": "Reading the file", "embed": "Making it searchable"}
Result = TypeVar("Result")


class Transfers:
    """Draws both forms and wires them."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the tab."""
        self._pages = pages
        self._downloads = pages.downloads
        gr.Markdown(_EXPLAINED_IMPORT)
        self.learn = gr.Checkbox(
            label="Learn from what I said there",
            value=True,
            info="Off: the chats can be found again, but nothing is noted down about you.",
            elem_id="import-learn",
        )
        self.file = gr.UploadButton(
            "Choose a file…", file_types=_KINDS, size="sm", elem_id="import-file"
        )
        self.imported = gr.Markdown(visible=False, elem_id="imported")
        gr.Markdown(_EXPLAINED_EXPORT)
        self.export = gr.Button("Make the file", size="sm", elem_id="export")
        self.exported = gr.Markdown(visible=False, elem_id="exported")
        # Gradio would leave an empty file behind for each that it hands over itself.
        self.done = self.file.upload(
            self._import,
            [self.file, self.learn],
            [self.imported, self.file],
            preprocess=False,
            **QUICK,
        )
        self.export.click(self._export, None, [self.exported], **QUICK)

    def _import(self, given: object, is_learning: bool, request: gr.Request) -> Iterator[Updates]:
        path = uploaded(given)
        if path is None:
            return
        try:
            page = self._pages.of(request)
            companion = page.companion
            work = _Work(lambda tell: _read_in(companion, path, is_learning, tell))
            for progress in work.progress():
                speak(page.language)  # each step of a generator is an event of its own
                yield {self.imported: gr.update(value=_progress_text(progress), visible=True)}
            report = work.result()
            speak(page.language)
            told = _report_text(report)
        except Exception as error:
            told = sentence_for(error)
        finally:
            path.unlink(missing_ok=True)
        yield {self.imported: gr.update(value=told, visible=True), self.file: None}

    def _export(self, request: gr.Request) -> Iterator[Updates]:
        try:
            page = self._pages.of(request)
            companion, path = page.companion, self._downloads.new_path()
            work = _Work(lambda tell: companion.export(path, on_progress=tell))
            for count in work.progress():
                speak(page.language)
                so_far = tr("Written: {count} …", count=f"{count:,}")
                yield {self.exported: gr.update(value=so_far, visible=True)}
            receipt = work.result()
            address = self._downloads.offer(page.user, path)
            speak(page.language)
            counted = tr(
                "{messages} messages and {memories} memories, {size}.",
                messages=f"{receipt.counts.get('message', 0):,}",
                memories=f"{receipt.counts.get('memory', 0):,}",
                size=_size(receipt.size_bytes),
            )
            told = f"{counted} [{tr('Download the file')}]({address}) {tr('(the link works once)')}"
        except Exception as error:
            told = sentence_for(error)
        yield {self.exported: gr.update(value=told, visible=True)}


def uploaded(given: object) -> Path | None:
    """The file that a browser says it has uploaded, if it lies where uploads lie."""
    first = given[0] if isinstance(given, list) and given else given
    named = first.get("path") if isinstance(first, dict) else None
    if not isinstance(named, str):
        return None
    path = Path(named).resolve()
    is_upload = path.is_relative_to(Path(get_upload_folder()).resolve()) and path.is_file()
    return path if is_upload else None


class _Work(Generic[Result]):
    """Something that takes long, done by a thread, whose progress can be looked at meanwhile."""

    def __init__(self, do: Callable[[Callable[[object], None]], Result]) -> None:
        self._told: queue.Queue[object] = queue.Queue()
        self._result: Result | None = None
        self._error: Exception | None = None
        self._thread = Thread(target=self._run, args=(do,), name="bespoke-transfer", daemon=True)
        self._thread.start()

    def progress(self) -> Iterator[object]:
        """The latest that was told, a few times a second, until it is done."""
        while self._thread.is_alive() or not self._told.empty():
            try:
                latest = self._told.get(timeout=0.2)
                while not self._told.empty():
                    latest = self._told.get_nowait()
            except queue.Empty:
                continue
            yield latest

    def result(self) -> Result:
        """What came of it."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._result

    def _run(self, do: Callable[[Callable[[object], None]], Result]) -> None:
        try:
            self._result = do(self._told.put)
        except Exception as error:
            self._error = error


def _read_in(
    companion: Companion, path: Path, is_learning: bool, tell: Callable[[object], None]
) -> ImportReport:
    return companion.import_file(path, learn=is_learning, on_progress=tell)


def _progress_text(progress: object) -> str:
    assert isinstance(progress, ImportProgress)
    share = progress.done / progress.total if progress.total else 1.0
    return f"{tr(_STEPS[progress.step])}: {share:.0%}"


def _report_text(report: ImportReport) -> str:
    counted = tr(
        "{added} new messages, {known} were known already.",
        added=f"{report.added:,}",
        known=f"{report.known:,}",
    )
    lines = [f"**{tr('Done.')}** {counted}"]
    learned = ", ".join(f"{count:,} as {kind}" for kind, count in report.learned.items())
    skipped = ", ".join(f"{count:,} ({reason})" for reason, count in report.skipped.items())
    restored = ", ".join(f"{count:,} of {what}" for what, count in report.restored.items())
    lines += [f"{tr('Learned:')} {learned}."] if learned else []
    lines += [f"{tr('Brought back:')} {restored}."] if restored else []
    lines += [f"{tr('Left out:')} {skipped}."] if skipped else []
    return "\n\n".join(lines)


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{max(count // 1000, 1)} KB"
