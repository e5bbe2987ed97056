"""JSON Lines of our own: one object with id, role and content a line; more is optional.

The message lines of an export of ours are such lines, so they can be read as well.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from memory.importers.base import MOST_CHARACTERS, GivenMessage, Skip, SkipReason, clean

_ONLY_IN_EXPORTS = {"record", "is_complete", "suspicious"}


def read(objects: Iterable[Mapping[str, Any]], skip: Skip) -> Iterator[GivenMessage]:
    """The messages, as they are given; lines of an export that are no messages are passed over."""
    for found in objects:
        if found.get("record", "message") != "message":
            continue
        leave_out = _ONLY_IN_EXPORTS if "record" in found else ()
        fields = {
            name: clean(value) if isinstance(value, str) else value
            for name, value in found.items()
            if name not in leave_out
        }
        try:
            message = GivenMessage.model_validate(fields)
        except ValidationError:
            skip(SkipReason.MALFORMED)
            continue
        if len(message.content) > MOST_CHARACTERS:
            skip(SkipReason.TOO_LONG)
        elif not message.content.strip():
            skip(SkipReason.EMPTY)
        else:
            yield message
