"""Bespoke under test: a companion with a past, in a home folder of its own for every case.

The past is imported once for each persona and arm; every case begins with a copy of the folder
that came of it. Embedder, parser and chat model are shared by all.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from assistant import Companion
from assistant.chat_models.opened import OpenedModel
from assistant.parsers import open_learner
from assistant.settings import Settings
from assistant.shared import Shared
from assistant.types import Created, Piece, Reply
from evals.results import Offered
from evals.subjects.base import Answer, Calls, Scene, Session, digest_of
from evals.subjects.past import past_of
from evals.subjects.recorded_chat import RecordedChat
from evals.suites.steps import Create
from evals.suites.types import Prices, Sampling
from evals.wording import found_in
from memory.embeddings import Embedder
from memory.types import Purpose, Status
from prompts.library import Library


class BespokeSubject:
    """Bespoke, with a chat model and a folder of prompts."""

    is_foreign = False

    def __init__(
        self,
        opened: OpenedModel,
        settings: Settings,
        embedder: Embedder,
        *,
        sampling: Sampling,
        prompts: Path | None,
        prices: Prices | None,
        folder: Path,
    ) -> None:
        """`folder` is where homes are made: an empty one, which the caller removes."""
        self._opened = opened
        self._settings = settings
        self._embedder = embedder
        self._sampling = sampling
        self._prices = prices
        self._folder = folder
        self._library = Library(prompts)
        self._making: dict[str, Lock] = {}
        self._mutex = Lock()

    @property
    def model(self) -> str:
        """The chat model's name."""
        return self._opened.name

    @property
    def host(self) -> str | None:
        """Where the chat model sends what it is asked."""
        return self._opened.host

    @property
    def prompt(self) -> str:
        """A digest of all prompts: of a turn, and of every kind of text."""
        kinds = [self._library.kind(name).digest for name in self._library.kinds()]
        return digest_of(self._library.get("chat").digest, *kinds)[:12]

    @property
    def version(self) -> str:
        """Changes with the model, how it is asked, the prompt, the embedder and the parser."""
        settings = self._settings
        return digest_of(
            "bespoke",
            self.model,
            self._sampling.model_dump(),
            self.prompt,
            self._embedder.identity,
            settings.parser,
            (settings.snapshot_tokens, settings.attached_tokens, settings.history_tokens),
        )

    def open(self, scene: Scene, calls: Calls) -> Session:
        """A companion with the scene's past."""
        home = self._folder / f"case-{uuid4().hex}"
        shutil.copytree(self._prepared(scene), home)
        chat = RecordedChat(
            opened=self._opened,
            calls=calls,
            sampling=self._sampling,
            seed=scene.seed,
            prices=self._prices,
        )
        return _BespokeSession(self._shared(home, chat, scene.now), home, scene, chat)

    def close(self) -> None:
        """Free the chat model."""
        self._opened.close()

    @cached_property
    def _learner(self) -> Any:
        return open_learner(self._settings, self._embedder)

    def _shared(self, home: Path, chat: RecordedChat | None, now: datetime) -> Shared:
        shared = Shared(
            self._settings.model_copy(update={"home": home, "suggestions": False}),
            model=chat or self._settings.model,
            embedder=self._embedder,
            library=self._library,
            clock=_Clock(now),
            read_only=False,
        )
        shared.learner = self._learner  # it takes a second to load
        return shared

    def _prepared(self, scene: Scene) -> Path:
        """The home folder that the scene's past makes."""
        parts = (
            scene.persona.model_dump(mode="json"),
            scene.memory,
            [line.model_dump(mode="json") for line in scene.needed],
            {name: each.model_dump(mode="json") for name, each in scene.neighbours.items()},
            scene.now.isoformat(),
        )
        name = digest_of(*parts)
        with self._mutex:
            lock = self._making.setdefault(name, Lock())
        home = self._folder / f"past-{name}"
        with lock:
            if not home.exists():
                draft = self._folder / f"draft-{name}"
                shutil.rmtree(draft, ignore_errors=True)
                self._prepare(scene, draft)
                draft.rename(home)
        return home

    def _prepare(self, scene: Scene, home: Path) -> None:
        home.mkdir(parents=True)
        shared = self._shared(home, None, scene.now)
        try:
            _give_past(Companion(scene.persona.name, shared), scene)
            for name, persona in scene.neighbours.items():
                neighbour = Companion(name, shared)
                neighbour.import_messages(past_of(persona, scene.now, prefix=f"{name}-"))
            shared.afterwork.wait()
        finally:
            shared.close()


class _Clock:
    """The case's own time."""

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now


def _give_past(companion: Companion, scene: Scene) -> None:
    companion.consent.grant(Purpose.SHARE_WITH_REMOTE)  # nobody real: the suite made them up
    if scene.memory == "off":
        companion.consent.revoke(Purpose.USE_IN_REPLIES)
        companion.consent.revoke(Purpose.LEARN)
    elif scene.memory == "oracle":
        for line in scene.needed:
            made = companion.memories.add(line.text, kind=line.kind, strength=line.strength)
            companion.memories.pin(made.id)
    else:
        companion.import_messages(past_of(scene.persona, scene.now))


class _BespokeSession(Session):
    """One case's companion."""

    def __init__(self, shared: Shared, home: Path, scene: Scene, chat: RecordedChat) -> None:
        self._shared = shared
        self._home = home
        self._chat = chat
        self._is_neutral = scene.memory == "off"
        self._me = Companion(scene.persona.name, shared)
        self._others: dict[str, Companion] = {}

    def say(
        self,
        text: str,
        *,
        by: str | None = None,
        new_conversation: bool = False,
        remember: bool = True,
        options: Sequence[str] = (),
    ) -> Answer:
        """Take a turn through the Python API."""
        companion = self._companion(by)
        if new_conversation:
            companion.start_conversation()
        self.wait(timedelta(minutes=1))
        self._chat.begin_turn(options)
        return self._answer(companion.stream(text, remember=remember))

    def create(self, step: Create) -> Answer:
        """Have a text written through the Python API: a neutral one in the arm without memory."""
        self.wait(timedelta(minutes=1))
        self._chat.begin_turn()
        return self._answer(
            self._me.creations.stream(
                step.create,
                step.brief,
                length=step.length,
                tone=step.tone,
                language=step.language,
                audience=step.audience,
                neutral=self._is_neutral,
            )
        )

    def _answer(self, pieces: Iterable[Piece]) -> Answer:
        *before, last = pieces
        made = last.reply or last.created
        assert made is not None
        learned = last.reply.learned if last.reply else ()
        return Answer(
            reply=made.text,
            prompt=self._chat.prompt(),
            offered=tuple(_offered(made)),
            cautions=tuple(each.text.strip() for each in before if each.kind == "caution"),
            learned=tuple(each.memory.text for each in learned),
            usage=self._chat.usage(),
        )

    def forget(self, words: str) -> str:
        """Forget every memory that holds the words, in any status."""
        forgotten = 0
        while fitting := self._holding(words):
            self._me.memories.forget(fitting[0])
            forgotten += 1
        return f"{forgotten} memories were forgotten."

    def wait(self, length: timedelta) -> None:
        """Set the clock forward."""
        self._shared.clock.now += length  # type: ignore[attr-defined]

    def memories(self) -> Sequence[str] | None:
        """The active memories of the persona."""
        listed = self._me.memories.list(status=Status.ACTIVE)
        return [each.text for each in listed]

    def folder(self) -> Path | None:
        """The home folder, once nothing is left to be done."""
        self._shared.afterwork.wait()
        return self._home

    def close(self) -> None:
        """Remove the home folder."""
        self._shared.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _holding(self, words: str) -> list[str]:
        """The ids of all memories that hold words."""
        listed = [each for status in Status for each in self._me.memories.list(status=status)]
        return [each.id for each in listed if found_in(each.text, [words])]

    def _companion(self, name: str | None) -> Companion:
        if name is None or name == self._me.user:
            return self._me
        if name not in self._others:
            self._others[name] = Companion(name, self._shared)
            self._others[name].consent.grant(Purpose.SHARE_WITH_REMOTE)
        return self._others[name]


def _offered(reply: Reply | Created) -> Iterator[Offered]:
    used = {each.id for each in reply.used}
    for each in reply.offered:
        yield Offered(id=each.id, text=each.text, is_used=each.id in used, why=each.why)
