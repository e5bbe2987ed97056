"""The table of consents: what a user allows, purpose by purpose."""

from datetime import datetime

from memory.database import Database
from memory.types import Purpose

# Sharing with a remote model sends memories off this machine, so it is asked for first.
_UNLESS_SAID = {purpose: purpose is not Purpose.SHARE_WITH_REMOTE for purpose in Purpose}


class Consents:
    """The consents of one vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[Purpose, bool]:
        """Every purpose, and whether it is allowed."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT purpose, is_granted FROM consents").fetchall()
        said = {Purpose(row["purpose"]): bool(row["is_granted"]) for row in rows}
        return _UNLESS_SAID | said

    def set(self, purpose: Purpose, is_granted: bool, *, time: datetime) -> None:
        """Allow a purpose, or forbid it."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO consents VALUES (?, ?, ?) ON CONFLICT (purpose) DO UPDATE"
                " SET is_granted = excluded.is_granted, time = excluded.time",
                (purpose.value, is_granted, time.isoformat()),
            )
