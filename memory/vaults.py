"""The vaults of all users below one home folder, a few of them open. The door to a user's vault."""

import hashlib
import json
import logging
import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Condition

from memory.database import as_vault_error
from memory.embeddings import Embedder
from memory.erasing import erase_folder, erase_leftovers
from memory.errors import NotFound, VaultError, VaultUnreadable
from memory.recall.reranking import Reranker
from memory.receipts import Receipt, out_of_reach
from memory.vault import DATABASE_NAME, Vault

OWNER_NAME = "owner.json"
MOST_OPEN = 16
_log = logging.getLogger(__name__)


class Vaults:
    """All vaults under one home folder. At most 16 are open; the least used is closed first."""

    def __init__(self, home: Path, embedder: Embedder, reranker: Reranker | None = None) -> None:
        """Nothing is opened or created yet."""
        self._home = home
        self._embedder = embedder
        self._reranker = reranker
        self._open: OrderedDict[str, Vault] = OrderedDict()
        self._uses: dict[str, int] = {}
        self._changed = Condition()
        self._is_swept = False

    def folder(self, user: str) -> Path:
        """The folder of a user's vault. Any string is a user, and no two share a folder."""
        name = hashlib.sha256(user.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self._home / "users" / name

    def exists(self, user: str) -> bool:
        """Whether anything is kept about this user."""
        return (self.folder(user) / DATABASE_NAME).exists()

    def is_writable(self, user: str) -> bool:
        """Whether this user's vault can be changed here."""
        return os.access(self.folder(user), os.W_OK)

    def users(self) -> list[str]:
        """The names of all users that have a vault, sorted."""
        files = self._home.glob(f"users/*/{OWNER_NAME}")
        owners = (_owner(file) for file in files if "." not in file.parent.name)
        return sorted(owner for owner in owners if owner is not None)

    @contextmanager
    def using(self, user: str) -> Iterator[Vault]:
        """Lend a user's vault, made if there is none yet; waits while too many are lent."""
        vault = self._lend(user)
        try:
            yield vault
        finally:
            self._take_back(user)

    @contextmanager
    def reading(self, user: str) -> Iterator[Vault]:
        """Lend a user's vault for reading only: no lock, no index, no change on the disk.

        Raises:
            NotFound: there is no such user.
        """
        if not self.exists(user):
            raise self._unknown(user)
        vault = Vault(self.folder(user), self._embedder, reranker=self._reranker, read_only=True)
        try:
            yield vault
        finally:
            vault.close()

    def erase(self, user: str, *, time: datetime) -> Receipt:
        """Remove a user's folder with all that it holds; waits for those that use the vault.

        Raises:
            NotFound: there is no such user.
            VaultInUse: another process is writing to the vault; nothing was changed.
            VaultReadOnly: it cannot be removed.
        """
        with self._changed:
            self._changed.wait_for(lambda: user not in self._uses)
            folder = self.folder(user)
            if not folder.is_dir():
                raise self._unknown(user)
            removed, hosts = self._close_for_good(folder, self._open.pop(user, None))
            removed["files"], removed["bytes"] = erase_folder(folder)
        return Receipt(
            action="erased", time=time, removed=removed, out_of_reach=out_of_reach(hosts)
        )

    def close(self) -> None:
        """Wait for those that use a vault, and close all."""
        with self._changed:
            self._changed.wait_for(lambda: not any(self._uses.values()))
            for vault in self._open.values():
                vault.close()
            self._open.clear()

    def _lend(self, user: str) -> Vault:
        with self._changed:
            self._changed.wait_for(lambda: user in self._open or self._make_room())
            if user not in self._open:
                self._open[user] = self._open_or_create(user)
            self._open.move_to_end(user)
            self._uses[user] = self._uses.get(user, 0) + 1
            return self._open[user]

    def _take_back(self, user: str) -> None:
        with self._changed:
            self._uses[user] -= 1
            if not self._uses[user]:
                del self._uses[user]
            self._changed.notify_all()

    def _make_room(self) -> bool:
        if len(self._open) < MOST_OPEN:
            return True
        idle = next((user for user in self._open if user not in self._uses), None)
        if idle is None:
            return False
        self._open.pop(idle).close()
        return True

    def _open_or_create(self, user: str) -> Vault:
        folder = self.folder(user)
        _make_private_folder(self._home, folder, user)
        if not self._is_swept:
            erase_leftovers(folder.parent)
            self._is_swept = True
        vault = Vault(folder, self._embedder, reranker=self._reranker)
        try:
            vault.finish_deletion()
        except VaultError as error:
            _log.warning("Files are still to be cleaned (%s).", type(error).__name__)
        return vault

    def _close_for_good(
        self, folder: Path, vault: Vault | None
    ) -> tuple[dict[str, int], tuple[str, ...]]:
        """Close a vault that no other process writes to; what it held, as far as it can be read."""
        try:
            vault = vault or Vault(folder, self._embedder)
        except VaultUnreadable:
            return {}, ()
        with closing(vault), vault.exclusive():
            return vault.inventory()

    def _unknown(self, user: str) -> NotFound:
        return NotFound(f"There is no user {user!r} in {str(self._home)!r}.")


def _make_private_folder(home: Path, folder: Path, user: str) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder / OWNER_NAME
        if _owner(owner) != user:
            draft = folder / f"{OWNER_NAME}.{os.getpid()}"
            draft.touch(mode=0o600)
            draft.write_text(json.dumps({"user": user}), "ascii")
            draft.replace(owner)
    except OSError as error:
        raise as_vault_error(error, folder) from error


def _owner(file: Path) -> str | None:
    """Whose vault it is; None where the file is missing or damaged, until the user comes back."""
    try:
        return str(json.loads(file.read_text("ascii"))["user"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
