"""A reply, or a text for the user, while it is being spoken, by a thread of its own.

The pages look at it as often as they draw, and stop it without waiting for the model's next word;
the thread then closes the turn, which keeps what was said until then. Knows nothing about pages.
"""

from collections.abc import Callable, Generator
from contextlib import closing
from threading import Event, Thread

from assistant import Piece, Reply
from assistant.types import Created

Begin = Callable[[], Generator[Piece]]


class Speech:
    """What has been said so far, and how it ended: `reply`, `created`, `error`; none if stopped."""

    def __init__(self, begin: Begin) -> None:
        """Nothing is said yet. `begin` makes the turn's generator, in the thread."""
        self.text = ""
        self.is_waiting = False
        self.reply: Reply | None = None
        self.created: Created | None = None
        self.error: Exception | None = None
        self._begin = begin
        self._stopped = Event()
        self._ended = Event()
        self._thread = Thread(target=self._run, name="bespoke-speech", daemon=True)

    def start(self) -> None:
        """Begin to speak."""
        self._thread.start()

    def stop(self) -> None:
        """Let it end at the model's next word. Does nothing if it has ended."""
        self._stopped.set()

    def wait(self, timeout_s: float) -> None:
        """Wait until the thread has closed the turn."""
        self._ended.wait(timeout_s)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be heard."""
        return self._ended.is_set() or self._stopped.is_set()

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped before it came to its end."""
        ends = (self.reply, self.created, self.error)
        return self._stopped.is_set() and all(end is None for end in ends)

    def _run(self) -> None:
        try:
            with closing(self._begin()) as pieces:
                for piece in pieces:
                    self._take(piece)
                    if self._stopped.is_set():
                        return
        except Exception as error:
            self.error = error
        finally:
            self._ended.set()

    def _take(self, piece: Piece) -> None:
        self.is_waiting = piece.kind == "waiting"
        self.reply = piece.reply or self.reply
        self.created = piece.created or self.created
        if not self._stopped.is_set():
            self.text += piece.text
