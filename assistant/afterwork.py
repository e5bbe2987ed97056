"""What a turn leaves to be done once the reply is out, one job after the other on one thread.

Embedding the reply, handing vectors to the index, folding the history and reading it ahead: none
of it is needed for the reply, and all of it can be lost and done later.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from assistant.errors import where_it_failed

_log = logging.getLogger(__name__)


class Afterwork:
    """A queue of jobs. The thread starts with the first job and ends with `close`."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="bespoke-afterwork")

    def add(self, job: Callable[[], None]) -> None:
        """Do `job` soon; a failure is logged, because nobody waits for it. After `close`: never."""
        with suppress(RuntimeError):
            self._executor.submit(_do, job)

    def wait(self) -> None:
        """Wait until all that was added before is done."""
        self._executor.submit(lambda: None).result()

    def close(self) -> None:
        """Do what is left, then end the thread."""
        self._executor.shutdown()


def _do(job: Callable[[], None]) -> None:
    try:
        job()
    except Exception as error:
        _log.error(
            "Work after a reply failed; it is tried again after the next one.\n%s",
            where_it_failed(error),
        )
