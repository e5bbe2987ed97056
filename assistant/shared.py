"""What all companions of one assistant share: settings, vaults, models, locks and afterwork."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Condition, Lock
from weakref import WeakValueDictionary

from langchain_core.language_models import BaseChatModel

from assistant.afterwork import Afterwork
from assistant.chat_models.opened import OpenedModel, open_model
from assistant.errors import ReplyInProgress
from assistant.parsers import open_learner
from assistant.rerankers import open_reranker
from assistant.settings import Settings
from memory.embeddings import Embedder
from memory.vaults import Vaults
from prompts.library import Library

GATE_WAIT_S = 60.0


class TurnGate:
    """Lets one user's turns in, and keeps them out while something is forgotten.

    A turn holds words of the vault from the moment it recalls until its reply is kept and the
    model has read ahead; so nothing is forgotten for good meanwhile.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._inside = 0
        self._is_closed = False
        self.times_closed = 0

    @property
    def is_closed(self) -> bool:
        """Whether turns have to wait."""
        return self._is_closed

    def enter(self) -> None:
        """Wait until the gate is open, and go in."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closed)
            self._inside += 1

    def leave(self) -> None:
        """Tell that a turn is over."""
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Keep turns out for a block, after those inside have come to an end.

        Raises:
            ReplyInProgress: one does not.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closed)
            self._is_closed = True
            is_empty = self._changed.wait_for(lambda: not self._inside, GATE_WAIT_S)
            self.times_closed += 1
        try:
            if not is_empty:
                raise ReplyInProgress(
                    "A reply is still being written. Stop it, or wait for its end; then try again."
                )
            yield
        finally:
            with self._changed:
                self._is_closed = False
                self._changed.notify_all()


class TurnLock:
    """Held while a turn of one conversation is taken. Any thread may give it back."""

    def __init__(self, gate: TurnGate) -> None:
        self._gate = gate
        self._lock = Lock()

    def is_free(self) -> bool:
        """Whether a turn can begin at once."""
        return not self._lock.locked() and not self._gate.is_closed

    def take(self) -> None:
        """Wait until the lock is free, and take it."""
        self._gate.enter()
        self._lock.acquire()

    def give_back(self) -> None:
        """Let the next turn begin."""
        self._lock.release()
        self._gate.leave()


class Shared:
    """The parts that are made once and used by every turn."""

    def __init__(
        self,
        settings: Settings,
        *,
        model: str | BaseChatModel,
        embedder: Embedder,
        library: Library,
        clock: Callable[[], datetime],
        read_only: bool,
    ) -> None:
        """Nothing is opened, loaded or started yet."""
        self.settings = settings
        self.embedder = embedder
        self.library = library
        self.clock = clock
        self.is_read_only = read_only
        self.vaults = Vaults(settings.home, embedder, open_reranker(settings))
        self.learner = open_learner(settings, embedder)
        self.afterwork = Afterwork()
        self._model_given = model
        self._model: OpenedModel | None = None
        self._mutex = Lock()
        self._turn_locks: WeakValueDictionary[tuple[str, str], TurnLock] = WeakValueDictionary()
        self._turn_gates: WeakValueDictionary[str, TurnGate] = WeakValueDictionary()
        self._turns_running = 0

    def model(self) -> OpenedModel:
        """The chat model, opened on first use.

        Raises:
            AssistantError: it cannot be opened; the message says what to do.
        """
        with self._mutex:
            if self._model is None:
                self._model = open_model(self._model_given, self.settings)
            return self._model

    def turn_lock(self, user: str, conversation_id: str) -> TurnLock:
        """The lock of one conversation."""
        gate = self.turn_gate(user)
        with self._mutex:
            return self._turn_locks.setdefault((user, conversation_id), TurnLock(gate))

    def turn_gate(self, user: str) -> TurnGate:
        """The gate that all turns of one user pass."""
        with self._mutex:
            return self._turn_gates.setdefault(user, TurnGate())

    def drop_model_cache(self) -> None:
        """Have a local model forget the prompts that it read; waits for replies in progress."""
        with self._mutex:
            model = self._model
        if model is not None:
            model.drop_cache()

    @contextmanager
    def turn_running(self) -> Iterator[None]:
        """Let background reading know that somebody waits for the model."""
        with self._mutex:
            self._turns_running += 1
        try:
            yield
        finally:
            with self._mutex:
                self._turns_running -= 1

    def is_idle(self) -> bool:
        """Whether no turn is being taken."""
        return self._turns_running == 0

    def has_queue(self) -> bool:
        """Whether a turn that begins now waits for another: a local model answers one at a time."""
        return bool(self._model and self._model.keeps_prefix and self._turns_running)

    def close(self) -> None:
        """Finish what replies left to be done, and close all vaults and the model."""
        self.afterwork.close()
        self.vaults.close()
        with self._mutex:
            if self._model is not None:
                self._model.close()
                self._model = None
