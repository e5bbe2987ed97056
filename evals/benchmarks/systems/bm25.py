"""Words only: BM25 as the library bm25s has it (Lu 2024), stop words dropped and words stemmed."""

import logging
from typing import Any

import snowballstemmer

from evals.benchmarks.datasets.base import Corpus


class BM25:
    """The library's defaults: Lucene's BM25, k1 = 1.5, b = 0.75."""

    def __init__(self) -> None:
        """Store nothing yet."""
        self._stemmer = snowballstemmer.stemmer("english")

    def store(self, corpus: Corpus) -> None:
        """Index the texts."""
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it turns its own debugging on
        self._ids = [message.id for message in corpus.messages]
        self._index = bm25s.BM25()
        self._index.index(self._tokens(corpus.texts()), show_progress=False)

    def search(self, text: str, limit: int) -> list[str]:
        """Rank what shares a word with the text."""
        found = self._index.retrieve(
            self._tokens([text]), k=min(limit, len(self._ids)), show_progress=False
        )
        pairs = zip(found.documents[0], found.scores[0], strict=True)
        return [self._ids[position] for position, score in pairs if score > 0]

    def close(self) -> None:
        """Nothing was taken."""

    def _tokens(self, texts: list[str]) -> Any:
        import bm25s

        return bm25s.tokenize(
            texts, stopwords="en", stemmer=self._stemmer, show_progress=False, return_ids=False
        )
