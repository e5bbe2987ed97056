"""Looks at what lies on the disk, and at what the process holds open."""

import os
import threading
from pathlib import Path


def files_holding(folder: Path, *needles: str | bytes) -> list[str]:
    """The files under `folder` in whose bytes or names one of the needles stands, any case."""
    wanted = [each.encode() if isinstance(each, str) else each for each in needles]
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if any(
            needle.lower() in bytes(path).lower()
            or (path.is_file() and needle.lower() in path.read_bytes().lower())
            for needle in wanted
        )
    )


def open_to_others(folder: Path) -> list[str]:
    """The files and folders, `folder` included, that anybody but their owner can enter or read."""
    return [str(path) for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under `folder`, with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def descriptors() -> int:
    """How many file descriptors this process holds."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (a Path would hold one more)


def threads() -> int:
    """How many threads this process has, those of native libraries included."""
    return max(len(list(Path("/proc/self/task").iterdir())), threading.active_count())
