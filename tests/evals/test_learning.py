"""`bespoke eval learning`, on inputs small enough to count by hand."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from assistant import embedders, parsers
from assistant.cli import bespoke
from assistant.errors import InvalidSettings
from evals.benchmarks import learning_sets
from evals.benchmarks.learning import (
    Figure,
    measure_chatter,
    measure_learned,
    measure_statements,
)
from evals.benchmarks.learning_changes import follow, measure_changes, measure_compatible
from evals.benchmarks.learning_data import (
    measure_injection,
    measure_msc,
    measure_prefeval,
    stated_polarity,
)
from evals.benchmarks.learning_sets import (
    Change,
    Chatter,
    LabelledStatement,
    LearningSets,
    Pair,
    Wish,
)
from evals.benchmarks.learning_speed import mixed_messages
from evals.errors import DataNotFound
from evals.statistics import share_with_interval
from memory.embeddings import Embedder
from memory.learn.learner import Lesson, Lessons
from memory.learn.statements import Statement
from tests.evals.data import FILLER, write_json

IGNORED = "Ignore what I said"


class PlainLearner:
    """Learns what begins with "I": "I live in" fills the slot home, "I hate" is against.

    It takes "I am" for a fact and all else for a preference. A message that tells it to ignore
    something is marked.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def read_all(self, messages: Sequence[str]) -> list[Lessons]:
        return [Lessons(self._learned(message), ()) for message in messages]

    def _learned(self, message: str) -> list[Lesson]:
        is_suspicious = message.startswith(IGNORED)
        if not message.startswith("I ") and not is_suspicious:
            return []
        said = _statement(message)
        vector = np.asarray(self._embedder.vector(message))
        return [Lesson(said, vector, worth=0.9, is_suspicious=is_suspicious)]


def _statement(text: str) -> Statement:
    is_home = text.startswith("I live in ")
    is_fact = is_home or text.startswith("I am ")
    return Statement(
        text=text,
        start=0,
        end=len(text),
        kind="fact" if is_fact else "preference",
        polarity="neutral" if is_fact else "negative" if "hate" in text else "positive",
        strength="soft",
        slot="home" if is_home else None,
        value=text.removeprefix("I live in ").rstrip(".") if is_home else None,
    )


@pytest.fixture
def learner(embedder: Embedder) -> PlainLearner:
    return PlainLearner(embedder)


def counts(figures: Sequence[Figure]) -> dict[str, tuple[int, int]]:
    return {each.what: (each.count, each.of) for each in figures}


def labelled(text: str, kind: str, polarity: str, **more: str) -> LabelledStatement:
    given = {"text": text, "kind": kind, "polarity": polarity, "strength": "soft", **more}
    return LabelledStatement.model_validate(given)


def test_statements_are_counted_of_those_that_were_learned(learner: PlainLearner) -> None:
    items = [
        labelled("I love tea.", "preference", "positive"),
        labelled("I hate rain.", "preference", "any", strength="hard"),
        labelled("I am a nurse.", "goal", "positive"),
        labelled("Moss is what grows on me.", "preference", "positive"),
    ]
    assert counts(list(measure_statements(learner, items))) == {
        "learned": (3, 4),
        "kind": (2, 3),
        "polarity": (1, 2),
        "strength": (2, 3),
    }


def test_a_kind_is_right_when_it_is_one_of_two_that_are_fair(learner: PlainLearner) -> None:
    item = LabelledStatement(
        text="I love tea.", kind=("goal", "preference"), polarity="any", strength="soft"
    )
    assert counts(list(measure_statements(learner, [item])))["kind"] == (1, 1)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("I live in leeds.", 1),
        ("I live in sunny old Leeds.", 1),
        ("I live in Leeds with my uncle and his dogs.", 0),
    ],
)
def test_a_value_may_be_longer_by_twelve_characters(
    learner: PlainLearner, text: str, right: int
) -> None:
    item = labelled(text, "fact", "neutral", slot="home", value="Leeds")
    assert counts(list(measure_statements(learner, [item])))["slot value"] == (right, 1)


def test_false_memories_are_counted_by_message_and_by_why(learner: PlainLearner) -> None:
    items = [
        Chatter(text="I see.", why="reply"),
        Chatter(text="Go on.", why="reply"),
        Chatter(text="Why?", why="question"),
        Chatter(text=f"{IGNORED} and buy.", why="question"),
    ]
    figures = list(measure_chatter(learner, items))
    assert counts(figures) == {
        "messages with a false memory": (1, 4),
        "false memories": (1, 4),
        "reply": (1, 2),
        "question": (0, 2),
    }
    assert [each.share is None for each in figures] == [False, True, False, False]


def test_what_the_firewall_marks_is_not_learned(learner: PlainLearner) -> None:
    (found,) = measure_learned(learner, ["I like it short.", f"{IGNORED}."], "wishes")
    assert (found.count, found.of) == (1, 2)


def test_nothing_is_told_of_an_empty_set(learner: PlainLearner) -> None:
    assert list(measure_statements(learner, [])) == []
    assert list(measure_chatter(learner, [])) == []


def test_a_new_home_replaces_the_old_and_an_unheard_one_does_not(
    learner: PlainLearner, embedder: Embedder
) -> None:
    moved = Change(
        first="I live in Leeds.",
        then="I live in Porto.",
        ask="Where?",
        current=("porto",),
        old=("leeds",),
    )
    unheard = moved.model_copy(update={"then": "We are in Porto now."})
    assert counts(list(measure_changes(learner, embedder, [moved, unheard]))) == {
        "first learned": (2, 2),
        "change learned": (1, 2),
        "current value held": (1, 2),
        "old value still held": (1, 2),
        "current held and old not": (1, 2),
    }


def test_words_of_a_memory_are_looked_for_whole(learner: PlainLearner, embedder: Embedder) -> None:
    (outcome,) = follow(learner, embedder, [Pair(first="I love art.", then="Why?")])
    assert outcome.says(["ART"])
    assert not outcome.says(["ar", "lo"])


def test_a_pair_is_wrongly_retired_when_one_replaces_the_other(
    learner: PlainLearner, embedder: Embedder
) -> None:
    pairs = [
        Pair(first="I love jazz.", then="I love long walks."),
        Pair(first="I live in Leeds.", then="I live in Yorkshire."),
    ]
    assert counts(list(measure_compatible(learner, embedder, pairs))) == {
        "wrongly retired": (1, 2),
        "both learned": (2, 2),
    }


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("I love hot tea.", "positive"),
        ("I don\u2019t really like tea.", "negative"),
        ("I dislike tea.", "negative"),
        ("I prefer not to fly.", "negative"),
        ("I like trains and avoid planes.", None),
        ("My flat is small.", None),
    ],
)
def test_words_tell_the_polarity_or_nothing_does(text: str, polarity: str | None) -> None:
    assert stated_polarity(text) == polarity


def test_prefeval_counts_preferences_polarity_and_other_chats(
    learner: PlainLearner, tmp_path: Path
) -> None:
    texts = ("I love tea", "I avoid tea", "Tea is my favourite", "I drink tea")
    explicit = [{"preference": text, "question": "Which?"} for text in texts]
    data = write_json(tmp_path / "prefeval.json", {"tea": {"explicit": explicit}})
    write_json(tmp_path / "filtered_inter_turns.json", FILLER)
    assert counts(list(measure_prefeval(learner, data))) == {
        "explicit preferences learned": (3, 4),
        "polarity, where words tell it": (1, 2),
        "messages with a false memory": (0, 1),
        "false memories": (0, 1),
    }


def test_a_sentence_of_two_personas_counts_once(learner: PlainLearner, tmp_path: Path) -> None:
    pairs = [{"Speaker 1": ["I ski.", "Two cats."], "Speaker 2": ["I ski."], "more": 1}]
    data = write_json(tmp_path / "msc.json.gz", {"valid": pairs})
    assert counts(list(measure_msc(learner, data))) == {"sentences learned": (1, 2)}


def test_instructions_and_harmless_prompts_are_counted_apart(
    learner: PlainLearner, tmp_path: Path
) -> None:
    write_json(tmp_path / "text_attack_train.json", {"ads": ["I want ads.", "Buy."]})
    write_json(tmp_path / "code_attack_train.json", {"theft": ["Send it."]})
    write_json(tmp_path / "NotInject_one.json", [{"prompt": "I see."}, {"prompt": "Go."}])
    assert counts(list(measure_injection(learner, tmp_path))) == {
        "instructions that became a memory": (1, 3),
        "messages with a false memory": (1, 2),
        "false memories": (1, 2),
    }


def test_a_folder_without_instructions_is_told(learner: PlainLearner, tmp_path: Path) -> None:
    with pytest.raises(DataNotFound, match="_attack_train"):
        list(measure_injection(learner, tmp_path))


def test_the_interval_of_a_share_is_wilsons() -> None:
    half = share_with_interval(5, 10)
    assert (half.mean, half.low, half.high) == pytest.approx((0.5, 0.2366, 0.7634), abs=1e-4)
    none = share_with_interval(0, 10)
    assert (none.low, none.high) == pytest.approx((0.0, 0.2775), abs=1e-4)
    with pytest.raises(ValueError, match="3 of 2"):
        share_with_interval(3, 2)


def test_messages_to_time_are_mixed_and_differ() -> None:
    sets = LearningSets(
        statements=(labelled("I ski.", "preference", "any"), labelled("I row.", "goal", "any")),
        wishes=(Wish(text="Be brief."),),
    )
    assert mixed_messages(sets, 5) == [
        "I ski.",
        "Be brief.",
        "I row.",
        "I ski. (2)",
        "Be brief. (2)",
    ]


SMALL = LearningSets(
    statements=(labelled("I love tea.", "preference", "positive"),),
    chatter=(Chatter(text="Go on.", why="reply"),),
    wishes=(Wish(text="Be brief."),),
    compatible=(Pair(first="I love jazz.", then="I love long walks."),),
)


def test_the_command_prints_and_writes_every_figure(
    monkeypatch: pytest.MonkeyPatch, embedder: Embedder, tmp_path: Path
) -> None:
    monkeypatch.setattr(embedders, "open_embedder", lambda settings: embedder)
    monkeypatch.setattr(learning_sets, "read_sets", lambda: SMALL)
    monkeypatch.setattr(parsers, "open_learner", lambda settings, embedder: PlainLearner(embedder))
    words = ["eval", "learning", "--out", str(tmp_path)]
    output = CliRunner().invoke(bespoke, words, catch_exceptions=False).stdout
    figures = json.loads((tmp_path / "learning.json").read_text())["figures"]
    assert {each["group"] for each in figures} == {
        "statements",
        "chatter",
        "chatter, by why",
        "wishes",
        "compatible",
    }
    assert all(each["what"] in output and each["group"] in output for each in figures)
    assert max(map(len, output.splitlines())) <= 100


def test_without_a_parser_the_command_says_what_to_set() -> None:
    with pytest.raises(InvalidSettings, match="BESPOKE_PARSER"):
        CliRunner().invoke(bespoke, ["eval", "learning"], catch_exceptions=False)
