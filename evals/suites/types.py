"""What a suite says, as records: the schema that editors complete and check against.

Everything here is as the author wrote it, short forms spelled out. Knows nothing about files, and
nothing about how a case is run.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field

from evals.checks.register import AnyCheck
from evals.suites.steps import AnyStep
from memory.types import MemoryKind, Record, Strength

MemoryArm = Literal["off", "on", "oracle", "shuffled"]
NAME = r"^\w[\w.-]*$"
_ARMS: tuple[MemoryArm, ...] = ("off", "on", "oracle", "shuffled")
_NAMED = r"^[^:]+:[A-Za-z_]\w*$"


def _short(field: str) -> Callable[[Any], Any]:
    """Lets a text alone stand for a mapping with this field."""
    return lambda given: {field: given} if isinstance(given, str) else given


class Line(Record):
    """One thing that was said before. A text alone is one of the user's lines."""

    text: str = Field(min_length=1)
    role: Literal["user", "assistant"] = "user"
    id: str | None = Field(None, description="What `needs` calls this line.")
    at: AwareDatetime | None = Field(
        None, description="When; without, a minute after the line before."
    )
    days_ago: float | None = Field(None, ge=0, description="When, counted back from the case.")
    conversation: str | None = Field(None, description="Lines of one name are one conversation.")
    kind: MemoryKind = Field(
        "fact", description="What sort of memory it is, for the arm `oracle`, which is given it."
    )
    strength: Strength | None = Field(None, description="Whether it is hard; as `kind`.")


AnyLine = Annotated[Line, BeforeValidator(_short("text"), json_schema_input_type=str | Line)]


class Persona(Record):
    """Somebody who talks to the assistant: what they said before, and how long ago that seems."""

    said: tuple[AnyLine, ...] = Field((), description="What was said before, oldest first.")
    fillers: int = Field(
        0, ge=0, le=5000, description="Exchanges about other things between `said` and the case."
    )
    canaries: tuple[str, ...] = Field(
        (), description="Words that nobody else may ever get to see; the check `no_leak` does."
    )
    variables: Mapping[str, Any] = Field(
        {}, description="Values for `{{ name }}` in the texts of the cases in which they speak."
    )
    name: str = ""


class Case(Record):
    """One case: somebody with a past says something, and the replies are checked.

    With `rows` or `data` it stands for many: `{{ column }}` is filled in from each row.
    With several personas or distances, it stands for one each.
    """

    id: str = Field(pattern=r"^\S(.*\S)?$", max_length=200, description="Unique in the suite.")
    persona: str | tuple[str, ...] | None = Field(
        None, description="Who speaks: a name, several, or 'all' for each of them."
    )
    said: tuple[AnyLine, ...] = Field((), description="More that was said before, in this case.")
    needs: tuple[str | int, ...] | None = Field(
        None,
        description="The lines of `said` that matter, by id or number from 1: what the arm `oracle`"
        " is given. Without, all that the user said.",
    )
    turns: tuple[AnyStep, ...] = Field(min_length=1, description="What happens, in order.")
    checks: tuple[AnyCheck, ...] = Field((), description="What to look for when it is over.")
    distance: int | tuple[int, ...] | None = Field(
        None, description="Exchanges about other things in between; several are several cases."
    )
    neighbours: str | tuple[str, ...] = Field(
        (), description="Other personas of whom the same assistant knows, or 'all'."
    )
    arms: tuple[str, ...] | None = Field(None, description="The only arms that it makes sense in.")
    tags: tuple[str, ...] = ()
    hard: bool = Field(False, description="Whether it must never fail; `bespoke eval gate` heeds.")
    variables: Mapping[str, Any] = Field({}, description="Values for `{{ name }}` in its texts.")
    rows: tuple[Mapping[str, Any], ...] = Field((), description="Rows to make a case each from.")
    data: Path | None = Field(None, description="A CSV, JSON or JSON Lines file of such rows.")
    timeout_s: float | None = Field(None, gt=0)


class Sampling(Record):
    """How a model words its replies."""

    temperature: float = Field(0.0, ge=0, le=2)
    reply_tokens: int = Field(200, ge=1, description="The longest reply, in tokens.")


class Prices(Record):
    """What a million tokens cost, in US dollars."""

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)
    cached: float | None = Field(None, ge=0, description="Read before; without, as `prompt`.")


class FunctionSubject(Record):
    """A Python function that takes a `Request` and returns the reply, or an `Answer`."""

    function: str = Field(pattern=_NAMED, description="'module:function', or 'file.py:function'.")


class RunnableSubject(Record):
    """Any LangChain runnable that takes messages: a chat model, a chain, an agent."""

    runnable: str = Field(
        pattern=_NAMED, description="'module:name', or 'file.py:name': it, or what makes it."
    )


class AddressSubject(Record):
    """A model behind an OpenAI-compatible address, asked as it is."""

    openai: str = Field(description="The address, as in http://127.0.0.1:8080/v1")
    model: str = Field(description="The model's name there.")


class NamedSubject(Record):
    """Bespoke itself, through its Python API; or a chat model alone, by its name."""

    name: Literal["bespoke", "model"]


Subject = NamedSubject | FunctionSubject | RunnableSubject | AddressSubject


def _read_subject(given: Any) -> Any:
    if isinstance(given, str):
        return NamedSubject.model_validate({"name": given})
    kinds: dict[str, type[Record]] = {
        "function": FunctionSubject,
        "runnable": RunnableSubject,
        "openai": AddressSubject,
        "name": NamedSubject,
    }
    if not isinstance(given, Mapping):
        return given
    named = next((kind for name, kind in kinds.items() if name in given), None)
    if named is None:
        raise ValueError("a subject is bespoke, model, or holds function, runnable or openai")
    return named.model_validate(dict(given))


AnySubject = Annotated[
    Subject,
    BeforeValidator(
        _read_subject,
        json_schema_input_type=Literal["bespoke", "model"]
        | FunctionSubject
        | RunnableSubject
        | AddressSubject,
    ),
]


class Arm(Record):
    """One way to be compared. `off`, `on`, `oracle` or `shuffled` alone is an arm of that name."""

    name: str = Field(pattern=NAME)
    memory: MemoryArm = Field(
        "on",
        description="What the assistant knows of what was said before: nothing (off), all (on), the"
        " lines that matter (oracle), or what somebody else said (shuffled).",
    )
    model: str | None = Field(None, description="As `model` of the suite.")
    prompts: Path | None = Field(None, description="As `prompts` of the suite.")
    subject: AnySubject | None = Field(None, description="As `subject` of the suite.")
    settings: Sampling | None = Field(None, description="As `settings` of the suite.")
    prices: Prices | None = Field(None, description="As `prices` of the suite.")


def _read_arm(given: Any) -> Any:
    if isinstance(given, str):
        if given not in _ARMS:
            raise ValueError(
                f"{given!r} alone is no arm; write {', '.join(_ARMS)}, or a mapping with a name"
            )
        return {"name": given, "memory": given}
    return given


AnyArm = Annotated[Arm, BeforeValidator(_read_arm, json_schema_input_type=MemoryArm | Arm)]


class Suite(Record):
    """A suite: who talks to which assistant about what, in which arms, and what must come of it."""

    model_config = ConfigDict(title="A suite of Bespoke's evaluations")

    name: str = Field(pattern=NAME, description="Letters, digits, '-', '_' and '.'.")
    description: str = ""
    subject: AnySubject = Field(
        default=NamedSubject(name="bespoke"), description="What is under test."
    )
    model: str | None = Field(
        None, description="A name as BESPOKE_MODEL takes it; without, the one that is set."
    )
    prompts: Path | None = Field(
        None, description="A folder of prompt templates that win over those that ship."
    )
    settings: Sampling = Sampling()
    prices: Prices | None = None
    arms: tuple[AnyArm, ...] = Field((Arm(name="off", memory="off"), Arm(name="on")), min_length=1)
    repeats: int = Field(1, ge=1, le=1000, description="How often each case is run in each arm.")
    seed: int = Field(0, description="Of everything that is drawn.")
    now: AwareDatetime = Field(
        datetime(2026, 1, 5, 9, tzinfo=UTC), description="When the cases take place."
    )
    timeout_s: float = Field(300, gt=0, description="The longest that a case may take, in seconds.")
    retries: int = Field(1, ge=0, le=10, description="How often a case that failed is tried again.")
    jobs: int = Field(1, ge=1, le=64, description="How many cases are run at a time.")
    judge: str | None = Field(
        None, description="The model that judges, where checks ask for one; as `model`."
    )
    checks_from: Path | None = Field(None, description="A Python file with checks of your own.")
    variables: Mapping[str, Any] = Field({}, description="Values for `{{ name }}` in all texts.")
    personas: Mapping[str, Persona] = {}
    checks: tuple[AnyCheck, ...] = Field((), description="What to look for in every reply.")
    cases: tuple[Case, ...] = Field(min_length=1)
