import pytest

from evals.benchmarks.faithfulness import (
    USERS,
    Change,
    Outcome,
    change,
    change_of_words,
    report,
)
from memory.embeddings import Embedder


def test_change_counts_the_words_that_two_replies_do_not_share() -> None:
    assert change_of_words("Eat more Fish", "eat more fish") == 0
    assert change_of_words("eat more fish", "eat more beans fish") == pytest.approx(1 - 6 / 7)
    assert change_of_words("eat eat", "eat") == pytest.approx(1 / 3)
    assert change_of_words("eat", "sleep") == 1
    assert change_of_words("", "") == 0


def test_replies_of_the_same_words_mean_the_same(embedder: Embedder) -> None:
    assert change("eat more fish", "eat more fish", embedder).meaning == pytest.approx(0, abs=1e-6)
    assert change("eat more fish", "sleep well", embedder).meaning > 0.8


def test_every_user_has_six_different_memories() -> None:
    assert len(USERS) == 12
    assert all(len(set(memories)) == 6 for _, memories in USERS)


def test_the_report_says_how_much_more_replies_change(capsys: pytest.CaptureFixture[str]) -> None:
    much, little = Change(words=0.5, meaning=0.25), Change(words=0.25, meaning=0.25)
    report([Outcome(scored=much, overlap=little, other=little)] * 4)
    printed = capsys.readouterr().out
    assert (
        "words changed without the item named first by scoring again: 0.50 (0.50 to 0.50); "
        "without another one: 0.25 (0.25 to 0.25); difference 0.25 (0.25 to 0.25); "
        "more for 4 of 4 users"
    ) in printed
    assert printed.count("difference 0.00 (0.00 to 0.00); more for 0 of 4 users") == 3
    assert "n = 4 users" in printed
