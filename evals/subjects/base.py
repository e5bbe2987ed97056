"""What the runner needs of anything that is put under test.

A subject opens a session for each case: somebody with a past, in one arm. Everything that costs
something goes through the session's `Calls`, which know what was answered before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

from evals.errors import SubjectFailed
from evals.results import Offered, SentMessage, Usage
from evals.running.replies import Replies
from evals.suites.steps import Create
from evals.suites.types import Line, MemoryArm, Persona
from memory.types import Record


class TimeIsUp(SubjectFailed):
    """A case took longer than it may."""


class Answer(Record):
    """What a subject replied, and as much of how it came to that as it tells."""

    reply: str
    prompt: tuple[SentMessage, ...] = ()
    offered: tuple[Offered, ...] = ()
    cautions: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    usage: Usage = Usage()


@dataclass(frozen=True)
class Scene:
    """Who speaks in a case, with which past, when, and how much of that the subject gets to know.

    `persona` is whose past it is: in the arm `shuffled`, somebody else's than the case's. `needed`
    are the lines that matter, for the arm `oracle`.
    """

    persona: Persona
    memory: MemoryArm
    needed: Sequence[Line]
    neighbours: Mapping[str, Persona]
    now: datetime
    seed: int


@dataclass
class Calls:
    """The calls of one case: answered from earlier runs where they can be, within a time limit."""

    replies: Replies
    repeat: int = 0
    limit_s: float = 300.0
    asked: int = 0
    is_given_up: bool = False
    _started: float = field(default_factory=monotonic)

    def known(self, key: str) -> str | None:
        """What was answered before to a call with this key, as it was kept."""
        return self.replies.get(key)

    def keep(self, key: str, answer: str) -> None:
        """Keep what a call was answered with."""
        self.asked += 1
        self.replies.put(key, answer)

    def key(self, *parts: Any) -> str:
        """A digest of everything that a call depends on, the number of the repeat included."""
        return digest_of("call", self.repeat, *parts)

    def check_time(self) -> None:
        """Raise `TimeIsUp` when the case has taken too long, or nobody waits for it any more."""
        if self.is_given_up or self.is_overdue():
            raise TimeIsUp(self.too_long)

    def is_overdue(self, grace_s: float = 0.0) -> bool:
        """Whether the case's time is over, and `grace_s` more."""
        return monotonic() - self._started > self.limit_s + grace_s

    @property
    def too_long(self) -> str:
        """What an overdue case's error says."""
        return f"It took longer than {self.limit_s:g} s. Raise 'timeout_s', or look why."


class Session:
    """One case's conversation with a subject; what a subject cannot do, it says."""

    def say(
        self,
        text: str,
        *,
        by: str | None = None,
        new_conversation: bool = False,
        remember: bool = True,
        options: Sequence[str] = (),
    ) -> Answer:
        """Say something. With `options` (letters) a reply is one of them, where that can be held.

        Raises:
            TimeIsUp: the case's time is over.
            Exception: whatever the subject fails with.
        """
        raise NotImplementedError

    def create(self, step: Create) -> Answer:
        """Have a text written; an assistant that only chats is told in words what is wanted."""
        return self.say(step.in_words)

    def forget(self, words: str) -> str:
        """Have forgotten what fits the words; tells what was."""
        raise SubjectFailed(f"This subject cannot forget ({words!r}). Run the case in other arms.")

    def wait(self, length: timedelta) -> None:
        """Let time pass."""

    def memories(self) -> Sequence[str] | None:
        """The texts of all memories that count now; None if this subject does not tell."""
        return None

    def folder(self) -> Path | None:
        """Where everything is kept that the subject keeps; None if it does not tell."""
        return None

    def close(self) -> None:
        """Free what the session holds, and remove what it wrote."""


class Subject(Protocol):
    """Something that can be put under test."""

    @property
    def model(self) -> str:
        """What it is called in reports."""

    @property
    def prompt(self) -> str:
        """The digest of its prompt templates; empty where it has none of ours."""

    @property
    def version(self) -> str:
        """Changes whenever its replies to the same calls might."""

    @property
    def host(self) -> str | None:
        """Where it sends what is said; None if nothing leaves this machine, as far as is known."""

    @property
    def is_foreign(self) -> bool:
        """Whether it is code that is not ours."""

    def open(self, scene: Scene, calls: Calls) -> Session:
        """Begin a case."""

    def close(self) -> None:
        """Free what it holds."""


def digest_of(*parts: Any) -> str:
    """The first 32 hexadecimal digits of the SHA-256 of parts whose `repr` tells all of them."""
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
