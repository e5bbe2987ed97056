"""The records of what is known that apps show: one place to import them from."""

from memory.listing import MemoryPage, Order
from memory.map import MapPoint
from memory.profile import Entry, Person, Profile
from memory.receipts import Mention, Preview, Receipt
from memory.sources import Source
from memory.trends import Trend, Trends
from memory.types import Event, Memory, MemoryKind, Origin, Purpose, Status, Strength

__all__ = [
    "Entry",
    "Event",
    "MapPoint",
    "Memory",
    "MemoryKind",
    "MemoryPage",
    "Mention",
    "Order",
    "Origin",
    "Person",
    "Preview",
    "Profile",
    "Purpose",
    "Receipt",
    "Source",
    "Status",
    "Strength",
    "Trend",
    "Trends",
]
