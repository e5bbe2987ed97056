"""What a persona said before, as messages with times: their lines, then talk about other things."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from evals.suites.fillers import exchanges
from evals.suites.types import Line, Persona

_FIRST = timedelta(days=30)
_APART = timedelta(minutes=1)
_IN_ONE_CONVERSATION = 10


def past_of(persona: Persona, now: datetime, *, prefix: str = "") -> Iterator[dict[str, Any]]:
    """Messages as `Companion.import_messages` takes them, oldest first; `prefix` begins ids."""
    time = now - _FIRST
    for number, (line, said_at) in enumerate(timed(persona, now), start=1):
        time = said_at
        yield {
            "id": f"{prefix}{line.id or f'line-{number}'}",
            "role": line.role,
            "content": line.text,
            "time": said_at.isoformat(),
            "conversation": prefix + (line.conversation or f"{said_at:%Y-%m-%d}"),
        }
    pause = (now - time) / (2 * persona.fillers + 2)
    for number, (asked, answered) in enumerate(exchanges(persona.fillers)):
        for role, text in (("user", asked), ("assistant", answered)):
            time += pause
            yield {
                "id": f"{prefix}filler-{number}-{role}",
                "role": role,
                "content": text,
                "time": time.isoformat(),
                "conversation": f"{prefix}fillers-{number // _IN_ONE_CONVERSATION}",
            }


def timed(persona: Persona, now: datetime) -> Iterator[tuple[Line, datetime]]:
    """Every line with its time: the one given, else a minute after the line before."""
    now = now.astimezone(UTC)
    time = now - _FIRST - _APART
    for line in persona.said:
        if line.at is not None:
            time = line.at.astimezone(UTC)
        elif line.days_ago is not None:
            time = max(now - timedelta(days=line.days_ago), time)
        else:
            time += _APART
        yield line, min(time, now)
