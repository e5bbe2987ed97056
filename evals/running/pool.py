"""Work done by a few threads, in which a job that does not end is given up and the rest goes on.

A thread cannot be stopped from outside. So one whose job takes too long is left behind, and
another takes its place. Waking up for a result costs more than a quick job does: so results that
come quickly are handed over together. Knows nothing about what a job is.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import sleep
from typing import Generic, TypeVar

_LOOK_EVERY_S = 0.25
_GATHER_S = 0.005
_AHEAD = 64

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(eq=False)
class _Worker(Generic[Task]):
    """A thread, and what it works at."""

    task: Task | None = None
    is_left: bool = False
    lock: Lock = field(default_factory=Lock)


class Pool(Generic[Task, Result]):
    """Does tasks with `do`; one that `is_overdue` is answered by `give_up`."""

    def __init__(
        self,
        size: int,
        *,
        do: Callable[[Task], Result],
        is_overdue: Callable[[Task], bool],
        give_up: Callable[[Task], Result],
    ) -> None:
        self._size = size
        self._do = do
        self._is_overdue = is_overdue
        self._give_up = give_up
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._done: SimpleQueue[Result | BaseException] = SimpleQueue()
        self._workers: list[_Worker[Task]] = []

    def results(self, tasks: Iterator[Task]) -> Generator[list[Result]]:
        """The results of all tasks, some at a time, as they come.

        Raises:
            Exception: what `do` raised; no task is begun after that.
        """
        for _ in range(self._size):
            self._hire()
        waiting = self._feed(tasks, self._size + _AHEAD)
        try:
            while waiting:
                done, error = self._gather()
                yield done
                if error is not None:
                    raise error
                waiting += self._feed(tasks, len(done)) - len(done)
                self._leave_behind()
        finally:
            self._dismiss()

    def _gather(self) -> tuple[list[Result], BaseException | None]:
        """What is done by now, and the error that stands behind it, if there is one."""
        results: list[Result] = []
        try:
            each = self._done.get(timeout=_LOOK_EVERY_S)
            sleep(_GATHER_S)
            while not isinstance(each, BaseException):
                results.append(each)
                each = self._done.get_nowait()
        except Empty:
            return results, None
        return results, each

    def _feed(self, tasks: Iterator[Task], count: int) -> int:
        fed = 0
        for task in islice(tasks, count):
            self._tasks.put(task)
            fed += 1
        return fed

    def _hire(self) -> None:
        worker: _Worker[Task] = _Worker()
        self._workers.append(worker)
        Thread(target=self._work, args=(worker,), daemon=True, name="bespoke-eval").start()

    def _work(self, worker: _Worker[Task]) -> None:
        while not worker.is_left and (task := self._tasks.get()) is not None:
            worker.task = task
            try:
                result: Result | BaseException = self._do(task)
            except BaseException as error:
                result = error
            with worker.lock:
                worker.task = None
                if not worker.is_left:
                    self._done.put(result)

    def _leave_behind(self) -> None:
        """Give up on every task that takes too long."""
        for worker in list(self._workers):
            with worker.lock:
                task = worker.task
                if task is None or not self._is_overdue(task):
                    continue
                worker.is_left = True
            self._workers.remove(worker)
            self._done.put(self._give_up(task))
            self._hire()

    def _dismiss(self) -> None:
        """Let every thread end when it has done what it is at."""
        try:
            while True:
                self._tasks.get_nowait()
        except Empty:
            for worker in self._workers:
                worker.is_left = True
                self._tasks.put(None)
