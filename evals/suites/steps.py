"""What can happen in a case, one step after the other: something is said, made, forgotten.

Knows nothing about who speaks, and nothing about how a step is taken.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from evals.checks.register import AnyCheck
from memory.types import Record

_UNITS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}


def _duration(given: Any) -> Any:
    if isinstance(given, str):
        amount, _, unit = given.strip().partition(" ")
        seconds = _UNITS.get(unit.removesuffix("s"))
        if seconds and amount.replace(".", "", 1).isdigit():
            return timedelta(seconds=float(amount) * seconds)
    return given


Duration = Annotated[timedelta, BeforeValidator(_duration, json_schema_input_type=str)]


class _Step(Record):
    checks: tuple[AnyCheck, ...] = Field((), description="What to look for in the reply.")


class Say(_Step):
    """The user says something, and the reply is checked. A text alone is only said."""

    user: str = Field(min_length=1, description="What the user says.")
    by: str | None = Field(None, description="Another persona, who uses the same assistant.")
    new_conversation: bool = Field(False, description="Whether a new conversation begins here.")
    remember: bool = Field(True, description="False: a temporary chat, which leaves nothing.")


class Choose(_Step):
    """The user asks, and the assistant picks an option by its letter.

    A local model can say nothing else. The order of the options is drawn by the seed.
    """

    choose: str = Field(min_length=1, description="The question.")
    options: tuple[str, ...] = Field(min_length=2, max_length=8)
    right: str | tuple[str, ...] = Field(description="The option, or options, that are right.")
    new_conversation: bool = Field(False, description="Whether a new conversation begins here.")

    @model_validator(mode="after")
    def _right_is_an_option(self) -> Self:
        for each in (self.right,) if isinstance(self.right, str) else self.right:
            if each not in self.options:
                raise ValueError(f"'right' is {each!r}, which is none of the options")
        return self


class Create(_Step):
    """The user has a text written, and the text is checked.

    In an arm whose memory is `off` a neutral one, in the others one for the user.
    """

    create: str = Field(min_length=1, description="The kind of text, as in 'email'.")
    brief: str = Field(min_length=1, description="What it is about, in the user's words.")
    length: str | None = Field(None, description="'short', 'medium', 'long', or in words.")
    tone: str | None = Field(None, description="In words, as in 'formal'.")
    language: str | None = Field(None, description="Its name or ISO 639-1 code.")
    audience: str | None = Field(None, description="Who will read it.")

    @property
    def in_words(self) -> str:
        """The same as a message, for people to read, and for assistants that only chat."""
        wishes = ("length", "tone", "language", "audience")
        told = [f"{name}: {getattr(self, name)}" for name in wishes if getattr(self, name)]
        kind = self.create.replace("_", " ")
        return "\n".join([f"Write this text for me ({kind}): {self.brief}", *told])


class Simulate(_Step):
    """A language model speaks as the user, for some turns; each reply is checked."""

    simulate: str = Field(min_length=1, description="Who the user is, and what they want.")
    turns: int = Field(3, ge=1, le=50, description="How often the user speaks.")
    model: str | None = Field(None, description="Who speaks; without, the model under test.")


class Forget(_Step):
    """The user has what fits these words forgotten, for good."""

    forget: str = Field(min_length=1, description="Words that find what is to be forgotten.")


class Wait(Record):
    """Time passes."""

    wait: Duration = Field(description="How long: '10 minutes', '3 days' or '2 weeks'.")


Step = Say | Choose | Create | Simulate | Forget | Wait
_STEPS: dict[str, type[Step]] = {
    "user": Say,
    "choose": Choose,
    "create": Create,
    "simulate": Simulate,
    "forget": Forget,
    "wait": Wait,
}


def _read_step(given: Any) -> Any:
    if isinstance(given, str):
        return Say(user=given)
    if isinstance(given, Mapping) and not any(name in given for name in _STEPS):
        raise ValueError(f"a turn is a text, or holds one of {', '.join(_STEPS)}")
    return given


def _kind_of_step(given: Any) -> str | None:
    if isinstance(given, Mapping):
        return next((kind.__name__ for name, kind in _STEPS.items() if name in given), None)
    return type(given).__name__


AnyStep = Annotated[
    Annotated[Say, Tag("Say")]
    | Annotated[Choose, Tag("Choose")]
    | Annotated[Create, Tag("Create")]
    | Annotated[Simulate, Tag("Simulate")]
    | Annotated[Forget, Tag("Forget")]
    | Annotated[Wait, Tag("Wait")],
    Discriminator(_kind_of_step),
    BeforeValidator(_read_step, json_schema_input_type=str | Step),
]
