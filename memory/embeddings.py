"""Texts to vectors: any LangChain `Embeddings`, loaded on first use, and its identity."""

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder:
    """An embedding model and the name under which vaults remember that it made their vectors."""

    def __init__(self, identity: str, load: Callable[[], Embeddings]) -> None:
        """`identity` must change whenever the vectors would; `load` is called at most once."""
        self.identity = identity
        self._load = load
        self._loaded: Embeddings | None = None
        self._mutex = Lock()

    @classmethod
    def of(cls, embeddings: Embeddings) -> "Embedder":
        """Wrap a ready `Embeddings`; its class and model name are its identity."""
        kind = type(embeddings)
        model = getattr(embeddings, "model_name", None) or getattr(embeddings, "model", None)
        size = getattr(embeddings, "size", None)
        parts = (f"{kind.__module__}.{kind.__qualname__}", model, size)
        return cls(":".join(str(part) for part in parts if part), lambda: embeddings)

    def vector(self, text: str) -> Vectors:
        """Embed one text; the vector has shape (dimension,) and unit length."""
        return _unit(
            np.asarray(self._ready().embed_query(text), dtype=np.float32)[None, :]
        ).reshape(-1)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Embed texts that will be searched; shape (len(texts), dimension), each of unit length."""
        return _unit(np.asarray(self._ready().embed_documents(list(texts)), dtype=np.float32))

    def _ready(self) -> Embeddings:
        with self._mutex:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
