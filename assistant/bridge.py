"""The one bridge to asyncio: what is spoken in threads, for code that must not wait.

Every step runs in a thread of the event loop's own pool.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from threading import Lock
from typing import TypeVar

_Item = TypeVar("_Item")


async def awaited(begin: Callable[[], Generator[_Item]]) -> AsyncGenerator[_Item]:
    """Give what the generator that `begin` makes gives; leaving the loop early closes it."""
    loop, one_at_a_time = asyncio.get_running_loop(), Lock()
    items = await loop.run_in_executor(None, begin)
    is_over = object()

    def step() -> _Item | object:
        with one_at_a_time:
            return next(items, is_over)

    def close() -> None:
        with one_at_a_time:
            items.close()

    try:
        while (item := await loop.run_in_executor(None, step)) is not is_over:
            yield item  # type: ignore[misc]
    finally:
        await asyncio.shield(loop.run_in_executor(None, close))
