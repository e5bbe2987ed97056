"""Keeps LangChain from sending what is said to a tracing service, whatever the environment says.

LANGSMITH_TRACING, LANGCHAIN_TRACING_V2 and the like switch tracing on for the whole process. The
switch here is a context variable: it outranks them, and leaves an app's other chains alone.
"""

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langsmith.run_helpers import tracing_context

# Names of LangChain's first tracer, which is gone: where one is set, LangChain refuses to work
# unless its present tracer is on.
GONE = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")


@contextmanager
def untraced() -> Iterator[None]:
    """Within it nothing is traced. Never `yield` in there: use `stream_untraced`."""
    for name in GONE:
        os.environ.pop(name, None)
    with tracing_context(enabled=False, parent=False):
        yield


def stream_untraced(
    chat: BaseChatModel, messages: Sequence[BaseMessage], **options: Any
) -> Generator[AIMessageChunk, None, None]:
    """`chat.stream(messages, **options)` without tracing; closing it stops the model.

    The switch is set for each step alone, because a generator may be resumed in another thread,
    where a context variable that was set before it paused can be neither seen nor reset.
    """
    pieces = chat.stream(list(messages), **options)
    try:
        while True:
            with untraced():
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece
    finally:
        with untraced():
            pieces.close()  # type: ignore[attr-defined]
