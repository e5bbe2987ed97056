"""How events are wired: never part of a public API, replies a few at a time.

Quick ones pass through the queue, too, but never wait in it: of events outside the queue, Gradio
6.31 does not show the errors.
"""

from typing import Any

QUICK: dict[str, Any] = {
    "concurrency_limit": None,
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
