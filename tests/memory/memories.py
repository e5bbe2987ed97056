"""Memories for tests, with what matters for a test named and the rest filled in."""

from datetime import datetime
from typing import Any

from memory.types import Evidence, Memory, Status
from tests.doubles import Clock


def a_memory(text: str, *, said: datetime | None = None, times: int = 1, **given: Any) -> Memory:
    """An active memory in the user's words; by default a soft fact that was said once, now."""
    when = said or Clock().now
    defaults: dict[str, Any] = {
        "id": text,
        "kind": "fact",
        "text": text,
        "polarity": "neutral",
        "strength": "soft",
        "scope": None,
        "valid_from": when,
        "valid_to": None,
        "status": Status.ACTIVE,
        "origin": "said",
        "confidence": 1.0,
        "pinned": False,
        "created": when,
        "supersedes": None,
        "evidence": (Evidence(message_id="m", start=0, end=len(text)),) * times,
    }
    return Memory(**defaults | given)
