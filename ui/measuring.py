"""Measuring how much a reply leans on what it was given, while that goes on. It can be stopped.

Knows nothing about pages.
"""

from dataclasses import dataclass, field
from threading import Event

from assistant import Companion
from assistant.explanation import Explanation


class _Stopped(Exception):
    """Nobody waits for the measurement any more."""


@dataclass
class Measuring:
    """One measurement while it goes on, and how far it is."""

    companion: Companion
    reply_id: str
    done: int = 0
    of: int = 0
    stopped: Event = field(default_factory=Event)

    def run(self) -> Explanation | None:
        """Measure; None where it was stopped."""
        try:
            return self.companion.explain(self.reply_id, self._tell)
        except _Stopped:
            return None

    def _tell(self, done: int, of: int) -> None:
        self.done, self.of = done, of
        if self.stopped.is_set():
            raise _Stopped

    def line(self) -> str:
        """How far it is."""
        return f"Measuring: {self.done} of {self.of} …" if self.of else "Measuring …"
