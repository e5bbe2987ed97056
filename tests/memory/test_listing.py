from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from memory.embeddings import Embedder
from memory.listing import MemoryQuery
from memory.map import laid_flat
from memory.types import Memory, Status
from memory.vault import Vault

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def vault(tmp_path: Path, embedder: Embedder) -> Iterator[Vault]:
    vault = Vault(tmp_path, embedder)
    yield vault
    vault.close()


def add(vault: Vault, *texts: str) -> list[Memory]:
    return [vault.memories.add(text, kind="preference", time=NOW) for text in texts]


def test_a_page_holds_its_part_and_counts_all(vault: Vault) -> None:
    add(vault, "one", "two", "three")
    page = vault.listing.page(MemoryQuery(offset=1, limit=1))
    assert ([each.text for each in page.memories], page.total) == (["two"], 3)


def test_filters_and_orders(vault: Vault) -> None:
    _, bees, _ = add(vault, "cats", "bees", "ants")
    vault.memories.set_hidden(bees.id, True, time=NOW)
    vault.memories.add("a fact", time=NOW)

    def texts(query: MemoryQuery) -> list[str]:
        return [each.text for each in vault.listing.page(query).memories]

    assert texts(MemoryQuery(status=Status.HIDDEN)) == ["bees"]
    assert texts(MemoryQuery(kind="preference", order="text")) == ["ants", "bees", "cats"]
    assert texts(MemoryQuery(kind="fact", origin="said")) == []
    assert texts(MemoryQuery(order="oldest", limit=1)) == ["cats"]
    assert vault.listing.counts() == {Status.ACTIVE: 3, Status.HIDDEN: 1}


def test_ids_set_the_order_and_unknown_ones_are_left_out(vault: Vault) -> None:
    one, two = add(vault, "one", "two")
    page = vault.listing.page(MemoryQuery(ids=(one.id, "unknown", two.id)))
    assert [each.text for each in page.memories] == ["one", "two"]
    assert vault.listing.page(MemoryQuery(ids=())).total == 0


def test_words_are_found_by_their_beginnings_and_signs_by_nothing(vault: Vault) -> None:
    tea, _ = add(vault, "I love green tea", "I love coffee")
    assert vault.listing.with_words("tea GREE") == [tea.id]
    assert vault.listing.with_words('"* ${ OR') == []


def test_an_interest_that_was_given_up_is_still_in_the_trends(vault: Vault) -> None:
    (horror,) = add(vault, "I love horror films")
    later = NOW + timedelta(days=100)
    vault.memories.edit(horror.id, "I can't stand horror films", time=later)
    trends = vault.trends(now=NOW + timedelta(days=200), points=3, limit=10)
    assert trends.times == (NOW, later, NOW + timedelta(days=200))
    now, before = trends.interests
    assert (now.text, now.weights[0]) == ("I can't stand horror films", 0.0)
    assert (before.weights[0], before.weights[1:]) == (0.5, (0.0, 0.0))
    assert 0.3 < now.weights[2] < 0.5 == now.weights[1]


def test_there_are_no_trends_where_nothing_is_known(vault: Vault) -> None:
    trends = vault.trends(now=NOW, points=5, limit=10)
    assert (trends.times, trends.interests, trends.total) == ((NOW,), (), 0)


def test_a_source_shows_the_words_in_their_message(vault: Vault) -> None:
    vault.messages.add("c", "assistant", "What do you drink?", time=NOW)
    said = vault.messages.add("c", "user", "Well. I like tea. Bye", time=NOW)
    source = vault.sources.place(said.id, 6, 17)
    assert source is not None
    assert (source.before, source.words, source.after) == ("Well. ", "I like tea.", " Bye")
    assert source.answered == "What do you drink?"
    assert vault.sources.place("unknown") is None


def test_what_was_written_by_hand_has_no_source(vault: Vault) -> None:
    assert vault.sources.of(add(vault, "I like tea")[0]) == ()


def test_the_map_keeps_apart_what_differs_and_survives_few_memories(vault: Vault) -> None:
    assert vault.map([]) == []
    (one,) = add(vault, "I like tea")
    (point,) = vault.map([one])
    assert (point.x, point.y) == (0.5, 0.5)


def test_laying_flat_keeps_the_widest_spread() -> None:
    vectors = np.array([[0, 0, 0], [4, 0, 0], [0, 1, 0], [4, 1, 0]], dtype=np.float32)
    flat = laid_flat(vectors)
    assert flat.min() == 0
    assert flat.max() == 1
    assert abs(flat[0, 0] - flat[1, 0]) == pytest.approx(1)
    assert abs(flat[0, 1] - flat[2, 1]) == pytest.approx(1)


def test_a_memory_set_aside_leaves_one_conversation_alone(vault: Vault) -> None:
    (tea,) = add(vault, "I like tea")
    vault.messages.add("c", "user", "Hello", time=NOW)
    vault.messages.add("d", "user", "Hello", time=NOW)
    vault.conversations.set_aside("c", tea.id)
    vault.conversations.set_aside("c", tea.id)
    assert vault.conversations.aside("c") == {tea.id}
    assert vault.conversations.aside("d") == frozenset()
    vault.forget(tea.id, time=NOW)
    assert vault.conversations.aside("c") == frozenset()
