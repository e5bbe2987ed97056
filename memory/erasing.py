"""Erasing a user's folder, so that it is gone at once or, after a kill, at the next start."""

import os
import shutil
import sqlite3
from pathlib import Path
from uuid import uuid4

from memory.database import as_vault_error

# No vault's folder has a dot in its name.
_ERASED = ".erased-"


def erase_folder(folder: Path) -> tuple[int, int]:
    """Remove a folder with all that it holds; returns how many files and bytes that were.

    It is renamed first, so that no half of a vault is ever opened.

    Raises:
        VaultReadOnly: it cannot be removed.
    """
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    going = folder.with_name(f"{folder.name}{_ERASED}{uuid4().hex}")
    try:
        folder.rename(going)
        shutil.rmtree(going)
        _sync(folder.parent)
    except OSError as error:
        raise as_vault_error(error, folder) from error
    return len(files), size


def erase_leftovers(users: Path) -> None:
    """Remove what a killed erasure left."""
    for folder in users.glob(f"*{_ERASED}*"):
        shutil.rmtree(folder, ignore_errors=True)


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many conversations, messages, memories and creations a vault holds."""
    return {
        table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        for table in ("conversations", "messages", "memories", "creations")
    }


def _sync(folder: Path) -> None:
    """Have the file system remember that a folder is gone."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
