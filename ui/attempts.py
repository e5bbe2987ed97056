"""Wrong passwords, counted: after some, one has to wait before the next try.

Each further one doubles the wait. Knows nothing about accounts: what is counted by is a string.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
_MOST_KEPT = 10_000


class Attempts:
    """Counts failures by name, or by address; an hour without one, and it begins anew."""

    def __init__(self, *, free: int, clock: Callable[[], datetime]) -> None:
        """`free` is how many failures cost no wait."""
        self._free = free
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def wait(self, key: str) -> timedelta:
        """How long it takes until another try is let through; not positive means none."""
        count, last = self._known(key)
        if count < self._free:
            return timedelta()
        doubled = FIRST_WAIT * (1 << min(count - self._free, 10))
        return last + min(doubled, LONGEST_WAIT) - self._clock()

    def failed(self, key: str) -> None:
        """Count a failure."""
        count, _ = self._known(key)
        self._failures[key] = (count + 1, self._clock())
        self._failures.move_to_end(key)
        while len(self._failures) > _MOST_KEPT:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forget the failures before."""
        self._failures.pop(key, None)

    def _known(self, key: str) -> tuple[int, datetime]:
        now = self._clock()
        count, last = self._failures.get(key, (0, now))
        return (0, now) if now - last > FORGOTTEN_AFTER else (count, last)
