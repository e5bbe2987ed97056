"""How events are wired: never part of a public API, replies a few at a time.

Quick ones pass through the queue, too, but never wait in it: of events outside the queue, Gradio
6.31 does not show the errors.
"""

from typing import Any

import gradio as gr

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


def merged(*parts: Updates) -> Updates:
    """The updates of several parts of a page; where two speak of a component, both hold."""
    whole: Updates = {}
    for part in parts:
        for block, update in part.items():
            is_new = block not in whole
            whole[block] = update if is_new else _as_update(whole[block]) | _as_update(update)
    return whole


def _as_update(given: Any) -> dict[str, Any]:
    if isinstance(given, dict) and given.get("__type__") == "update":
        return given
    return gr.update(value=given)
