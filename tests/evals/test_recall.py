"""Recall at k, worked by hand, and the users made of preferences."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from evals.benchmarks.datasets.base import Corpus, Dataset, Question
from evals.benchmarks.datasets.prefeval import Preference, Turn
from evals.benchmarks.preference_recall import Plan, ask_users, by_size, report_on
from evals.benchmarks.profiles import (
    TooFewPreferences,
    users_of_all_topics,
    users_of_other_topics,
)
from evals.benchmarks.reach import measure_reach
from evals.benchmarks.recall import Answer, Row, measure
from evals.benchmarks.systems.base import System, SystemName
from memory.types import Message
from tests.doubles import WordEmbeddings

TIME = datetime(2024, 3, 3, tzinfo=UTC)
PREFERENCES = [
    Preference(
        id=f"{topic}/{number}",
        topic=topic,
        text=f"I like {topic}{number} best",
        question=f"which {topic}{number}?",
    )
    for topic in ("tea", "boats", "hats", "songs")
    for number in range(6)
]
Users = Callable[..., Iterator[Corpus]]


class Ranked:
    """Finds messages in the order of their ids, or against it."""

    def __init__(self, *, is_reversed: bool = False) -> None:
        self._is_reversed = is_reversed

    def store(self, corpus: Corpus) -> None:
        self._ids = sorted((each.id for each in corpus.messages), reverse=self._is_reversed)

    def search(self, text: str, limit: int) -> list[str]:
        return self._ids[:limit]

    def close(self) -> None:
        """Nothing was taken."""


def open_ranked(name: SystemName) -> System:
    return Ranked(is_reversed=name != "bespoke")


def dataset() -> Dataset:
    """Ten messages, m0 to m9, and three questions about them."""
    messages = tuple(
        Message(id=f"m{number}", conversation_id="c", role="user", content="Hi", time=TIME)
        for number in range(10)
    )
    evidence = {"first": ("m0", "m6"), "second": ("m1",), "apart": ("m9",)}
    questions = tuple(
        Question(id=kind, text=f"{kind}?", kind=kind, cluster="one", evidence=ids)
        for kind, ids in evidence.items()
    )
    corpus = Corpus(name="one", messages=messages, questions=questions)
    return Dataset(name="ten", corpora=(corpus,), skipped=4, apart=("apart",))


def row_of(rows: tuple[Row, ...], group: str, k: int) -> Row:
    (row,) = (row for row in rows if (row.group, row.k) == (group, k))
    return row


def test_recall_at_k_is_the_share_of_the_evidence_in_the_first_k() -> None:
    answer = Answer(
        question="q",
        text="?",
        kind="single",
        cluster="c",
        evidence=("a", "b", "c"),
        ranks={"bespoke": (1, 6, None)},
    )
    assert [answer.recall("bespoke", k) for k in (1, 5, 6, 50)] == [1 / 3, 1 / 3, 2 / 3, 2 / 3]


def test_a_report_holds_recall_of_each_system_kind_and_cut() -> None:
    report = measure(dataset(), ("bespoke", "bm25"), open_ranked)
    # Among the first five of m0 to m9: m0 and m1, so (1/2 + 1) / 2. Backwards m9 to m5: m6.
    overall = row_of(report.rows, "overall", 5)
    assert {name: each.mean for name, each in overall.recall.items()} == {
        "bespoke": 0.75,
        "bm25": 0.25,
    }
    assert overall.questions == 2
    assert overall.best_baseline == "bm25"
    assert overall.difference is not None
    assert overall.difference.mean == 0.5
    assert row_of(report.rows, "first", 5).recall["bespoke"].mean == 0.5
    assert row_of(report.rows, "apart", 5).recall["bespoke"].mean == 0.0
    assert row_of(report.rows, "apart", 10).recall["bespoke"].mean == 1.0
    assert report.curves["bespoke"][:7] == (0.25, 0.75, 0.75, 0.75, 0.75, 0.75, 1.0)
    assert report.answers[0].ranks == {"bespoke": (1, 7), "bm25": (10, 4)}
    assert report.notes == (
        "4 questions without evidence were left out",
        "overall is without apart",
    )


def test_alone_a_system_is_compared_with_none() -> None:
    report = measure(dataset(), ("bespoke",), open_ranked)
    assert {row.difference for row in report.rows} == {None}


@pytest.mark.parametrize("users", [users_of_all_topics, users_of_other_topics])
@pytest.mark.parametrize("others", [3, 8])
def test_every_preference_is_asked_about_once_in_a_profile_of_its_own(
    users: Users, others: int
) -> None:
    made = list(users(PREFERENCES, others=others, seed=1))
    asked = Counter(question.id for user in made for question in user.questions)
    assert asked == Counter(each.id for each in PREFERENCES)
    for user in made:
        ids = {message.id for message in user.messages}
        assert len(ids) == len(user.messages) == others + 1
        assert {question.evidence[0] for question in user.questions} <= ids


def test_in_the_arm_of_other_topics_a_question_s_own_topic_stands_alone() -> None:
    for user in users_of_other_topics(PREFERENCES, others=8, seed=1):
        topics = Counter(message.id.split("/")[0] for message in user.messages)
        assert {topics[question.cluster] for question in user.questions} == {1}


@pytest.mark.parametrize("users", [users_of_all_topics, users_of_other_topics])
def test_the_same_seed_makes_the_same_users(users: Users) -> None:
    once, again, other = (list(users(PREFERENCES, others=5, seed=seed)) for seed in (1, 1, 2))
    assert once == again
    assert once != other


@pytest.mark.parametrize("users", [users_of_all_topics, users_of_other_topics])
def test_too_few_preferences_are_told(users: Users) -> None:
    with pytest.raises(TooFewPreferences, match="--others"):
        list(users(PREFERENCES, others=30, seed=1))


def test_answers_of_several_seeds_count_as_one_question() -> None:
    plan = Plan(others=(3, 5), seeds=2)
    groups = list(ask_users(PREFERENCES, plan, ("bespoke",), open_ranked))
    report = report_on(groups, plan, ("bespoke",))
    assert [group.name for group in groups] == [
        "3 others, all topics",
        "5 others, all topics",
        "3 others, other topics",
        "5 others, other topics",
    ]
    assert {len(group.answers) for group in groups} == {48}
    assert {row.questions for row in report.rows} == {24}
    # The id of each stands among the first five of four.
    assert row_of(report.rows, "3 others, all topics", 5).recall["bespoke"].mean == 1.0
    assert by_size(groups, report)["all topics"]["bespoke"].keys() == {3, 5}


def test_a_preference_reaches_the_prompt_only_where_the_vault_holds_it() -> None:
    filler = [Turn(role="user", content="How high is the tallest tree?")]
    report = measure_reach(PREFERENCES, filler, WordEmbeddings(), questions=1)
    shares = {arm: share.mean for arm, share in report.share.items()}
    assert shares.keys() == {"alone", "with 20 others", "only 20 others"}
    assert (shares["alone"], shares["only 20 others"]) == (1.0, 0.0)
    assert len(report.questions) == 1
