"""What is embedded of a text, and what an embedder is known by."""

import numpy as np
import pytest

from memory.embeddings import Embedder
from memory.vault import Vault
from tests.doubles import Clock, WordEmbeddings

NOW = Clock().now


class ListeningEmbeddings(WordEmbeddings):
    """Keeps what it is asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def embed_query(self, text: str) -> list[float]:
        self.heard.append(text)
        return super().embed_query(text)


@pytest.mark.parametrize(
    ("text", "embedded"),
    [
        ("no code at all", "no code at all"),
        ("Why does this fail?\n```python\nimport this\n```", "Why does this fail?"),
        ("Why does ```a``` this ```b``` fail?", "Why does   this   fail?"),
        ("Why does this fail?\n```\nand it never ends", "Why does this fail?"),
        ("with `one` and ``two`` of them", "with `one` and ``two`` of them"),
        ("```python\nimport this\n```", "```python\nimport this\n```"),
        ("fix this: ```import this```", "fix this: ```import this```"),
        ("```", "```"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("is_query", [True, False])
def test_blocks_of_code_are_left_out_where_there_is_other_text(
    text: str, embedded: str, is_query: bool
) -> None:
    listening = ListeningEmbeddings()
    embedder = Embedder.of(listening)
    if is_query:
        embedder.vector(text)
    else:
        embedder.vectors([text])
    assert [heard.strip() for heard in listening.heard] == [embedded]


def test_what_stands_in_code_is_found_by_its_words() -> None:
    vault = Vault(None, Embedder.of(WordEmbeddings()))
    text = "Why does this fail?\n```\nfrobnicate()\n```"
    asked = vault.messages.add("c1", "user", text, time=NOW)
    vault.messages.add("c2", "user", "grey clouds came", time=NOW)
    (first, _) = vault.recall("frobnicate", gate=False, now=NOW)
    assert first.id == asked.id
    assert "frobnicate" in first.why
    vault.close()


@pytest.mark.parametrize(
    ("name", "embedded"), [("Ines Silva", "Ines Silva: It rains."), (None, "It rains.")]
)
def test_of_a_named_speaker_the_name_is_embedded_too(name: str | None, embedded: str) -> None:
    listening = ListeningEmbeddings()
    vault = Vault(None, Embedder.of(listening))
    vault.messages.add("c1", "user", "It rains.", time=NOW, name=name)
    vault.memories.add("I like rain.", time=NOW)
    vault.settle()
    assert sorted(listening.heard) == sorted([embedded, "I like rain."])
    vault.close()


@pytest.mark.parametrize("text", ["a parrot", "a parrot " * 50, "parrot"])
def test_vectors_have_unit_length(text: str) -> None:
    embedder = Embedder.of(WordEmbeddings())
    assert np.linalg.norm(embedder.vector(text)) == pytest.approx(1)
    assert np.linalg.norm(embedder.vectors([text, text]), axis=1) == pytest.approx([1, 1])
    assert np.array_equal(embedder.vector(text), embedder.vectors([text])[0])


def test_a_text_without_a_direction_stays_without_one() -> None:
    assert np.linalg.norm(Embedder.of(WordEmbeddings()).vector("?!")) == 0


def test_the_identity_names_class_and_size() -> None:
    small, large = (Embedder.of(WordEmbeddings(size=size)).identity for size in (64, 256))
    assert small != large == Embedder.of(WordEmbeddings()).identity
    assert "WordEmbeddings" in small
    assert Embedder.of(ListeningEmbeddings()).identity != large


def test_a_model_is_loaded_at_most_once_and_only_when_it_is_needed() -> None:
    loaded: list[WordEmbeddings] = []

    def load() -> WordEmbeddings:
        loaded.append(WordEmbeddings())
        return loaded[-1]

    embedder = Embedder("words", load)
    assert loaded == []
    embedder.vector("one")
    embedder.vectors(["two"])
    assert len(loaded) == 1
