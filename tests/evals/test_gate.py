"""Blessing and gating: what is caught, what stays calm, and what is refused."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from evals.baseline import Baseline, baseline_of, read_baseline, write_baseline
from evals.errors import DataNotFound, NotComparable, UnknownFormat
from evals.gate import GateReport, judge
from evals.outcomes import CaseId
from evals.results import CaseResult, Run
from tests.evals.made_up_runs import NOON, flipped, realistic_results, result, verdict, write_run

CASES = {f"case {number:03}": f"persona {number % 30}" for number in range(150)}


def run_of(folder: Path, passes: Mapping[str, bool], *, arm: str = "on") -> Run:
    return write_run(
        folder,
        [result(case, passed, persona=CASES[case], arm=arm) for case, passed in passes.items()],
    )


def blessed(run: Run) -> Baseline:
    return baseline_of(run, now=NOON)


def judged(run: Run, baseline: Baseline) -> GateReport:
    (report,) = judge([(run, baseline)])
    return report


def two_runs(folder: Path, before: list[CaseResult], after: list[CaseResult]) -> GateReport:
    return judged(write_run(folder / "after", after), blessed(write_run(folder / "before", before)))


def first_passes(draw: np.random.Generator) -> dict[str, bool]:
    return {case: bool(draw.random() < 0.75) for case in CASES}


def test_harmless_changes_seldom_raise_an_alarm(tmp_path: Path) -> None:
    """A tenth of the cases break and as many are mended, by nothing but noise."""
    alarms = 0
    for seed in range(100):
        draw = np.random.default_rng(seed)
        before = first_passes(draw)
        after = flipped(before, draw, breaks=0.1, mends=0.3)
        baseline = blessed(run_of(tmp_path / f"before {seed}", before))
        alarms += not judged(run_of(tmp_path / f"after {seed}", after), baseline).is_calm
    assert alarms <= 5


def test_a_prompt_that_was_made_worse_is_caught(tmp_path: Path) -> None:
    """A quarter of the cases that passed break, beside the same noise."""
    caught = 0
    for seed in range(60):
        draw = np.random.default_rng(seed)
        before = first_passes(draw)
        after = flipped(before, draw, breaks=0.25, mends=0.15)
        report = judged(
            run_of(tmp_path / f"after {seed}", after),
            blessed(run_of(tmp_path / f"before {seed}", before)),
        )
        caught += not report.is_calm
    assert caught >= 54


def test_what_got_better_passes(tmp_path: Path) -> None:
    baseline = blessed(run_of(tmp_path / "before", dict.fromkeys(CASES, False)))
    assert judged(run_of(tmp_path / "after", dict.fromkeys(CASES, True)), baseline).is_calm


def test_a_run_passes_its_own_baseline_once_that_was_written(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", realistic_results(60, repeats=3))
    write_baseline(blessed(run), tmp_path / "baseline.json")
    report = judged(run, read_baseline(tmp_path / "baseline.json"))
    assert report.is_calm
    assert {each.scores.p for each in report.comparisons} == {1.0}


def test_one_broken_case_that_is_marked_hard_is_enough(tmp_path: Path) -> None:
    report = two_runs(
        tmp_path,
        [result("leak", is_hard=True), *map(result, CASES)],
        [result("leak", False, is_hard=True), *map(result, CASES)],
    )
    assert not report.losses
    assert [each.case for each in report.broken] == [CaseId("leak")]


def test_a_hard_case_that_failed_already_breaks_nothing(tmp_path: Path) -> None:
    failed = [result("leak", False, is_hard=True)]
    assert two_runs(tmp_path, failed, failed).is_calm


def test_a_hard_case_breaks_with_one_of_its_repeats(tmp_path: Path) -> None:
    before = [result("leak", is_hard=True, repeat=repeat) for repeat in range(3)]
    after = [result("leak", repeat != 1, is_hard=True, repeat=repeat) for repeat in range(3)]
    (broken,) = two_runs(tmp_path, before, after).broken
    assert (broken.passed, broken.of) == (2, 3)


def test_a_hard_case_breaks_when_it_can_no_longer_be_scored_or_ends_in_an_error(
    tmp_path: Path,
) -> None:
    before = [result("a", is_hard=True), result("b", is_hard=True)]
    after = [result("a", None, is_hard=True), result("b", is_hard=True, error="no answer")]
    assert [each.case.case for each in two_runs(tmp_path, before, after).broken] == ["a", "b"]


def test_taking_the_mark_away_does_not_help(tmp_path: Path) -> None:
    report = two_runs(tmp_path, [result("leak", is_hard=True)], [result("leak", False)])
    assert report.broken


def test_repeats_of_few_cases_are_no_more_evidence_than_the_cases(tmp_path: Path) -> None:
    """Three cases that were lost in all of forty repeats are three lost cases."""
    cases = [("a", "ana"), ("b", "ben"), ("c", "cy")]

    def runs(passed: bool) -> list[CaseResult]:
        return [
            result(case, passed, persona=persona, repeat=repeat)
            for case, persona in cases
            for repeat in range(40)
        ]

    report = two_runs(tmp_path, runs(True), runs(False))
    assert report.comparisons[0].cases == 3
    assert report.comparisons[0].passes.p == 0.125
    assert report.is_calm


def test_lower_scores_are_a_loss_even_where_as_many_cases_pass(tmp_path: Path) -> None:
    def graded(score: float) -> list[CaseResult]:
        marks = (verdict(True, score=score), verdict(False, score=0.1))
        return [
            result(case, False, persona=persona, turns=(), verdicts=marks)
            for case, persona in CASES.items()
        ]

    before = [*graded(0.9), result("one more", turns=(), verdicts=(verdict(True, score=0.2),))]
    after = [*graded(0.6), result("one more", turns=(), verdicts=(verdict(True, score=0.3),))]
    assert [loss.what for loss in two_runs(tmp_path, before, after).losses] == ["scores"]


def test_a_certain_loss_that_is_negligible_is_let_pass(tmp_path: Path) -> None:
    def graded(score: float) -> list[CaseResult]:
        marks = (verdict(True, score=score),)
        return [result(case, turns=(), verdicts=marks) for case in CASES]

    assert two_runs(tmp_path, graded(0.9), graded(0.895)).is_calm


def test_a_run_that_is_not_finished_cannot_be_judged(tmp_path: Path) -> None:
    with pytest.raises(NotComparable, match=r"1 of 2 cases .* 'b'"):
        two_runs(tmp_path, [result("a"), result("b")], [result("a")])


def test_a_run_of_another_suite_cannot_be_judged(tmp_path: Path) -> None:
    run = write_run(tmp_path / "a", [result("a")])
    other = write_run(tmp_path / "b", [result("a")], suite="other")
    with pytest.raises(NotComparable, match="'other'"):
        judge([(other, blessed(run))])


def test_a_changed_suite_another_model_and_new_cases_are_told(tmp_path: Path) -> None:
    baseline = blessed(write_run(tmp_path / "a", [result("a")]))
    run = write_run(
        tmp_path / "b", [result("a"), result("new")], suite_digest="x", models={"on": "other"}
    )
    suite, model, new, few = judged(run, baseline).notes
    assert "The suite or its options changed" in suite
    assert "Another model" in model
    assert "1 cases are not in the baseline" in new
    assert "Only 1 persona:" in few


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = write_run(
        tmp_path / "run",
        [
            result("b", False, persona="ben", is_hard=True, distance=10),
            result("b", persona="ben", is_hard=True, distance=0, repeat=0),
            result("b", False, persona="ben", is_hard=True, distance=0, repeat=1),
            result("a", persona="ana", arm="off"),
        ],
    )
    write_baseline(blessed(run), tmp_path / "new" / "food.json")
    assert read_baseline(tmp_path / "new" / "food.json") == blessed(run)


def test_a_baseline_holds_a_line_a_case_and_none_of_its_words(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", {"case 000": True, "case 001": False})
    write_baseline(blessed(run), tmp_path / "food.json")
    text = (tmp_path / "food.json").read_text("utf-8")
    (line,) = (line for line in text.splitlines() if "case 001" in line)
    assert line.strip() == '{"case":"case 001","persona":"persona 1","arms":{"on":"0/1 0.0"}}'
    assert "degrees" not in text


def test_only_some_arms_can_be_blessed(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [result("a", arm="off"), result("a", arm="on")])
    assert list(blessed(run).only(["on"]).models) == ["on"]


def test_a_missing_baseline_and_a_file_that_is_none_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("{}")
    with pytest.raises(UnknownFormat, match="is no baseline"):
        read_baseline(tmp_path / "none.json")
    with pytest.raises(DataNotFound, match="eval bless"):
        read_baseline(tmp_path / "missing.json")
