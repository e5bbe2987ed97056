"""A Python function under test."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from evals.errors import SubjectFailed
from evals.subjects.base import Answer, Calls, Scene, Session
from evals.subjects.past import past_of

Message = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What a function under test gets.

    `messages` is all that was said before `text`: dicts with role, content and time, oldest first,
    in the arm `off` only those of this case. `notes` are the lines that matter, in the arm
    `oracle`. With `options`, one of them is to be the reply.
    """

    text: str
    user: str
    messages: Sequence[Message]
    notes: Sequence[str]
    now: datetime
    seed: int
    options: Sequence[str] = ()


class FunctionSubject:
    """A function that takes a `Request` and returns the reply, or an `Answer`."""

    host = None
    is_foreign = True
    prompt = ""

    def __init__(self, function: Callable[[Request], str | Answer], name: str) -> None:
        self._function = function
        self.model = name
        self.version = f"{name} {_digest(function)}"

    def open(self, scene: Scene, calls: Calls) -> Session:
        """Begin a case."""
        return _FunctionSession(self._function, self.version, scene, calls)

    def close(self) -> None:
        """There is nothing to free."""


class _FunctionSession(Session):
    def __init__(
        self, function: Callable[[Request], str | Answer], version: str, scene: Scene, calls: Calls
    ) -> None:
        self._function = function
        self._version = version
        self._scene = scene
        self._calls = calls
        self._now = scene.now
        self._before = known_messages(scene)
        self._said: list[Message] = []

    def say(
        self,
        text: str,
        *,
        by: str | None = None,
        new_conversation: bool = False,  # noqa: ARG002 (a function sees all that was said)
        remember: bool = True,
        options: Sequence[str] = (),
    ) -> Answer:
        """Call the function, or tell what it answered before."""
        self._calls.check_time()
        user = by or self._scene.persona.name
        request = Request(
            text=text,
            user=user,
            messages=[*self._before, *self._said],
            notes=known_notes(self._scene),
            now=self._now,
            seed=self._scene.seed,
            options=options,
        )
        answer = self._answer(request)
        if remember:
            time = self._now.isoformat()
            self._said += [
                {"role": "user", "content": text, "time": time},
                {"role": "assistant", "content": answer.reply, "time": time},
            ]
        return answer

    def wait(self, length: timedelta) -> None:
        """Set the clock forward."""
        self._now += length

    def _answer(self, request: Request) -> Answer:
        key = self._calls.key(self._version, vars(request))
        known = self._calls.known(key)
        if known is not None:
            return Answer.model_validate_json(known)
        said = self._function(request)
        if not isinstance(said, str | Answer):
            raise SubjectFailed(
                f"{self._version.partition(' ')[0]!r} returned {type(said).__name__}. Return a "
                "text, or an evals.subjects.base.Answer."
            )
        answer = Answer(reply=said) if isinstance(said, str) else said
        self._calls.keep(key, answer.model_dump_json())
        return answer


def known_messages(scene: Scene) -> list[Message]:
    """What a subject without a memory is told of what was said before: all of it, or nothing."""
    if scene.memory in ("off", "oracle"):
        return []
    kept = ("role", "content", "time")
    return [{name: message[name] for name in kept} for message in past_of(scene.persona, scene.now)]


def known_notes(scene: Scene) -> list[str]:
    """The lines that matter, in the arm that gives them."""
    return [line.text for line in scene.needed] if scene.memory == "oracle" else []


def _digest(function: Callable[..., Any]) -> str:
    """Changes with the function's source, or with its module's where that can be read."""
    try:
        module = inspect.getmodule(function)
        source = inspect.getsource(module or function)
    except (OSError, TypeError):
        source = repr(getattr(function, "__qualname__", type(function).__qualname__))
    return sha256(source.encode()).hexdigest()[:12]
