"""A user's consents, to be read and changed purpose by purpose."""

from collections.abc import Callable
from datetime import datetime

from assistant.access import Access
from memory.types import Purpose


class Consent:
    """What the user allows. `consent[Purpose.USE_IN_REPLIES]` tells, `grant` and `revoke` change.

    All is allowed until it is revoked, but sharing with a remote model: that is off until granted.
    """

    def __init__(self, access: Access, clock: Callable[[], datetime]) -> None:
        self._access = access
        self._clock = clock

    def __getitem__(self, purpose: Purpose) -> bool:
        return self.all()[purpose]

    def all(self) -> dict[Purpose, bool]:
        """Every purpose, and whether it is allowed."""
        with self._access.reading() as vault:
            return vault.consents.all()

    def grant(self, purpose: Purpose | str) -> None:
        """Allow a purpose."""
        self._set(Purpose(purpose), is_granted=True)

    def revoke(self, purpose: Purpose | str) -> None:
        """Forbid a purpose; holds from the next message on."""
        self._set(Purpose(purpose), is_granted=False)

    def _set(self, purpose: Purpose, *, is_granted: bool) -> None:
        with self._access.writing() as vault:
            vault.consents.set(purpose, is_granted, time=self._clock())
