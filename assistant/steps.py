"""The steps in which something is made: how long each took, and which of them failed."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from assistant.errors import AssistantError, where_it_failed
from memory.errors import EmbedderMismatch

_log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Steps:
    """Times steps, and goes on without those that failed where that is possible."""

    def __init__(self) -> None:
        """No step was taken yet."""
        self.seconds: dict[str, float] = {}
        self.failures: list[str] = []

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Note how long a block takes."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = time.perf_counter() - started

    def attempt(self, step: str, do: Callable[[], Result], *, without: Result) -> Result:
        """Take and time a step that one can do without, if it fails."""
        with self.timed(step):
            try:
                return do()
            except (AssistantError, EmbedderMismatch):
                raise  # the user has something to mend, and the message is kept
            except Exception as error:
                self.note_failure(step, error)
                return without

    def note_failure(self, step: str, error: Exception) -> None:
        """Log that a step failed, and remember it for the trace."""
        _log.error(
            "The step %r failed; the reply is made without.\n%s", step, where_it_failed(error)
        )
        self.failures.append(step)
