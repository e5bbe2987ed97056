"""Bespoke: a chat assistant that gets to know the person it talks to."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.companion import Companion
    from assistant.errors import AssistantError
    from assistant.types import Context, Piece, Reply, Usage

__all__ = ["Assistant", "AssistantError", "Companion", "Context", "Piece", "Reply", "Usage"]

_HOMES = {
    "Assistant": "assistant.assistant",
    "AssistantError": "assistant.errors",
    "Companion": "assistant.companion",
    "Context": "assistant.types",
    "Piece": "assistant.types",
    "Reply": "assistant.types",
    "Usage": "assistant.types",
}


def __getattr__(name: str) -> Any:
    # Looked up when first asked for, so that `bespoke --help` need not wait for LangChain.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
