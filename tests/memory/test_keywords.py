"""Keyword search: where words occur, in which forms, and what a match is worth."""

import math
import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import count

import numpy as np
import pytest

from memory import keywords
from memory.database import Database
from memory.keywords import MAX_TERMS, Matches, keyword_matches, telling_words
from memory.messages import Messages
from memory.types import Message
from memory.vault import Vault
from tests.doubles import Clock

NOW = Clock().now
# The two stemmers differ in these: Snowball follows Porter's later changes, FTS5 does not.
_APART = re.compile("logy$|bly$")


def some_words() -> list[str]:
    """A few hundred English words in many forms: those of the shipped sentences."""
    found = re.findall("[a-z]{3,}", files("memory").joinpath("domains.yaml").read_text().lower())
    return sorted({word for word in found if telling_words(word) and not _APART.search(word)})


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None)
    yield opened
    opened.close()


def write(database: Database, *texts: str) -> None:
    """Write messages, numbered from 1."""
    number = count(Messages(database).count() + 1)
    Messages(database).add_new(
        [
            Message(id=str(next(number)), conversation_id="c", role="user", content=text, time=NOW)
            for text in texts
        ]
    )


def search(database: Database, text: str) -> Matches:
    return keyword_matches(database, "message", telling_words(text))


def found(database: Database, text: str) -> list[int]:
    return search(database, text).best(10_000)


def test_bm25_as_worked_by_hand(database: Database) -> None:
    write(database, "parrot parrot kayak", "parrot", "cloud")
    matches = search(database, "a parrot in a kayak")
    assert sorted(matches.words) == ["kayak", "parrot"]
    weights = dict(zip(matches.words, matches.weights.tolist(), strict=True))
    # ln(1 + (N - n + 0.5) / (n + 0.5)) with N = 3 texts; n = 1 of them has kayak, n = 2 parrot.
    assert weights["kayak"] == pytest.approx(math.log(1 + 2.5 / 1.5))
    assert weights["parrot"] == pytest.approx(math.log(1 + 1.5 / 2.5))
    # Of mean length, f / (f + 1.2): 2 parrots give 2 / 3.2, and 1 of either 1 / 2.2.
    scores = matches.bm25(matches.counts, np.ones(2))
    total = weights["kayak"] + weights["parrot"]
    assert scores[0] * total == pytest.approx(weights["parrot"] * 2 / 3.2 + weights["kayak"] / 2.2)
    assert scores[1] * total == pytest.approx(weights["parrot"] / 2.2)
    # Thrice as long, the damping is 1.2 x (0.25 + 0.75 x 3) = 3.
    assert matches.bm25(matches.counts, np.array([1.0, 3.0]))[1] * total == pytest.approx(
        weights["parrot"] / 4
    )
    assert matches.best(5) == [1, 2]


def test_counts_are_given_for_any_texts_in_any_order(database: Database) -> None:
    write(database, "parrot", "cloud", "parrot, parrot and a kayak")
    matches = search(database, "parrot kayak")
    counts = matches.counts_of(np.array([3, 2, 99, 1, 3]))
    by_word = dict(zip(matches.words, counts.T.tolist(), strict=True))
    assert by_word == {"parrot": [2, 0, 0, 1, 2], "kayak": [1, 0, 0, 0, 1]}
    assert matches.counts_of(np.zeros(0, np.int64)).shape == (0, 2)


def test_the_words_that_a_text_shares_are_those_of_the_query(database: Database) -> None:
    write(database, "Two parrots", "cloud")
    matches = search(database, "parrot")
    assert (matches.shared(1), matches.shared(2), matches.shared(99)) == ("parrot", "", "")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("cafés", "a café"),
        ("cafe", "two Cafés"),
        ("CAFÉ", "cafe"),
        ("cafe\u0301", "caf\u00e9"),
        ("naïvely", "naive"),
        ("moved", "I am moving to Porto"),
        ("parrot's", "parrots"),
        ("generalizations", "in general"),
        ("São Tomé", "sao tome"),
        ("ski-lift", "the lift"),
        ("5 bikes", "my bike"),
        ("42", "room 42"),
        ("漢字", "漢字"),
        ("ärger", "Arger"),
    ],
)
def test_words_are_found_in_other_forms_with_and_without_their_accents(
    database: Database, query: str, text: str
) -> None:
    write(database, text, "cloud")
    assert found(database, query) == [1]


@pytest.mark.parametrize("word", ["car", "cared", "cart", "parr"])
def test_other_words_that_begin_alike_are_not_found(database: Database, word: str) -> None:
    write(database, "carpet", "parrot")
    assert found(database, word) == []


def test_fts5_stems_as_the_query_is_stemmed(database: Database) -> None:
    words = some_words()
    assert len(words) > 800
    write(database, *words)
    missed = [word for seq, word in enumerate(words, 1) if seq not in found(database, word)]
    assert missed == []


@pytest.mark.parametrize("text", ["", "   ", "?!", "what is it", "Did you have the", "\x00", "🦜"])
def test_words_that_say_nothing_find_nothing(database: Database, text: str) -> None:
    write(database, text, "what is it that you have the", "parrot")
    matches = search(database, text)
    assert matches.words == ()
    assert matches.best(10) == []
    assert matches.counts_of(np.array([1, 2])).shape == (2, 0)
    assert matches.bm25(np.zeros((2, 0)), np.ones(2)).tolist() == [0, 0]
    assert matches.shared(1) == ""


def test_without_any_texts_nothing_is_found(database: Database) -> None:
    assert found(database, "parrot") == []


def test_words_are_told_once_and_not_too_many_of_them() -> None:
    assert telling_words("parrots parrot PARROT") == {"parrots": "parrot"}
    many = telling_words(" ".join(f"word{number}" for number in range(100)))
    assert set(many) == {f"word{number}" for number in range(MAX_TERMS)}


def test_messages_and_memories_are_searched_apart(database: Database) -> None:
    write(database, "parrot")
    matches = keyword_matches(database, "memory", telling_words("parrot"))
    assert matches.best(10) == []
    assert found(database, "parrot") == [1]


def test_of_too_many_places_those_of_rare_words_are_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keywords, "_MOST_PLACES", 10)
    write(database, *["cloud"] * 20, "parrot", *["kayak"] * 5)
    assert search(database, "cloud parrot kayak").words == ("parrot", "kayak")
    assert sorted(found(database, "cloud parrot kayak")) == [21, 22, 23, 24, 25, 26]


def test_a_frequent_word_that_stands_alone_is_read_as_far_as_it_goes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keywords, "_MOST_PLACES", 10)
    write(database, *["cloud"] * 20)
    assert len(found(database, "cloud")) == 10


def test_rare_words_weigh_more_and_no_word_weighs_against_a_text(database: Database) -> None:
    write(database, *["cloud cloud"] * 9, "cloud parrot")
    matches = search(database, "cloud parrot")
    weights = dict(zip(matches.words, matches.weights.tolist(), strict=True))
    assert weights["parrot"] > weights["cloud"] > 0
    assert matches.best(1) == [10]


def test_scores_are_shares_of_the_most_that_there_could_be(database: Database) -> None:
    write(database, "parrot kayak", "parrot " * 500, "cloud")
    matches = search(database, "parrot kayak")
    scores = matches.bm25(matches.counts, np.ones(2))
    assert 0 < scores.min() <= scores.max() < 1


def test_what_was_deleted_is_not_found_any_more(vault: Vault) -> None:
    vault.messages.add("gone", "user", "a parrot", time=NOW)
    vault.messages.add("kept", "user", "a parrot too", time=NOW)
    assert found(vault._database, "parrot") == [1, 2]
    vault.delete_conversation("gone")
    assert found(vault._database, "parrot") == [2]
    assert search(vault._database, "parrot").counts_of(np.array([1, 2])).tolist() == [[0], [1]]
