"""The labelled sets that a learner is measured on: their counts, fields and labels."""

import re
from collections import Counter
from pathlib import Path

import pytest

import evals
from evals.benchmarks.learning_sets import (
    Change,
    Chatter,
    LabelledStatement,
    Pair,
    Wish,
    holds,
    read_set,
)

SETS = Path(evals.__file__).parent / "learning" / "sets"
MOST_TIES = 20

STATEMENTS = read_set("statements", LabelledStatement)
CHATTER = read_set("chatter", Chatter)
WISHES = read_set("wishes", Wish)
CHANGES = read_set("changes", Change)
COMPATIBLE = read_set("compatible", Pair)


def test_every_set_is_large_enough_to_measure_with() -> None:
    assert len(STATEMENTS) >= 300
    assert len(CHATTER) >= 300
    assert len(WISHES) >= 100
    assert len(CHANGES) >= 200
    assert len(COMPATIBLE) >= 200


def test_every_set_says_that_it_is_kept_out_of_training() -> None:
    for path in SETS.glob("*.yaml"):
        header = path.read_text("utf-8").split("\n\n")[0].replace("\n# ", " ")
        assert "kept out of training" in header.lower(), path.name


def test_statements_are_spread_over_the_kinds() -> None:
    kinds = Counter(each.kinds[0] for each in STATEMENTS)
    assert kinds["preference"] >= 75
    assert kinds["constraint"] >= 55
    assert kinds["fact"] >= 80
    assert kinds["goal"] >= 25
    assert kinds["style"] >= 25
    assert sum(isinstance(each.kind, tuple) for each in STATEMENTS) <= MOST_TIES


def test_ninety_statements_fill_a_slot_and_many_slots_are_filled() -> None:
    slots = Counter(each.slot for each in STATEMENTS if each.slot)
    assert slots.total() >= 90
    assert len(slots) >= 30
    assert min(slots[slot] for slot in ("name", "home", "age", "job", "relationship", "diet")) >= 4


def test_only_tastes_and_limits_have_a_direction() -> None:
    directed = {"positive", "negative"}
    for each in STATEMENTS:
        if each.kind in ("fact", "goal"):
            assert each.polarity == "neutral", each.text
        if each.kind in ("preference", "constraint"):
            assert each.polarity in directed | {"any"}, each.text


def test_a_good_part_of_the_chatter_has_several_paragraphs() -> None:
    assert sum("\n\n" in each.text for each in CHATTER) >= 30


@pytest.mark.parametrize("change", CHANGES, ids=[change.first for change in CHANGES])
def test_a_change_says_the_new_words_and_leaves_the_old_ones_behind(change: Change) -> None:
    assert any(holds(change.then, words) for words in change.current)
    assert not any(holds(change.first, words) for words in change.current)
    assert all(holds(change.first, words) for words in change.old)
    assert not any(holds(change.then, words) for words in change.old)


def test_thirty_changes_share_their_message_with_something_else() -> None:
    assert sum(change.mixed for change in CHANGES) >= 30


def test_no_text_is_counted_twice() -> None:
    for texts in (
        [statement.text for statement in STATEMENTS],
        [chat.text for chat in CHATTER],
        [wish.text for wish in WISHES],
    ):
        assert len({text.lower() for text in texts}) == len(texts)
    texts = [text for change in CHANGES for text in (change.first, change.then)]
    texts += [text for pair in COMPATIBLE for text in (pair.first, pair.then)]
    words = Counter(" ".join(re.findall(r"[\w']+", text.lower())) for text in texts)
    assert [text for text, count in words.items() if count > 1] == []
