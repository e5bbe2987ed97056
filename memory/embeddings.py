"""Texts to vectors: any LangChain `Embeddings`, loaded on first use, and its identity."""

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from langchain_core.embeddings import Embeddings

from memory.domains import Domains
from memory.types import Vectors

_CODE_BLOCK = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_FEWEST_WORDS = 3
_ALIKE = 1e-3


class Embedder:
    """An embedding model and the name under which vaults remember that it made their vectors.

    Blocks of code are left out of what is embedded, where there is other text: they would decide
    what a message is about, and are found by their words.
    """

    def __init__(
        self, identity: str, load: Callable[[], Embeddings], *, cache: Path | None = None
    ) -> None:
        """`identity` must change whenever the vectors would; `load` is called at most once.

        `cache` is a folder for the vectors of texts that are the same for everybody.
        """
        self.identity = identity
        self._load = load
        self.cache = cache
        self._loaded: Embeddings | None = None
        self._mutex = Lock()

    @classmethod
    def of(cls, embeddings: Embeddings, *, cache: Path | None = None) -> "Embedder":
        """Wrap a ready `Embeddings`; its class and model name are its identity."""
        kind = type(embeddings)
        model = getattr(embeddings, "model_name", None) or getattr(embeddings, "model", None)
        size = getattr(embeddings, "size", None)
        parts = (f"{kind.__module__}.{kind.__qualname__}", model, size)
        return cls(":".join(str(part) for part in parts if part), lambda: embeddings, cache=cache)

    def vector(self, text: str) -> Vectors:
        """Embed one text; the vector has shape (dimension,) and unit length."""
        made = self._ready().embed_query(_prose(text))
        return _unit(np.asarray(made, dtype=np.float32)[None, :]).reshape(-1)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Embed texts that will be searched; shape (len(texts), dimension), each of unit length."""
        made = self._ready().embed_documents([_prose(text) for text in texts])
        return _unit(np.asarray(made, dtype=np.float32))

    @cached_property
    def domains(self) -> Domains:
        """What texts are about, read off the vectors of this embedder."""
        return Domains(self._fixed_vectors)

    def _fixed_vectors(self, texts: Sequence[str]) -> Vectors:
        """Embed texts that ship with Bespoke; made once and kept in the cache folder."""
        if self.cache is None:
            return self.vectors(texts)
        digest = hashlib.sha256("\n".join((self.identity, *texts)).encode()).hexdigest()[:32]
        file = self.cache / f"{digest}.npy"
        try:
            kept = np.asarray(np.load(file), dtype=np.float32)
            # Two embedders may go by one name; the first vector tells them apart.
            if len(kept) == len(texts) and np.allclose(
                kept[0], self.vectors(texts[:1])[0], atol=_ALIKE
            ):
                return kept
        except (OSError, ValueError, EOFError, TypeError, IndexError):
            pass
        made = self.vectors(texts)
        _keep(made, file)
        return made

    def _ready(self) -> Embeddings:
        with self._mutex:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded


def _prose(text: str) -> str:
    if "```" not in text:
        return text
    rest = _CODE_BLOCK.sub(" ", text).strip()
    return rest if len(rest.split()) >= _FEWEST_WORDS else text


def _keep(vectors: Vectors, file: Path) -> None:
    """Write the file at once or not at all; without room for it nothing is lost."""
    draft = file.with_name(f"{file.stem}.{os.getpid()}.npy")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(draft, vectors)
        draft.replace(file)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
