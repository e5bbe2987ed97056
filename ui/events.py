"""How events are wired: never part of a public API, and quick ones past the queue."""

from typing import Any

QUICK: dict[str, Any] = {
    "queue": False,
    "show_progress": "hidden",
    "api_visibility": "private",
}
SPOKEN: dict[str, Any] = {
    "concurrency_limit": 8,
    "concurrency_id": "speech",
    "show_progress": "hidden",
    "api_visibility": "private",
}

Updates = dict[Any, Any]
