"""An embedder that remembers the vectors of the texts that it embedded last."""

from collections import OrderedDict

import numpy as np
from langchain_core.embeddings import Embeddings

from memory.types import Vectors

_MOST_KEPT = 20_000


class RememberingEmbeddings(Embeddings):
    """What many cases say before, and talk about other things, is embedded once."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._kept: OrderedDict[str, Vectors] = OrderedDict()

    def embed_query(self, text: str) -> list[float]:
        """Embed a text that is searched with."""
        return self._embeddings.embed_query(text)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts that are searched."""
        known = dict(self._kept)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            made = np.asarray(self._embeddings.embed_documents(new), dtype=np.float32)
            known |= zip(new, made, strict=True)
        for text in texts:
            self._kept[text] = known[text]
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return [known[text].tolist() for text in texts]
