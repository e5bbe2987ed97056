"""Bespoke and what it is compared with, on a handful of messages."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals.benchmarks.cached_embeddings import CachedEmbeddings
from evals.benchmarks.datasets.base import Corpus
from evals.benchmarks.systems.base import SystemName
from evals.benchmarks.systems.mem0 import Mem0
from evals.benchmarks.systems.opened import open_system
from evals.benchmarks.systems.rrf import ReciprocalRankFusion
from evals.errors import SystemFailed
from memory.types import Message, RecollectionKind
from tests.doubles import WordEmbeddings

TEXTS = {
    "m1": "My parrot Kiko can whistle",
    "m2": "I sold the red kayak",
    "m3": "I bake bread on Sundays",
}


def corpus(kind: RecollectionKind = "message", texts: dict[str, str] = TEXTS) -> Corpus:
    time = datetime(2024, 3, 3, tzinfo=UTC)
    messages = tuple(
        Message(id=name, conversation_id="c", role="user", content=text, time=time)
        for name, text in texts.items()
    )
    return Corpus(name="small", kind=kind, messages=messages, questions=())


class CountingEmbeddings(WordEmbeddings):
    """Keeps what it was asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return super().embed_documents(texts)


@pytest.fixture
def counting() -> CountingEmbeddings:
    return CountingEmbeddings()


@pytest.fixture
def embeddings(counting: CountingEmbeddings) -> CachedEmbeddings:
    return CachedEmbeddings("words", lambda: counting)


class Fixed:
    """Finds the same for every question."""

    def __init__(self, *found: str) -> None:
        self._found = found
        self.is_closed = False

    def store(self, corpus: Corpus) -> None:
        """Nothing needs to be kept."""

    def search(self, text: str, limit: int) -> list[str]:
        return list(self._found[:limit])

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("name", ["bespoke", "bm25", "chroma", "rrf"])
@pytest.mark.parametrize("kind", ["message", "memory"])
def test_what_shares_words_with_the_question_comes_first(
    name: SystemName, kind: RecollectionKind, embeddings: CachedEmbeddings
) -> None:
    with closing(open_system(name, embeddings)) as system:
        system.store(corpus(kind))
        assert system.search("who sold a red kayak", 2)[0] == "m2"
        assert len(system.search("who sold a red kayak", 1)) == 1


@pytest.mark.parametrize("name", ["bespoke", "bm25", "chroma", "rrf"])
def test_a_corpus_takes_the_place_of_the_one_before(
    name: SystemName, embeddings: CachedEmbeddings
) -> None:
    with closing(open_system(name, embeddings)) as system:
        system.store(corpus())
        system.store(corpus(texts={"new": "A red kayak again"}))
        assert system.search("red kayak", 50) == ["new"]


def test_bm25_leaves_out_what_shares_no_word(embeddings: CachedEmbeddings) -> None:
    with closing(open_system("bm25", embeddings)) as system:
        system.store(corpus())
        assert system.search("baking", 50) == ["m3"], "words are stemmed"
        assert system.search("the", 50) == [], "stop words say nothing"


def test_systems_that_store_the_same_text_share_its_vector(
    embeddings: CachedEmbeddings, counting: CountingEmbeddings
) -> None:
    names: tuple[SystemName, ...] = ("chroma", "rrf", "bespoke")
    for name in names:
        with closing(open_system(name, embeddings)) as system:
            system.store(corpus("memory"))
            system.search("parrot", 1)
    assert set(TEXTS.values()) <= set(counting.embedded)
    assert len(set(counting.embedded)) == len(counting.embedded)


def test_rank_fusion_adds_up_what_ranks_are_worth() -> None:
    fused = ReciprocalRankFusion(Fixed("a", "b", "c"), Fixed("c", "b"))
    # c: 1/63 + 1/61; b: 1/62 + 1/62, a little less; a: 1/61.
    assert fused.search("anything", 3) == ["c", "b", "a"]
    assert fused.search("anything", 1) == ["c"]


def test_rank_fusion_closes_what_it_fuses() -> None:
    parts = Fixed(), Fixed()
    ReciprocalRankFusion(*parts).close()
    assert all(part.is_closed for part in parts)


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings name a folder, so that no weights are needed to start."""
    monkeypatch.setenv("BESPOKE_EMBEDDER", str(tmp_path))


@pytest.mark.usefixtures("weights")
def test_an_interpreter_without_mem0_is_told(embeddings: CachedEmbeddings) -> None:
    told = pytest.raises(SystemFailed, match=r"No module named 'mem0'.*--mem0-python")
    with closing(Mem0(Path(sys.executable), embeddings)) as system, told:
        system.store(corpus())
