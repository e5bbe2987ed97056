"""Comparing arms and runs by case: counts worked by hand, and planted differences."""

from collections.abc import Sequence

import numpy as np
import pytest

from evals.compare import Comparison, against_first, compare
from evals.outcomes import CaseId, Outcome, Outcomes, gather
from evals.results import CaseResult
from tests.evals.made_up_runs import result


def outcomes(results: Sequence[CaseResult]) -> Outcomes:
    return gather(results)["on"]


def compared(first: Sequence[CaseResult], second: Sequence[CaseResult]) -> Comparison:
    found = compare(outcomes(first), outcomes(second), names=("A", "B"))
    assert found
    return found


def test_cases_are_paired_by_name_and_distance_whatever_their_order() -> None:
    first = [result("a", distance=0), result("a", False, distance=10), result("b")]
    second = [result("b", False), result("a@10", distance=10), result("a@0", distance=0)]
    found = compared(first, second)
    assert (found.gained, found.lost) == ((CaseId("a", 10),), (CaseId("b"),))
    assert str(found.gained[0]) == "a@10"
    assert found.passes.estimate.mean == 0


def test_the_exact_test_is_that_of_a_coin() -> None:
    """Six cases lost and none gained: (1/2)^6 on either side."""
    cases = [f"{number}" for number in range(10)]
    after = [result(case, int(case) >= 6) for case in cases]
    found = compared([result(case) for case in cases], after)
    assert found.passes.p == pytest.approx(2 / 2**6)
    assert found.passes.estimate.mean == pytest.approx(-0.6)


def test_repeats_are_a_share_of_one_case() -> None:
    before = [result("a", repeat < 1, repeat=repeat) for repeat in range(4)]
    after = [result("a", repeat < 3, repeat=repeat) for repeat in range(4)]
    found = compared(before, after)
    assert found.cases == 1
    assert found.passes.estimate.mean == 0.5


def test_the_last_of_two_results_for_one_repeat_counts() -> None:
    assert outcomes([result("a", error="no answer"), result("a")])[CaseId("a")].passed == 1


def test_what_could_not_be_scored_is_left_out_and_told() -> None:
    first = [result("a"), result("b", None), result("c")]
    found = compared(first, [result("a"), result("b"), result("d")])
    assert (found.cases, found.unscored, found.alone) == (1, 1, 2)
    assert any("could not be scored" in note for note in found.notes)
    assert any("in one of the two only" in note for note in found.notes)


def test_nothing_in_common_is_no_comparison() -> None:
    assert compare(outcomes([result("a")]), outcomes([result("b")]), names=("A", "B")) is None


def test_the_same_twice_does_not_differ() -> None:
    found = compared([result("a"), result("b", False)], [result("a"), result("b", False)])
    assert found.in_words == "B and A pass the same cases."
    assert found.passes.p == 1
    assert found.passes.effect is None


def planted(seed: int, *, gain: float, personas: int, each: int) -> tuple[Outcomes, Outcomes]:
    """A series, and one that is better by `gain`, with cases of one persona alike."""
    draw = np.random.default_rng(seed)
    before: dict[CaseId, Outcome] = {}
    after: dict[CaseId, Outcome] = {}
    for persona in range(personas):
        lean = draw.uniform(-0.05, 0.05)
        for number in range(each):
            case, name = CaseId(f"{persona}-{number}"), f"persona {persona}"
            change, was = draw.random(), draw.random() < 0.5
            rises, falls = 0.1 + gain / 2 + lean, 0.1 - gain / 2 - lean
            now = change < 2 * (falls if was else rises)
            before[case] = Outcome(persona=name, passed=was, of=1, score=was)
            after[case] = Outcome(persona=name, passed=was ^ now, of=1, score=was ^ now)
    return before, after


@pytest.mark.parametrize(
    ("personas", "each", "gain"), [(10, 15, 0.08), (30, 5, 0.08), (30, 5, 0.0), (100, 1, 0.08)]
)
def test_intervals_hold_a_planted_difference_as_often_as_they_say(
    personas: int, each: int, gain: float
) -> None:
    held = 0
    for seed in range(200):
        pair = planted(seed, gain=gain, personas=personas, each=each)
        found = compare(*pair, names=("A", "B"))
        assert found
        held += found.passes.estimate.low <= gain <= found.passes.estimate.high
    assert 0.915 <= held / 200 <= 0.985


def test_a_difference_as_large_as_needed_is_found_four_times_out_of_five() -> None:
    """The number of cases that a comparison says would be needed is about right."""
    small = compare(*planted(3, gain=0.08, personas=20_000, each=1), names=("A", "B"))
    assert small
    assert small.passes.needed
    assert small.passes.estimate.mean == pytest.approx(0.08, abs=0.002)
    found = 0
    for seed in range(100):
        pair = planted(seed, gain=0.08, personas=small.passes.needed, each=1)
        again = compare(*pair, names=("A", "B"))
        found += bool(again and again.is_beyond_noise)
    assert 70 <= found <= 90


def test_each_arm_is_held_against_the_first() -> None:
    arms = gather([result("a", arm=arm) for arm in ("off", "on", "oracle")])
    found = [(each.first, each.second) for each in against_first(arms)]
    assert found == [("off", "on"), ("off", "oracle")]
