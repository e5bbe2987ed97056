"""`bespoke eval compare`, `bless`, `gate` and `report`, as they are typed."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli import bespoke
from evals.errors import DataNotFound, NotComparable
from tests.evals.made_up_runs import NOON, result, write_run

CASES = [f"case {number}" for number in range(40)]
Type = Callable[..., Result]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Runs `bespoke eval …` in a folder with three runs: good, worse, and one of three arms."""
    monkeypatch.chdir(tmp_path)
    write_run(Path("runs/good"), [result(case) for case in CASES])
    later = NOON + timedelta(days=1)
    write_run(
        Path("runs/worse"), [result(case, int(case[5:]) > 15) for case in CASES], started=later
    )
    write_run(
        Path("arms"),
        [
            result(case, arm == "on" or int(case[5:]) > 9, arm=arm)
            for case in CASES
            for arm in ("off", "on", "oracle")
        ],
    )

    def run(*words: str) -> Result:
        return CliRunner().invoke(bespoke, ["eval", *words], catch_exceptions=False)

    return run


def test_two_runs_are_compared_arm_by_arm(typed: Type) -> None:
    output = typed("compare", "runs/good", "runs/worse").stdout
    assert "on (B) passes fewer cases than on (A), by 40 points (0 gained, 16 lost)." in output
    assert max(map(len, output.splitlines()[:5])) <= 100


def test_two_arms_of_one_run_are_compared(typed: Type) -> None:
    output = typed("compare", "arms:off", "arms:on").stdout
    assert "on passes more cases than off, by 25 points (10 gained, 0 lost)." in output


def test_one_run_alone_is_compared_arm_against_arm(typed: Type) -> None:
    found = json.loads(typed("compare", "arms", "--json").stdout)
    assert [(each["first"], each["second"]) for each in found] == [("off", "on"), ("off", "oracle")]
    assert found[0]["passes"]["p"] == pytest.approx(2 / 2**10)


def test_of_a_folder_of_runs_the_newest_counts(typed: Type) -> None:
    assert "16 lost" in typed("compare", "runs/good", "runs").stdout


def test_what_cannot_be_compared_says_why(typed: Type) -> None:
    with pytest.raises(NotComparable, match="off, on, oracle"):
        typed("compare", "arms:nope")
    with pytest.raises(NotComparable, match="in common"):
        typed("compare", "runs/good:on")
    with pytest.raises(DataNotFound, match="'nowhere'"):
        typed("compare", "nowhere")


def test_a_blessed_run_passes_its_gate_and_a_worse_one_does_not(typed: Type) -> None:
    assert "baselines/food.json" in typed("bless", "runs/good").stdout
    passed = typed("gate", "runs/good")
    assert (passed.exit_code, "food: passes" in passed.stdout) == (0, True)
    failed = typed("gate", "runs/worse")
    assert failed.exit_code == 3
    assert "lost beyond noise: passes of on" in failed.stdout


def test_a_broken_hard_case_fails_the_gate_and_is_named(typed: Type) -> None:
    write_run(Path("whole"), [result("leak", is_hard=True)])
    write_run(Path("broken"), [result("leak", False, is_hard=True)])
    typed("bless", "whole", "--to", "food.json")
    done = typed("gate", "broken", "--baseline", "food.json")
    assert done.exit_code == 3
    assert "broken, marked hard: leak (on), passes not" in done.stdout


def test_several_runs_pass_the_gate_together_or_not(typed: Type) -> None:
    typed("bless", "runs/good", "--to", "blessed/food.json")
    done = typed("gate", "runs/good", "runs/worse", "--baseline", "blessed")
    assert done.exit_code == 3
    assert done.stdout.count("food: ") == 2


def test_blessing_tells_which_hard_cases_are_not_held(typed: Type) -> None:
    write_run(Path("broken"), [result("leak", False, is_hard=True)])
    assert "not held, though marked hard: 1" in typed("bless", "broken").stdout


def test_blessing_some_arms_leaves_the_others_out(typed: Type) -> None:
    typed("bless", "arms", "--arm", "on", "--to", "on.json")
    assert "oracle" not in Path("on.json").read_text("utf-8")
    with pytest.raises(NotComparable, match="nope"):
        typed("bless", "arms", "--arm", "nope")


def test_a_report_lies_in_the_folder_of_its_run_or_where_it_is_told_to(typed: Type) -> None:
    assert typed("report", "arms").stdout == "arms/report.html\n"
    typed("report", "runs/worse", "--since", "runs/good", "-o", "r.md", "-o", "r.xml")
    assert "Since the earlier run" in Path("r.md").read_text("utf-8")
    assert Path("r.xml").read_bytes().startswith(b"<?xml")
