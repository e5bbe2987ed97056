import pytest

from assistant.leaning import Item, overlap
from memory.embeddings import Embedder
from tests.doubles import FailingEmbeddings

ITEMS = [Item("1", "I love penguins"), Item("2", "I live in Porto")]


def test_an_item_that_a_sentence_repeats_overlaps_wholly(embedder: Embedder) -> None:
    amounts = overlap("Sure! I love penguins. Anything else?", ITEMS, embedder)
    assert amounts["1"] == pytest.approx(1, abs=0.01)
    assert amounts["2"] < 0.3


def test_sentences_are_compared_one_by_one_and_words_by_their_stems(embedder: Embedder) -> None:
    long = "Nothing here matters to anybody who reads it. " * 10
    amounts = overlap(f"{long}A penguin would be lovely.\n{long}", ITEMS, embedder)
    assert amounts["1"] > 0.25 > amounts["2"]


@pytest.mark.parametrize("reply", ["", "…", "42 🎉", "Is it? It is."])
def test_a_reply_that_says_nothing_leans_on_nothing(embedder: Embedder, reply: str) -> None:
    assert all(amount < 0.3 for amount in overlap(reply, ITEMS, embedder).values())


def test_without_items_nothing_is_embedded() -> None:
    assert overlap("I love penguins.", [], Embedder.of(FailingEmbeddings())) == {}
