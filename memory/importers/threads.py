"""What OpenAI's and LangChain's messages have in common: plain lists, mostly without ids.

A file holds either the messages of one conversation, or objects with `messages`, one for each.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from memory.conversations import title_of
from memory.importers.base import (
    Found,
    GivenMessage,
    Skip,
    SkipReason,
    Thread,
    derived_id,
    id_from,
    messages_of,
    name_from,
    time_from,
)

FindMessage = Callable[[Mapping[str, Any], Skip], Found | None]

_MOST_BEFORE_THE_USER = 20
_IDS = ("id", "conversation_id", "thread_id")
_TIMES = ("created_at", "create_time", "created")


def read_threads(
    objects: Iterable[Mapping[str, Any]], find: FindMessage, skip: Skip
) -> Iterator[GivenMessage]:
    """The messages of one conversation, or of many, with ids derived from what they say.

    A list without an id is known by its beginning, up to the user's first message: so it stays
    the same conversation when it has grown. An object with `messages` is known by all of it.
    """
    rest = iter(objects)
    first = next(rest, None)
    if first is None:
        return
    every = chain((first,), rest)
    if "messages" in first:
        for each in every:
            yield from _conversation(each, find, skip)
    else:
        beginning, found = _split(_found(every, find, skip))
        thread = Thread(_id_of(beginning), _title_of(beginning))
        yield from messages_of(thread, chain(beginning, found), skip)


def _conversation(
    given: Mapping[str, Any], find: FindMessage, skip: Skip
) -> Iterator[GivenMessage]:
    messages = given.get("messages")
    if not isinstance(messages, list):
        skip(SkipReason.MALFORMED)
        return
    found = list(_found(messages, find, skip))
    ids = (id_from(given.get(name)) for name in _IDS)
    times = (time_from(given.get(name)) for name in _TIMES)
    thread = Thread(
        id=next(filter(None, ids), None) or _id_of(found),
        title=name_from(given.get("title")) or _title_of(found),
        created=next(filter(None, times), None),
    )
    yield from messages_of(thread, found, skip)


def _found(given: Iterable[object], find: FindMessage, skip: Skip) -> Iterator[Found]:
    for each in given:
        if not isinstance(each, dict):
            skip(SkipReason.MALFORMED)
        elif found := find(each, skip):
            yield found


def _split(found: Iterator[Found]) -> tuple[list[Found], Iterator[Found]]:
    """What was said up to the user's first message, and what came after."""
    beginning: list[Found] = []
    for each in found:
        beginning.append(each)
        if each.role == "user" or len(beginning) == _MOST_BEFORE_THE_USER:
            break
    return beginning, found


def _id_of(found: Iterable[Found]) -> str:
    return derived_id("messages", *(part for each in found for part in (each.role, each.text)))


def _title_of(found: Iterable[Found]) -> str | None:
    return next((name_from(title_of(each.text)) for each in found if each.role == "user"), None)
