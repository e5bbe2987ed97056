"""What all companions of one assistant share: settings, vaults, models, locks and afterwork."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from weakref import WeakValueDictionary

from langchain_core.language_models import BaseChatModel

from assistant.afterwork import Afterwork
from assistant.chat_models.opened import OpenedModel, open_model
from assistant.parsers import open_learner
from assistant.rerankers import open_reranker
from assistant.settings import Settings
from memory.embeddings import Embedder
from memory.vault import Vaults
from prompts.library import Library


class TurnLock:
    """Held while a turn of one conversation is taken. Any thread may give it back."""

    def __init__(self) -> None:
        self._lock = Lock()

    def is_free(self) -> bool:
        """Whether no turn is being taken."""
        return not self._lock.locked()

    def take(self) -> None:
        """Wait until the lock is free, and take it."""
        self._lock.acquire()

    def give_back(self) -> None:
        """Let the next turn begin."""
        self._lock.release()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for a block, after waiting for it."""
        self.take()
        try:
            yield
        finally:
            self.give_back()


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
        with self._mutex:
            return self._turn_locks.setdefault((user, conversation_id), TurnLock())

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
