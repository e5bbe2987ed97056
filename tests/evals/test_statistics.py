"""Means, intervals and differences, on data whose answer is known."""

import numpy as np
import pytest

from evals.statistics import (
    Estimate,
    difference_of_scores,
    mean_with_interval,
    paired_difference,
    share_with_interval,
)

TEN_CONVERSATIONS = [f"conversation {number // 40}" for number in range(400)]


def test_the_mean_is_that_of_all_questions() -> None:
    estimate = mean_with_interval([1, 1, 0, 1], ["a", "a", "a", "b"])
    assert estimate.mean == 0.75
    assert 0 <= estimate.low <= 0.75 <= estimate.high <= 1


def test_values_that_are_all_alike_have_no_interval() -> None:
    assert mean_with_interval([0.5] * 4, list("aabb")) == Estimate(mean=0.5, low=0.5, high=0.5)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.arange(10) / 10
    assert mean_with_interval(values, list("aaaaabbbbb"), seed=1) == mean_with_interval(
        values, list("aaaaabbbbb"), seed=1
    )


def test_a_planted_difference_is_found_and_its_interval_shuts_zero_out() -> None:
    draw = np.random.default_rng(5)
    theirs = draw.uniform(0, 0.8, 400)
    ours = theirs + 0.1 + draw.normal(0, 0.05, 400)
    found = paired_difference(ours, theirs, TEN_CONVERSATIONS)
    assert found.low < 0.1 < found.high
    assert found.low > 0.08
    assert found.high < 0.12


def test_two_equal_systems_do_not_differ() -> None:
    draw = np.random.default_rng(6)
    ours, theirs = draw.uniform(size=(2, 400))
    found = paired_difference(ours, theirs, TEN_CONVERSATIONS)
    assert found.low < 0 < found.high


def test_questions_that_agree_within_conversations_widen_the_interval() -> None:
    by_conversation = [float(number // 40 % 2) for number in range(400)]
    mixed = [float(number % 2) for number in range(400)]
    alike = mean_with_interval(by_conversation, TEN_CONVERSATIONS)
    independent = mean_with_interval(mixed, TEN_CONVERSATIONS)
    assert alike.high - alike.low > 3 * (independent.high - independent.low)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    draw = np.random.default_rng(7)
    held = 0
    for repeat in range(40):
        centres = draw.normal(0, 1, 10).repeat(40)
        estimate = mean_with_interval(
            centres + draw.normal(0, 1, 400), TEN_CONVERSATIONS, seed=repeat
        )
        held += estimate.low <= 0 <= estimate.high
    assert 34 <= held <= 40


@pytest.mark.parametrize(("values", "clusters"), [([], []), ([1.0], ["a", "b"])])
def test_values_that_fit_no_questions_are_refused(values: list[float], clusters: list[str]) -> None:
    with pytest.raises(ValueError, match="cases"):
        mean_with_interval(values, clusters)


def test_a_share_has_the_interval_of_wilson() -> None:
    """Worked by hand: 8 of 10."""
    found = share_with_interval(8, 10)
    assert found.low == pytest.approx(0.490, abs=0.001)
    assert found.high == pytest.approx(0.943, abs=0.001)


def test_one_cluster_alone_is_resampled_by_its_values() -> None:
    found = mean_with_interval([0, 1, 0, 1], ["a"] * 4)
    assert found.low < 0.5 < found.high


def test_few_clusters_make_a_wider_interval_than_many() -> None:
    values = [0.0, 1.0] * 20
    few = mean_with_interval(values, [str(number // 10) for number in range(40)])
    assert few == Estimate(mean=0.5, low=0.5, high=0.5), "all clusters are alike"
    uneven = [0.0] * 10 + [1.0] * 10 + [0.0, 1.0] * 10
    few = mean_with_interval(uneven, [str(number // 10) for number in range(40)])
    many = mean_with_interval(uneven, [str(number) for number in range(40)])
    assert few.high - few.low > 1.5 * (many.high - many.low)


def test_the_effect_is_the_mean_in_standard_deviations() -> None:
    found = difference_of_scores([1, 1, 0, 0], [0, 0, 0, 0], list("abcd"))
    assert found.effect == pytest.approx(0.5 / np.std([1, 1, 0, 0], ddof=1))
