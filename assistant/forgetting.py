"""What forgets for good: it waits for the user's turns to end, and the model forgets, too."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from assistant.access import Access
from assistant.shared import Shared
from assistant.turn_taker import TurnTaker
from memory.errors import VaultInUse, VaultReadOnly
from memory.receipts import Receipt
from memory.vault import Vault


class Forgetting:
    """Forgetting for one user, with nothing of it left in a turn or in a model's memory."""

    def __init__(self, user: str, shared: Shared, access: Access, turns: TurnTaker) -> None:
        self._user = user
        self._shared = shared
        self._access = access
        self._turns = turns

    @contextmanager
    def vault(self) -> Iterator[Vault]:
        """Lend the vault while no turn of this user runs; afterwards the model drops its cache.

        Raises:
            ReplyInProgress: a turn does not come to an end.
        """
        with self._shared.turn_gate(self._user).closed():
            try:
                with self._access.writing() as vault:
                    yield vault
            except VaultInUse:
                self._shared.drop_model_cache()  # it is deleted, only the files are not clean yet
                raise
            self._shared.drop_model_cache()
        self._turns.settle_soon()

    def erase(self, clock: Callable[[], datetime]) -> Receipt:
        """Remove the user's folder.

        Raises:
            ReplyInProgress: a turn does not come to an end.
            VaultError: there is no such user, or the folder cannot be removed.
        """
        if self._shared.is_read_only:
            raise VaultReadOnly("This assistant was made with read_only=True. Make one without.")
        with self._shared.turn_gate(self._user).closed():
            self._shared.afterwork.wait()  # what turns left to be done would make the folder anew
            receipt = self._shared.vaults.erase(self._user, time=clock())
            self._shared.drop_model_cache()
        self._turns.start_conversation()
        return receipt
