"""Meaning only: Chroma as it comes, with Bespoke's embedder."""

from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np
from langchain_core.embeddings import Embeddings

from evals.benchmarks.datasets.base import Corpus

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

_BATCH = 500


class Chroma:
    """One collection in memory, made anew for every corpus."""

    def __init__(self, embeddings: Embeddings) -> None:
        """Open an empty database in memory."""
        import chromadb

        client = chromadb.EphemeralClient(chromadb.config.Settings(anonymized_telemetry=False))
        assert isinstance(client, chromadb.api.client.Client)
        self._client = client
        self._embeddings = embeddings
        self._collection: Collection | None = None

    def store(self, corpus: Corpus) -> None:
        """Embed and add the texts."""
        self._forget()
        # All clients in memory share one database, so each takes a name of its own.
        self._collection = self._client.create_collection(uuid4().hex, embedding_function=None)
        ids, texts = [message.id for message in corpus.messages], corpus.texts()
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            vectors = np.array(self._embeddings.embed_documents(texts[part]), dtype=np.float32)
            self._collection.add(ids=ids[part], embeddings=vectors)

    def search(self, text: str, limit: int) -> list[str]:
        """The nearest neighbours of the text."""
        assert self._collection is not None, "store a corpus first"
        found = self._collection.query(
            query_embeddings=np.array([self._embeddings.embed_query(text)], dtype=np.float32),
            n_results=min(limit, self._collection.count()),
            include=[],
        )
        return found["ids"][0]

    def close(self) -> None:
        """Free the database."""
        self._forget()
        self._client.close()

    def _forget(self) -> None:
        if self._collection is not None:
            self._client.delete_collection(self._collection.name)
            self._collection = None
