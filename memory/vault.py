"""A vault: all that is known about one user, in one folder.

Code opens a vault and then reads; nothing here takes a user's name, so nothing can be read of
another user. `Vaults` keeps a few of them open.
"""

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from threading import Condition

import numpy as np

from memory.consents import Consents
from memory.conversations import Conversations
from memory.database import Database, as_vault_error
from memory.dense import Dense
from memory.embeddings import Embedder
from memory.errors import EmbedderMismatch, NotFound
from memory.feedback import FeedbackTable
from memory.imports import Imports
from memory.index import Index
from memory.learn.keeping import Keeper
from memory.learn.learner import Lessons
from memory.memories import Memories
from memory.messages import Messages
from memory.profile import Profile, profile_of
from memory.recall.features import Features, shipped_weights
from memory.recall.query import Query
from memory.recall.recall import find, recall, time_of
from memory.recall.reranking import Reranker
from memory.suggestions import Suggestions
from memory.transfer import Transfer
from memory.types import (
    Learned,
    Memory,
    Message,
    Origin,
    Purpose,
    Recollection,
    RecollectionKind,
    Vectors,
)
from memory.vectors import VectorTable
from memory.writing import Writing

DATABASE_NAME = "vault.db"
INDEX_NAME = "index"
OWNER_NAME = "owner.json"
MOST_OPEN = 16


class Vault:
    """One user's conversations, messages, memories, feedback and consents, and recall over them."""

    def __init__(
        self,
        folder: Path | None,
        embedder: Embedder,
        *,
        reranker: Reranker | None = None,
        read_only: bool = False,
    ) -> None:
        """Open the vault in `folder`, or an empty one that lives in memory only.

        Raises:
            VaultReadOnly, VaultUnreadable, VaultInUse, StorageFull: as named.
        """
        self.folder = folder
        self._embedder = embedder
        self._reranker = reranker
        self._database = Database(folder and folder / DATABASE_NAME, read_only=read_only)
        self._vectors = VectorTable(self._database)
        self._dense = Dense(
            self._database,
            self._vectors,
            Index(folder / INDEX_NAME) if folder and not read_only else None,
        )
        self.consents = Consents(self._database)
        self.conversations = Conversations(self._database)
        self.feedback = FeedbackTable(self._database)
        self.memories = Memories(self._database)
        self.imports = Imports(self._database)
        self.messages = Messages(self._database)
        self.writing = Writing(self._database)
        self.transfer = Transfer(self._database)
        self.suggestions = Suggestions(self._database)

    def recall(
        self,
        text: str,
        *,
        vector: Vectors | None = None,
        limit: int = 10,
        kinds: Sequence[RecollectionKind] = ("message", "memory"),
        gate: bool = True,
        now: datetime,
        zone: tzinfo = UTC,
        leave_out: Sequence[str] = (),
    ) -> list[Recollection]:
        """Find what matters for `text`, best first; see `memory.recall.recall.recall`.

        `vector` is the embedding of `text`, where it is at hand; `now` and `zone` say what "last
        week" means.

        Raises:
            EmbedderMismatch: the vault's vectors were made by another embedder.
        """
        # A turn does not wait for the embedding of what can be found a moment later.
        self._embed_waiting(("memory",) if gate else kinds)
        return recall(
            self._database,
            self._dense,
            self._query(text, vector, now, zone),
            shipped_weights(),
            limit=limit,
            kinds=kinds,
            gate=gate,
            leave_out=leave_out,
            reranker=self._reranker,
        )

    def profile(self, *, now: datetime) -> Profile:
        """What the memories that hold `now` come to, interests by topics."""
        holding = self.memories.strongest(now=now)
        return profile_of(
            holding,
            now=now,
            strengthened=self.memories.strengthened(),
            topics=self._topics([each for each in holding if each.kind == "preference"]),
        )

    def _topics(self, memories: Sequence[Memory]) -> dict[str, str]:
        """Which part of life each memory is about, by id; what has no vector yet gets one now."""
        if not memories:
            return {}
        is_ours = self._vectors.embedder() == self._embedder.identity
        vectors = self._vectors.of_memories([each.id for each in memories]) if is_ours else {}
        missing = [each for each in memories if each.id not in vectors]
        if missing:
            made = self._embedder.vectors([each.text for each in missing])
            vectors |= {each.id: vector for each, vector in zip(missing, made, strict=True)}
        names = self._embedder.domains.likeliest(np.stack(list(vectors.values())))
        return dict(zip(vectors, names, strict=True))

    def candidates(
        self,
        text: str,
        *,
        kind: RecollectionKind,
        limit: int = 10,
        now: datetime,
        zone: tzinfo = UTC,
    ) -> tuple[list[str], Features]:
        """What `recall` would choose from: ids, and their features. Weights are fitted to it.

        Raises:
            EmbedderMismatch: the vault's vectors were made by another embedder.
        """
        self._embed_waiting((kind,))
        features = find(
            self._database, self._dense, kind, self._query(text, None, now, zone), limit
        )
        return self._vectors.ids(kind, features.seqs.tolist()), features

    def _embed_waiting(self, kinds: Sequence[RecollectionKind]) -> None:
        self._vectors.check_embedder(self._embedder.identity)
        if not self._database.is_read_only:
            for kind in kinds:
                self._dense.embed_waiting(self._embedder, kind=kind)

    def _query(self, text: str, vector: Vectors | None, now: datetime, zone: tzinfo) -> Query:
        return Query(
            text=text,
            vector=self._embedder.vector(text) if vector is None else vector,
            now=now,
            zone=zone,
            domains=self._embedder.domains,
            time_of=partial(time_of, self._database, now=now),
        )

    def learn(
        self,
        message: Message,
        lessons: Lessons,
        *,
        now: datetime,
        origin: Origin = "said",
        zone: tzinfo = UTC,
    ) -> list[Learned]:
        """Keep what a message of this vault teaches; nothing where the user forbids learning.

        Statements hold from the time of the message; "this week" is meant in `zone`.

        Raises:
            EmbedderMismatch: the vault's vectors were made by another embedder.
        """
        self._vectors.check_embedder(self._embedder.identity)
        if not self.consents.all()[Purpose.LEARN]:
            return []
        keeper = Keeper(self.memories, self.messages, self._vectors, self._dense)
        return keeper.keep(
            message, lessons, identity=self._embedder.identity, now=now, origin=origin, zone=zone
        )

    def keep_vector(self, message_id: str, vector: Vectors) -> None:
        """Write the vector of a message that was embedded already."""
        self._vectors.put_of_message(message_id, vector, self._embedder.identity)

    def unembedded_count(self) -> int:
        """How many messages and memories wait to be embedded."""
        return self._vectors.unembedded_count()

    def settle(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Embed and index all that waits for it; can be stopped and repeated at any time."""
        self.finish_deletion()
        self._vectors.check_embedder(self._embedder.identity)
        self._dense.embed_waiting(self._embedder, on_progress=on_progress)
        self._dense.index_waiting()

    def reindex(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Make all vectors and the index anew; goes on where it stopped when it is repeated."""
        if self._vectors.embedder() != self._embedder.identity:
            self._vectors.clear(self._embedder.identity)
        self._dense.rebuild_later()
        self.settle(on_progress)

    def problems(self) -> list[str]:
        """What is wrong with the files of this vault, and what to do; empty if all is well."""
        found = [
            f"The database is damaged ({problem}). Save what can be read with `bespoke memory "
            "export`, and put a backup of the vault's folder in its place."
            for problem in self._database.problems()
        ]
        try:
            self._vectors.check_embedder(self._embedder.identity)
        except EmbedderMismatch as error:
            found.append(str(error))
        if self.conversations.is_deletion_unfinished():
            found.append("A deletion was not finished. Run: bespoke doctor --repair")
        if not self._dense.is_whole():
            found.append("The index is broken. Run: bespoke doctor --repair")
        return found

    def repair(self) -> None:
        """Finish what was begun, and build the index again from the vectors in the database."""
        self.finish_deletion()
        self._dense.rebuild_later()
        self._dense.index_waiting()

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation, its messages, and what was known only from them.

        Raises:
            NotFound: there is no conversation with this id.
            VaultInUse: it is deleted, but another process that reads keeps the files from being
                cleaned of it; `settle` finishes that.
        """
        self.conversations.delete(conversation_id)
        self.finish_deletion()

    def finish_deletion(self) -> None:
        """Clean all files of what was deleted, where that is still to be done."""
        if self.conversations.is_deletion_unfinished():
            self._dense.rebuild_later()
            self._database.forget_freed_pages()
            self.conversations.mark_deletion_finished()

    def close(self) -> None:
        """Give back all threads and file descriptors."""
        self._dense.close()
        self._database.close()


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
        owners = map(_owner, self._home.glob(f"users/*/{OWNER_NAME}"))
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
            raise NotFound(f"There is no user {user!r} in {str(self._home)!r}.")
        vault = Vault(self.folder(user), self._embedder, reranker=self._reranker, read_only=True)
        try:
            yield vault
        finally:
            vault.close()

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
        return Vault(folder, self._embedder, reranker=self._reranker)


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
