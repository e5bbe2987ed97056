"""One user's way to their own vault, and to no other."""

from contextlib import AbstractContextManager, nullcontext

from memory.embeddings import Embedder
from memory.errors import VaultReadOnly
from memory.vault import Vault
from memory.vaults import Vaults


class Access:
    """Lends the vault of one user. This is the only place where a user's name picks a vault."""

    def __init__(
        self, user: str, vaults: Vaults, embedder: Embedder, *, read_only: bool = False
    ) -> None:
        """Nothing is opened yet."""
        self._user = user
        self._vaults = vaults
        self._embedder = embedder
        self._is_read_only = read_only

    def writing(self) -> AbstractContextManager[Vault]:
        """Lend the vault; it is made if there is none yet.

        Raises:
            VaultReadOnly: the assistant was made for reading only.
        """
        if self._is_read_only:
            raise VaultReadOnly("This assistant was made with read_only=True. Make one without.")
        return self._vaults.using(self._user)

    def reading(self) -> AbstractContextManager[Vault]:
        """Lend the vault without making one: an empty one for a user of whom nothing is kept.

        Where it cannot or must not be written to, it is opened for reading only.
        """
        if not self._vaults.exists(self._user):
            return nullcontext(Vault(None, self._embedder))
        if self._is_read_only or not self._vaults.is_writable(self._user):
            return self._vaults.reading(self._user)
        return self._vaults.using(self._user)
