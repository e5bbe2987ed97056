"""The Chroma index of one vault: row numbers and vectors, never a text.

It can always be built again from the vectors in the database, so whatever is wrong with it is told
by one error, `IndexBroken`, and mended by throwing it away.
"""

import logging
import os
import shutil
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from memory.types import RecollectionKind, Vectors

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

_COLLECTIONS: dict[RecollectionKind, str] = {"message": "messages", "memory": "memories"}
_BATCH = 2000
# How hnswlib's header begins: version, offset, room, count and bytes of an element.
_HEADER = struct.Struct("<i4Q")


class IndexBroken(Exception):
    """The index cannot be used and has to be built again. Never leaves this package."""


class Index:
    """Approximate nearest neighbours of a vector, for messages and for memories."""

    def __init__(self, folder: Path) -> None:
        """Open nothing yet."""
        self._folder = folder
        self._client: Client | None = None
        self._collections: dict[RecollectionKind, Collection] = {}
        self._counts: dict[RecollectionKind, int] = {}
        self._cleared: set[RecollectionKind] = set()

    def add(self, kind: RecollectionKind, seqs: Sequence[int], vectors: Vectors) -> None:
        """Add vectors, shape (len(seqs), dimension); a row that is there already is replaced.

        Raises:
            IndexBroken: the index has to be built again.
        """
        with _broken_if_it_fails():
            collection = self._collection(kind)
            self._counts.pop(kind, None)
            for start in range(0, len(seqs), _BATCH):
                part = slice(start, start + _BATCH)
                collection.upsert(ids=[str(seq) for seq in seqs[part]], embeddings=vectors[part])
                self._clear_once(kind)
        self._make_private()

    def nearest(
        self, kind: RecollectionKind, vector: Vectors, limit: int
    ) -> list[tuple[int, float]]:
        """The nearest rows as (seq, cosine similarity), best first; fewer only if there are fewer.

        Raises:
            IndexBroken: the index has to be built again.
        """
        with _broken_if_it_fails():
            wanted = min(limit, self.count(kind))
            if not wanted:
                return []
            found = self._collection(kind).query(
                query_embeddings=vector[None, :], n_results=wanted, include=["distances"]
            )
            self._clear_once(kind)
        ids, distances = found["ids"][0], (found["distances"] or [[]])[0]
        if len(ids) < wanted:
            raise IndexBroken(f"{len(ids)} rows came back where {wanted} were asked for")
        return [(int(seq), 1.0 - distance) for seq, distance in zip(ids, distances, strict=True)]

    def count(self, kind: RecollectionKind) -> int:
        """How many rows the index holds.

        Raises:
            IndexBroken: the index has to be built again.
        """
        with _broken_if_it_fails():
            collection = self._collection(kind)
            if kind not in self._counts:  # counting takes as long as searching
                self._counts[kind] = int(collection.count())
            return self._counts[kind]

    def clear_unused_slots(self) -> None:
        """Zero the files of an index that was made and never filled.

        hnswlib writes the room for its first 100 vectors as it got that memory: with vectors that
        were deleted a moment ago, and with other users'. When it comes to write vectors, it has
        more than that and fills all of it.
        """
        for header in self._folder.glob("*/header.bin"):
            start = header.read_bytes()[: _HEADER.size]
            if len(start) == _HEADER.size and _HEADER.unpack(start)[3] == 0:
                for name in ("data_level0.bin", "length.bin"):
                    _zero(header.with_name(name))

    def remove(self) -> None:
        """Throw the index away, with every vector in it; the next use starts an empty one."""
        self.close()
        if self._folder.is_dir() and not self._folder.is_symlink():
            shutil.rmtree(self._folder)
        else:
            self._folder.unlink(missing_ok=True)

    def close(self) -> None:
        """Give back threads and file descriptors; the next use opens the index again."""
        client, self._client, self._collections = self._client, None, {}
        self._counts, self._cleared = {}, set()
        if client is not None:
            client.close()

    def _collection(self, kind: RecollectionKind) -> "Collection":
        if kind not in self._collections:
            if self._client is None:
                self._client = _open_client(self._folder)
            self._collections[kind] = self._client.get_or_create_collection(
                _COLLECTIONS[kind],
                configuration={"hnsw": {"space": "ip"}},
                embedding_function=None,
            )
        return self._collections[kind]

    def _clear_once(self, kind: RecollectionKind) -> None:
        """Chroma makes the files of a collection when it is first used after opening."""
        if kind not in self._cleared:
            self.clear_unused_slots()
            self._cleared.add(kind)

    def _make_private(self) -> None:
        for folder, _, names in os.walk(self._folder):
            Path(folder).chmod(0o700)
            for name in names:
                (Path(folder) / name).chmod(0o600)


def _zero(file: Path) -> None:
    """Overwrite a file in place: whoever has it open goes on with the same one."""
    with file.open("r+b") as opened:
        opened.write(bytes(file.stat().st_size))


def _open_client(folder: Path) -> "Client":
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    logging.getLogger("chromadb").setLevel(logging.ERROR)
    settings = Settings(anonymized_telemetry=False)
    try:
        client = chromadb.PersistentClient(folder, settings=settings)
    except BaseException:
        # Chroma keeps a system that did not start, and would hand it out again for this folder.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise
    assert isinstance(client, chromadb.api.client.Client)
    return client


class _broken_if_it_fails:  # noqa: N801 (reads as the statement it stands in)
    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        from chromadb.errors import ChromaError

        if isinstance(error, ChromaError | OSError | ValueError):
            raise IndexBroken(type(error).__name__) from error
