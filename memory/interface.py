"""The tables of the interface: how the user wants an app to look, and which starters they used.

A setting without a value is automatic, from a time on: what was said or done before counts no more.
Knows nothing about which settings and starters there are.
"""

from collections.abc import Sequence
from datetime import datetime

from memory.database import Database
from memory.types import Record, UtcTime

MOST_USES = 200


class Setting(Record):
    """What the user set, and when; None where they had it begin anew."""

    value: str | None
    time: UtcTime


class StarterUse(Record):
    """A starter was used; `starter` is its id and holds no word of the user's."""

    starter: str
    time: UtcTime


class InterfaceTable:
    """The settings of one vault, and the latest uses of starters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[str, Setting]:
        """All that was set, by name; what was never touched is left out."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM interface").fetchall()
        return {
            row["name"]: Setting(value=row["value"], time=datetime.fromisoformat(row["time"]))
            for row in rows
        }

    def set(self, name: str, value: str | None, *, time: datetime) -> None:
        """Set something, or with None let it begin anew at `time`."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO interface VALUES (?, ?, ?)", (name, value, time.isoformat())
            )

    def clear(self, name: str) -> None:
        """Forget that something was set, so that it is automatic by all that was ever said."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM interface WHERE name = ?", (name,))

    def note_use(self, starter: str, *, time: datetime) -> None:
        """Remember that a starter was used; only the latest uses are kept."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO starter_uses (starter, time) VALUES (?, ?)",
                (starter, time.isoformat()),
            )
            connection.execute(
                "DELETE FROM starter_uses WHERE rowid NOT IN"
                " (SELECT rowid FROM starter_uses ORDER BY time DESC LIMIT ?)",
                (MOST_USES,),
            )

    def uses(self) -> Sequence[StarterUse]:
        """The latest uses of starters, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM starter_uses ORDER BY time").fetchall()
        return [
            StarterUse(starter=row["starter"], time=datetime.fromisoformat(row["time"]))
            for row in rows
        ]
