"""What the app calls the kinds, states and origins of memories, and links to them.

Knows nothing about pages.
"""

from typing import TypedDict
from urllib.parse import quote

from assistant.records import Memory, MemoryKind, Order, Origin, Status, Strength
from ui.language import tr
from ui.words import as_typed, shortened

KINDS: dict[MemoryKind, str] = {
    "fact": "Fact",
    "preference": "Preference",
    "constraint": "Must be respected",
    "goal": "Goal",
    "style": "Style of replies",
}
STRENGTHS: dict[Strength, str] = {"soft": "A wish", "hard": "Without exception"}
STATES: dict[Status, str] = {
    Status.ACTIVE: "In use",
    Status.HIDDEN: "Not used",
    Status.SUPERSEDED: "Replaced",
    Status.SUGGESTED: "Suggested",
    Status.QUARANTINED: "Held back",
}
ORIGINS: dict[Origin, str] = {
    "said": "Said in a chat",
    "manual": "Written by hand",
    "imported": "Imported",
    "inferred": "Suggested by the model",
}
ORDERS: dict[Order, str] = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "surest": "Surest first",
    "text": "A to Z",
}
_LONGEST = 300


class Row(TypedDict):
    """A memory as a line of a list."""

    href: str
    text: str
    marks: str


def link(kind: str, item_id: str, reply_id: str = "") -> str:
    """Where a click opens the card of a memory or message, as a reply used it."""
    return "#" + "/".join(quote(part, safe="") for part in (kind, item_id, reply_id))


def chip(text: str, kind: str, item_id: str, reply_id: str = "") -> str:
    """Markdown of a link to the card, which shows exactly these characters."""
    return f"[{as_typed(text).replace(']', chr(92) + ']')}]({link(kind, item_id, reply_id)})"


def marks_of(memory: Memory) -> str:
    """What there is to say about a memory, on one line."""
    marks = [
        tr(KINDS[memory.kind].lower()),
        tr("without exception") if memory.strength == "hard" else "",
        "" if memory.status is Status.ACTIVE else tr(STATES[memory.status].lower()),
        tr("pinned") if memory.pinned else "",
        tr(ORIGINS[memory.origin].lower()),
        f"{memory.created:%d %b %Y}",
    ]
    return " · ".join(mark for mark in marks if mark)


def row_of(memory: Memory) -> Row:
    """A memory as a line of a list."""
    return {
        "href": link("memory", memory.id),
        "text": shortened(memory.text, _LONGEST),
        "marks": marks_of(memory),
    }
