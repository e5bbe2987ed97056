"""The settings' embedder as its library has it, and the same with a memory.

Every system of a run is handed the same one: what differs between two systems is never the model,
and systems that store the same text share its vector.
"""

from collections.abc import Callable
from functools import cached_property

from langchain_core.embeddings import Embeddings

from assistant.chat_models.spinning import spin_briefly
from assistant.embedders import load_embeddings
from assistant.settings import load_settings


def settings_embeddings() -> Embeddings:
    """Load the embedder that the settings name, without anything that Bespoke does around it.

    Raises:
        ModelNotInstalled: the weights are not on this machine.
        ModelFailed: they cannot be loaded.
    """
    spin_briefly()  # as an assistant does, before torch is imported
    return load_embeddings(load_settings())


class CachedEmbeddings(Embeddings):
    """Embeds no text twice. The embedder is loaded on first use."""

    def __init__(self, model_name: str, load: Callable[[], Embeddings]) -> None:
        """`load` is called at most once."""
        self.model_name = model_name
        self._load = load
        self._queries: dict[str, list[float]] = {}
        self._documents: dict[str, list[float]] = {}

    @classmethod
    def of_settings(cls) -> "CachedEmbeddings":
        """Wrap the embedder that the settings name."""
        return cls(load_settings().embedder, settings_embeddings)

    def embed_query(self, text: str) -> list[float]:
        """Embed a text that is searched with."""
        if text not in self._queries:
            self._queries[text] = self._embeddings.embed_query(text)
        return self._queries[text]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts that are searched."""
        new = [text for text in dict.fromkeys(texts) if text not in self._documents]
        if new:
            vectors = self._embeddings.embed_documents(new)
            self._documents.update(zip(new, vectors, strict=True))
        return [self._documents[text] for text in texts]

    @cached_property
    def _embeddings(self) -> Embeddings:
        return self._load()
