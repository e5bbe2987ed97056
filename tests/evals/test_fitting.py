"""Fitting: planted weights are found again, gates hold what they promise, and the file is read."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from numpy.typing import NDArray

from assistant.cli import bespoke
from evals.benchmarks.cached_embeddings import CachedEmbeddings
from evals.benchmarks.datasets.base import Corpus, Question
from evals.fitting import run
from evals.fitting.examples import Example, examples, general_examples
from evals.fitting.linear import Line, fit_odds, fit_ranking
from evals.fitting.run import as_file
from evals.fitting.weights import (
    BY_HAND,
    as_gate,
    fit_gate,
    fit_memories,
    passes,
    threshold_that_keeps,
    threshold_that_spares,
)
from memory.embeddings import Embedder
from memory.recall.features import Features, Gate, Weights, shipped_weights
from memory.types import Message
from tests.doubles import Clock, WordEmbeddings
from tests.evals import data

Numbers = NDArray[np.float64]
NOW = Clock().now
# A score that is the column "a", and nothing else.
ONLY_A = Weights(
    scores={"memory": {"a": 1.0}},
    intercepts={"memory": 0.0},
    gates={"memory": Gate(weights={"score": 1.0}, threshold=0.0, threshold_if_hard=0.0)},
)


def example(columns: dict[str, Numbers], is_right: NDArray[np.bool_], *, fold: int = 0) -> Example:
    rows = len(is_right)
    groups = {"memory": np.ones(rows, dtype=bool)}
    features = Features("memory", np.arange(rows), columns, groups)
    return Example(features, is_right, max(int(is_right.sum()), 1), fold)


def column(*values: float) -> Numbers:
    return np.array(values, dtype=np.float64)


def right(*places: int, of: int) -> NDArray[np.bool_]:
    return np.isin(np.arange(of), places)


def planted(score: Callable[[dict[str, Numbers]], Numbers], *, seed: int) -> Example:
    """Ten candidates, of which one is drawn as right, the likelier the higher its score."""
    draw = np.random.default_rng(seed)
    columns = {name: draw.normal(size=10) for name in ("a", "b", "c")}
    odds = np.exp(score(columns))
    chosen = int(draw.choice(10, p=odds / odds.sum()))
    return example(columns, right(chosen, of=10))


def test_the_weights_by_which_the_right_ones_were_drawn_are_found_again() -> None:
    given = [planted(lambda x: 2 * x["a"] - x["b"], seed=seed) for seed in range(600)]
    weights = fit_ranking(given, ["a", "b", "c"]).weights
    assert weights["a"] > 0 > weights["b"]
    assert weights["a"] / weights["b"] == pytest.approx(-2, rel=0.25)
    assert abs(weights["c"]) < 0.15 * weights["a"]


def test_the_unit_of_a_feature_changes_its_weight_and_not_the_ranking() -> None:
    given = [planted(lambda x: 2 * x["a"] - x["b"], seed=seed) for seed in range(100)]
    columns = [each.features.columns for each in given]
    wider = [
        example({**own, "a": 100 * own["a"]}, each.is_right)
        for own, each in zip(columns, given, strict=True)
    ]
    plain, wide = (fit_ranking(each, ["a", "b"]).weights for each in (given, wider))
    assert 100 * wide["a"] / wide["b"] == pytest.approx(plain["a"] / plain["b"], rel=0.01)


def test_the_sum_of_a_ranking_is_the_odds_of_being_right() -> None:
    given = [planted(lambda x: 2 * x["a"] - x["b"], seed=seed) for seed in range(300)]
    line = fit_ranking(given, ["a", "b"])
    odds = np.concatenate([line(each.features.columns) for each in given])
    assert (1 / (1 + np.exp(-odds))).mean() == pytest.approx(0.1, abs=0.005), "one of ten"


def test_questions_without_a_choice_are_not_ranked_by() -> None:
    given = [planted(lambda x: 2 * x["a"], seed=seed) for seed in range(50)]
    columns = given[0].features.columns
    nothing_right = example(columns, right(of=10))
    all_right = example(columns, right(*range(10), of=10))
    plain = fit_ranking(given, ["a", "b"]).weights
    with_them = fit_ranking([*given, nothing_right, all_right], ["a", "b"]).weights
    assert with_them["a"] / with_them["b"] == pytest.approx(plain["a"] / plain["b"])


def test_a_feature_that_some_questions_lack_counts_as_zero_there() -> None:
    timed = [planted(lambda x: 2 * x["a"] - x["b"], seed=seed) for seed in range(60)]
    untimed = [
        example({"a": each.features.columns["a"]}, each.is_right)
        for each in (planted(lambda x: 2 * x["a"], seed=seed) for seed in range(60, 120))
    ]
    weights = fit_ranking([*timed, *untimed], ["a", "b"]).weights
    assert weights["a"] > 0 > weights["b"]


def test_planted_odds_are_found_again() -> None:
    draw = np.random.default_rng(1)
    columns = {"a": draw.normal(size=20_000), "b": 10 * draw.normal(size=20_000)}
    chance = 1 / (1 + np.exp(-(1.5 * columns["a"] - 0.1 * columns["b"] - 1)))
    is_right = draw.random(20_000) < chance
    line = fit_odds(columns, is_right, np.ones(20_000))
    assert line.weights == {
        "a": pytest.approx(1.5, rel=0.1),
        "b": pytest.approx(-0.1, rel=0.1),
    }
    assert line.intercept == pytest.approx(-1, rel=0.1)


def test_odds_of_one_column_are_as_worked_by_hand() -> None:
    # Of the rows with a = 0 one of four is right, of those with a = 1 three of four.
    a = column(0, 0, 0, 0, 1, 1, 1, 1)
    is_right = right(0, 4, 5, 6, of=8)
    line = fit_odds({"a": a}, is_right, np.ones(8))
    assert line.intercept == pytest.approx(np.log(1 / 3), abs=1e-3)
    assert line.weights["a"] == pytest.approx(np.log(3) - np.log(1 / 3), abs=1e-3)


def test_a_row_that_counts_twice_is_as_good_as_two() -> None:
    a, is_right = column(0, 0, 1, 1), right(0, 2, of=4)
    twice = fit_odds({"a": a}, is_right, column(1, 2, 2, 1))
    spelt = fit_odds({"a": column(0, 0, 0, 1, 1, 1)}, right(0, 3, 4, of=6), np.ones(6))
    assert twice.weights["a"] == pytest.approx(spelt.weights["a"], abs=1e-4)
    assert twice.intercept == pytest.approx(spelt.intercept, abs=1e-4)


def test_recall_of_an_example_counts_what_was_no_candidate_too() -> None:
    given = example({"a": column(3, 2, 1)}, right(0, 2, of=3))
    missed_one = Example(given.features, given.is_right, 4, 0)
    scores = given.features.columns["a"]
    assert [given.recall(scores, k) for k in (1, 2, 3)] == [0.5, 0.5, 1.0]
    assert [missed_one.recall(scores, k) for k in (1, 2, 3)] == [0.25, 0.25, 0.5]


@pytest.mark.parametrize(("share", "kept"), [(1.0, 10), (0.9, 9), (0.5, 5)])
def test_a_threshold_keeps_the_share_of_what_is_needed(share: float, kept: int) -> None:
    needed = [example({"a": column(value, 99)}, right(0, of=2)) for value in range(10)]
    line = Line({"score": 2.0}, -3.0)
    threshold = threshold_that_keeps(share, line, needed, ONLY_A)
    gated = ONLY_A.model_copy(update={"gates": {"memory": as_gate(line, threshold, threshold)}})
    assert sum(int(passes(each, gated)[0]) for each in needed) == kept


@pytest.mark.parametrize(("share", "disturbed"), [(0.0, 1), (0.1, 1), (0.5, 5)])
def test_a_threshold_spares_all_but_the_share_of_questions(share: float, disturbed: int) -> None:
    needless = [example({"a": column(value, value - 1)}, right(of=2)) for value in range(10)]
    line = Line({"score": 2.0}, -3.0)
    threshold = threshold_that_spares(share, line, needless, ONLY_A)
    gated = ONLY_A.model_copy(update={"gates": {"memory": as_gate(line, threshold, threshold)}})
    assert sum(bool(passes(each, gated).any()) for each in needless) == disturbed


def test_a_question_without_candidates_is_spared() -> None:
    nothing = example({"a": column()}, right(of=0))
    some = example({"a": column(4)}, right(of=1))
    line = Line({"score": 1.0}, 0.0)
    assert threshold_that_spares(0.0, line, [some, nothing], ONLY_A) == 4


def test_a_gate_learns_from_what_was_needed_and_what_was_not_alone() -> None:
    needed = [example({"a": column(value, -50)}, right(0, of=2)) for value in (2, 3, 1)]
    needless = [example({"a": column(value, 50)}, right(1, of=2)) for value in (0, -1, 2)]
    line = fit_gate(["score"], needed, needless, ONLY_A)
    # -50 of those not right among the needed, and 50 of those right among the needless, are not
    # learned from: else the weight would be close to zero or below.
    assert line.weights["score"] > 0.5
    assert 0 < -line.intercept / line.weights["score"] < 3, "it turns between the two"


def test_a_hub_is_discounted_where_that_finds_more() -> None:
    # The hub beats what is right in meaning; half of its pull taken off turns that round.
    columns = {"meaning": column(0.6, 0.5), "hub": column(0.9, 0.5), "domain": column(0, 0)}
    others = {name: column(*values, *[-9.0] * 3) for name, values in columns.items()}
    many = {
        name: np.concatenate([np.repeat(values[:1], 5), values[1:]])
        for name, values in others.items()
    }
    given = [example(many, right(5, of=9))] * 20
    line = fit_memories({20: given})
    assert line.weights["hub"] / line.weights["meaning"] < -0.25
    assert line.weights["meaning"] > 0


def test_the_file_is_read_as_the_weights_that_were_fitted() -> None:
    text = as_file(shipped_weights())
    assert Weights.model_validate(yaml.safe_load(text)) == shipped_weights()
    assert all(line.startswith("# ") for line in text.splitlines()[:2])


def test_figures_in_the_file_have_three_places() -> None:
    gate = Gate(weights={"score": 1.23456}, threshold=-0.00049, threshold_if_hard=2.0)
    weights = ONLY_A.model_copy(update={"gates": {"memory": gate}})
    read = Weights.model_validate(yaml.safe_load(as_file(weights)))
    assert read.gates["memory"].weights == {"score": 1.235}
    assert read.gates["memory"].threshold == 0


def corpus(name: str, *, cluster: str) -> Corpus:
    texts = ("my parrot whistles", "grey clouds came")
    return Corpus(
        name=name,
        messages=tuple(
            Message(id=f"{name}{n}", conversation_id=name, role="user", content=text, time=NOW)
            for n, text in enumerate(texts)
        ),
        questions=(
            Question(
                id="q",
                text="Does my parrot whistle?",
                kind="one",
                cluster=cluster,
                evidence=(f"{name}0", "elsewhere"),
            ),
        ),
    )


@pytest.mark.parametrize("kind", ["message", "memory"])
def test_examples_are_what_recall_chooses_from_with_the_right_ones_marked(
    embedder: Embedder, kind: str
) -> None:
    given = [
        corpus(name, cluster=name).model_copy(update={"kind": kind}) for name in ("a", "b", "c")
    ]
    made = list(examples("three", given, embedder))
    assert [each.fold for each in made] == [0, 1, 2]
    for each in made:
        assert each.features.kind == kind
        assert (each.is_right.sum(), each.is_right.size, each.evidence) == (1, 2, 2)
        assert each.features.columns["meaning"][each.is_right][0] > 0.3


def test_general_questions_have_nothing_that_is_right(embedder: Embedder) -> None:
    corpora = [corpus("a", cluster="a"), corpus("b", cluster="b")]
    texts = [f"How high is tree {number}?" for number in range(5)]
    made = list(general_examples("general", corpora, texts, embedder))
    assert sorted(each.fold for each in made) == [0, 0, 1, 2, 3]
    assert [each.is_right.any() for each in made] == [False] * 5


def test_weights_are_fitted_and_written_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubles = CachedEmbeddings("words", WordEmbeddings)
    monkeypatch.setattr(CachedEmbeddings, "of_settings", lambda: doubles)
    monkeypatch.setattr(run, "_SIZES", (3, 8))
    monkeypatch.setattr(run, "_VAULT", 10)
    # One conversation for each of the four folds.
    people = [{**data.LOCOMO[0], "sample_id": str(number)} for number in range(4)]
    for number in range(4):
        folder = tmp_path / "beam" / str(number)
        data.write_json(folder / "chat.json", data.BEAM_CHAT)
        asked = folder / "probing_questions" / "probing_questions.json"
        data.write_json(asked, data.BEAM_QUESTIONS)
    talk = {"role": "user", "content": "How high is the tallest tree?"}
    filler = [
        {"conversation": [{**talk, "content": f"{talk['content']} {number}"}]}
        for number in range(8)
    ]
    data.write_json(tmp_path / "filtered_inter_turns.json", filler)
    written = tmp_path / "weights.yaml"
    given = {
        "--locomo": data.write_json(tmp_path / "locomo10.json", people),
        "--beam": tmp_path / "beam",
        "--prefeval": data.write_json(tmp_path / "prefeval.json", data.PREFEVAL),
        "--write": written,
    }
    words = [str(word) for pair in given.items() for word in pair]
    done = CliRunner().invoke(bespoke, ["eval", "fit", "recall", *words], catch_exceptions=False)
    assert "on questions left out of the fit" in done.stdout
    assert "between people, recall@10" in done.stdout
    weights = Weights.model_validate(yaml.safe_load(written.read_text("utf-8")))
    assert list(weights.scores) == ["between_people", "with_assistant", "memory"]
    assert weights.scores["memory"].items() >= BY_HAND.items()
    assert weights.gates["memory"].threshold_if_hard <= weights.gates["memory"].threshold
