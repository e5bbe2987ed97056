"""Domains: the sentences, the head that is fitted to them, and the cache of their vectors."""

import re
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import yaml

from memory.domains import GENERAL, Domains
from memory.embeddings import Embedder
from memory.types import Vectors
from tests.conftest import SmallDisk
from tests.doubles import TopicEmbeddings, WordEmbeddings

SENTENCES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    files("memory").joinpath("domains.yaml").read_text("utf-8")
)
NAMES = list(SENTENCES)
ABOUT_THE_USER = [name for name in NAMES if name != GENERAL]
PLAIN = re.compile(r"[A-Za-z0-9 .,?!:;'\"()+*/=&%$äéèñç-]+")


class CountingEmbeddings(WordEmbeddings):
    """Counts the texts that it is asked for."""

    asked = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.asked += len(texts)
        return super().embed_documents(texts)


@pytest.fixture(scope="module")
def domains() -> Domains:
    return Embedder.of(WordEmbeddings()).domains


@pytest.fixture(scope="module")
def apart() -> Domains:
    """Domains whose sentences stand clearly apart, and a word for some of them."""
    return Embedder.of(TopicEmbeddings({})).domains


def axis(name: str, *, dimension: int) -> Vectors:
    """A text that is about one domain and nothing else, in the space of `apart`."""
    vector = np.zeros(dimension, dtype=np.float32)
    vector[NAMES.index(name)] = 1
    return vector


def test_the_domains_are_those_of_the_file(domains: Domains) -> None:
    assert list(domains.names) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_domain_has_requests_and_all_but_general_statements(name: str) -> None:
    kinds = SENTENCES[name]
    assert list(kinds) == (["requests"] if name == GENERAL else ["requests", "statements"])
    assert min(map(len, kinds.values())) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_is_one_plain_line(name: str) -> None:
    texts = [text for kind in SENTENCES[name].values() for text in kind]
    assert [text for text in texts if not isinstance(text, str) or not text.strip()] == []
    assert [text for text in texts if text != " ".join(text.split()) or len(text) > 200] == []


@pytest.mark.parametrize("name", ABOUT_THE_USER)
def test_sentences_about_the_user_are_english_with_their_full_stops(name: str) -> None:
    texts = [text for kind in SENTENCES[name].values() for text in kind]
    assert [text for text in texts if text[-1] not in ".?!"] == []
    assert [text for text in texts if not PLAIN.fullmatch(text)] == []
    assert [text for text in texts if len(text.split()) < 2] == []


def test_no_sentence_stands_there_twice() -> None:
    texts = Counter(
        text.casefold() for kinds in SENTENCES.values() for kind in kinds.values() for text in kind
    )
    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("scale", [0.0, 1.0, 100.0])
def test_the_shares_of_a_text_add_up_to_one(domains: Domains, scale: float) -> None:
    vectors = scale * np.random.default_rng(1).normal(size=(20, 256)).astype(np.float32)
    shares = domains.shares(vectors)
    assert shares.shape == (20, len(NAMES))
    assert shares.sum(axis=1) == pytest.approx(np.ones(20), abs=1e-5)
    assert shares.min() >= 0


@pytest.mark.parametrize("name", NAMES)
def test_texts_of_one_domain_are_told_from_all_others(apart: Domains, name: str) -> None:
    dimension = len(NAMES) + 64
    (shares,) = apart.shares(axis(name, dimension=dimension)[None, :])
    assert apart.names[int(shares.argmax())] == name
    assert apart.general(shares) == pytest.approx(shares[NAMES.index(GENERAL)])


def test_a_general_text_is_general_and_another_is_not(apart: Domains) -> None:
    vectors = np.stack([axis(name, dimension=len(NAMES) + 64) for name in (GENERAL, "food")])
    general, food = apart.shares(vectors)
    assert apart.general(general) > 0.5 > 0.1 > apart.general(food)


def test_a_domain_in_common_is_the_one_both_have_most_of(domains: Domains) -> None:
    one, other = np.zeros((2, len(NAMES)), dtype=np.float32)
    one[NAMES.index("food")], one[NAMES.index("film_and_series")] = 0.6, 0.4
    other[NAMES.index("film_and_series")], other[NAMES.index("music")] = 0.5, 0.5
    assert domains.shared(one, other) == "film and series"


def two_ways(texts: Sequence[str]) -> Vectors:
    """Requests about the user lie at (0.6, 0.8) and (0.6, -0.8) in turns, the rest at (-1, 0)."""
    requests = {text for name in ABOUT_THE_USER for text in SENTENCES[name]["requests"]}
    rows, number = [], 0
    for text in texts:
        rows.append((0.6, (0.8, -0.8)[number % 2]) if text in requests else (-1.0, 0.0))
        number += text in requests
    return np.array(rows, dtype=np.float32)


def test_what_all_requests_have_in_common_is_taken_out_of_a_request() -> None:
    assert sum(len(SENTENCES[name]["requests"]) for name in ABOUT_THE_USER) > 100
    given = Domains(two_ways)
    # The mean of the requests is close to (0.6, 0), which leaves (0, 0.8).
    left = given.without_manner(np.array([0.6, 0.8], dtype=np.float32))
    assert left == pytest.approx([0, 1], abs=0.02)


def test_what_is_near_to_typical_requests_is_pulled_by_them() -> None:
    given = Domains(two_ways)
    vectors = np.array([[0, 1], [0, -1], [1, 0]], dtype=np.float32)
    assert given.pull(vectors) == pytest.approx([1, 1, 0], abs=0.02)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_request_without_its_manner_has_unit_length(domains: Domains, seed: int) -> None:
    vector = np.random.default_rng(seed).normal(size=256).astype(np.float32)
    assert np.linalg.norm(domains.without_manner(vector)) == pytest.approx(1)


def asked_with(cache: Path | None, identity: str = "words") -> tuple[int, Vectors]:
    """How many texts an embedder is asked for to tell a text's domains, and what these are."""
    embeddings = CountingEmbeddings()
    embedder = Embedder(identity, lambda: embeddings, cache=cache)
    shares = embedder.domains.shares(embedder.vector("What could I cook?")[None, :])
    return embeddings.asked, shares


def sentence_count() -> int:
    return sum(len(texts) for kinds in SENTENCES.values() for texts in kinds.values())


def test_the_vectors_of_the_sentences_are_made_once_and_kept(tmp_path: Path) -> None:
    cache = tmp_path / "new" / "cache"
    first, made = asked_with(cache)
    again, read = asked_with(cache)
    assert (first, again) == (sentence_count(), 1), "one is made to see that it is the same"
    assert np.array_equal(made, read)
    assert [file.suffix for file in cache.iterdir()] == [".npy"]


def test_without_a_cache_they_are_made_once_for_each_embedder(tmp_path: Path) -> None:
    assert asked_with(None)[0] == sentence_count()
    assert list(tmp_path.rglob("*.npy")) == []


def test_embedders_of_different_identity_do_not_share_them(tmp_path: Path) -> None:
    assert asked_with(tmp_path, "one")[0] == sentence_count()
    assert asked_with(tmp_path, "other")[0] == sentence_count()
    assert len(list(tmp_path.glob("*.npy"))) == 2


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x93NUMPY", b"\x93NUMPY\x01\x00v\x00{"])
def test_a_damaged_file_of_vectors_is_made_anew(tmp_path: Path, content: bytes) -> None:
    _, made = asked_with(tmp_path)
    (file,) = tmp_path.glob("*.npy")
    file.write_bytes(content)
    asked, anew = asked_with(tmp_path)
    assert asked == sentence_count()
    assert np.array_equal(made, anew)
    assert asked_with(tmp_path)[0] == 1


def test_half_a_file_of_vectors_is_made_anew(tmp_path: Path) -> None:
    asked_with(tmp_path)
    (file,) = tmp_path.glob("*.npy")
    file.write_bytes(file.read_bytes()[:-1000])
    assert asked_with(tmp_path)[0] == sentence_count()


def test_another_embedder_of_the_same_name_is_not_given_them(tmp_path: Path) -> None:
    asked_with(tmp_path)
    small = Embedder("words", lambda: WordEmbeddings(size=64), cache=tmp_path)
    assert small.domains.shares(np.ones((1, 64), dtype=np.float32)).shape == (1, len(NAMES))
    same_size = Embedder("words", lambda: TopicEmbeddings({}), cache=tmp_path)
    food = axis("food", dimension=len(NAMES) + 64)
    assert same_size.domains.names[same_size.domains.shares(food[None, :]).argmax()] == "food"


def test_a_full_disk_and_one_that_is_read_only_are_done_without(small_disk: SmallDisk) -> None:
    small_disk.fill_up()
    full = asked_with(small_disk.folder)[1]
    assert list(small_disk.folder.glob("*.npy")) == []
    small_disk.make_room()
    small_disk.make_read_only()
    read_only = asked_with(small_disk.folder / "cache")[1]
    assert np.array_equal(full, asked_with(None)[1])
    assert np.array_equal(read_only, full)
