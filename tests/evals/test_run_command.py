"""`bespoke eval run`, `list`, `show` and `schema` as somebody types them, and suites in pytest."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli import bespoke
from evals.errors import DataNotFound, SuiteInvalid

BOT = "def reply(request):\n    return f'{request.text} {len(request.messages)}'\n"
SUITE = """
name: tiny
subject: {function: "bot.py:reply"}
arms: [off, on]
cases:
  - id: one
    said: [I am vegan.]
    tags: [fast]
    turns:
      - {user: How many?, checks: [{contains: "1"}]}
  - {id: two, arms: [on], turns: [Hello]}
"""
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `bespoke eval …` in a folder with a suite."""
    monkeypatch.setenv("BESPOKE_CACHE", str(tmp_path / "cache"))
    Path("bot.py").write_text(BOT)
    Path("tiny.yaml").write_text(SUITE)

    def run_command(*words: object) -> Result:
        command = ["eval", *map(str, words)]
        return CliRunner().invoke(bespoke, command, catch_exceptions=False)

    return run_command


def folders() -> list[Path]:
    return sorted(Path("runs").iterdir())


def cases(folder: Path) -> list[tuple[str, str]]:
    lines = (folder / "results.jsonl").read_text().splitlines()[1:]
    return [(line["case"], line["arm"]) for line in map(json.loads, lines)]


def test_a_run_tells_what_it_does_and_what_came_of_it(run: Run) -> None:
    output = run("run", "tiny.yaml").output
    assert "tiny: 3 results, in the arms off, on" in output
    assert "bot.py:reply is code of yours: where it sends what it gets, it knows alone." in output
    assert re.search(r"^off +0 of 1 +0%", output, re.MULTILINE)
    assert re.search(r"^on +1 of 1 100% +1 ", output, re.MULTILINE), "one is unscored"
    (folder,) = folders()
    assert re.fullmatch(r"tiny-\d{8}-\d{6}", folder.name)
    assert cases(folder) == [("one", "off"), ("one", "on"), ("two", "on")]


def test_a_part_of_a_suite_can_be_run(run: Run) -> None:
    run("run", "tiny.yaml", "--tag", "fast", "--arm", "on", "--repeats", 2, "--out", "a")
    run("run", "tiny.yaml", "--case", "two", "--out", "b")
    assert [cases(next(Path(name).iterdir())) for name in "ab"] == [
        [("one", "on"), ("one", "on")],
        [("two", "on")],
    ]


def test_a_run_that_broke_off_is_resumed(run: Run) -> None:
    run("run", "tiny.yaml")
    (folder,) = folders()
    file = folder / "results.jsonl"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:2]))
    output = run("run", "tiny.yaml", "--resume").output
    assert "1 of 3 are done" in output
    assert folders() == [folder]
    assert cases(folder) == [("one", "off"), ("one", "on"), ("two", "on")]
    assert re.search(r"^off +0 of 1", output, re.MULTILINE), "what was done before is counted"


def test_a_case_that_is_not_in_the_run_is_told(run: Run) -> None:
    run("run", "tiny.yaml")
    with pytest.raises(DataNotFound, match="no case 'three'"):
        run("show", "runs", "three")
    assert "user: Hello" in run("show", "runs", "two").output


@pytest.mark.parametrize(
    "other", [["--model", "a:b"], ["--seed", "2"], ["--repeats", "2"], ["--tag", "fast"], []]
)
def test_only_a_run_with_the_same_options_is_resumed(run: Run, other: list[str]) -> None:
    run("run", "tiny.yaml", "--seed", 1, "--jobs", 1)
    with pytest.raises(DataNotFound, match="with these options"):
        run("run", "tiny.yaml", *other, "--resume")
    with pytest.raises(DataNotFound, match="with these options"):
        run("run", "tiny.yaml", "--seed", 1, "--arm", "on", "--resume")
    assert "3 of 3 are done" in run("run", "tiny.yaml", "--seed", 1, "--jobs", 2, "--resume").output


def test_there_is_nothing_to_resume_of_a_changed_suite(run: Run) -> None:
    run("run", "tiny.yaml")
    Path("tiny.yaml").write_text(SUITE.replace("How many?", "And how many?"))
    with pytest.raises(DataNotFound, match="There is no run of this suite, as it is written now"):
        run("run", "tiny.yaml", "--resume")


def test_a_case_is_shown_with_all_that_was_said(run: Run) -> None:
    run("run", "tiny.yaml")
    (folder,) = folders()
    lines = run("show", folder).output.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["failed", "off", "one"],
        ["passed", "on", "one"],
        ["unscored", "on", "two"],
    ]
    whole = run("show", folder, "one", "--arm", "off").output
    assert "user: How many?\n  assistant: How many? 0\n" in whole
    assert "failed: contains: 1: it does not say '1'" in whole
    assert run("show", folder, "--failed").output.splitlines() == lines[:1]


def test_suites_and_runs_are_listed(run: Run) -> None:
    run("run", "tiny.yaml")
    output = run("list").output
    assert re.search(r"^  first +4 cases  Dinner", output, re.MULTILINE)
    assert re.search(r"^  tiny-\d+-\d+ +1 of 2 passed  \(off, on\)$", output, re.MULTILINE)


def test_the_schema_is_printed(run: Run) -> None:
    assert json.loads(run("schema").output)["title"] == "A suite of Bespoke's evaluations"


def test_what_is_not_there_is_told(run: Run) -> None:
    assert "no suite of that name ships (abstention, content, first" in run("run", "frist").output
    with pytest.raises(SuiteInvalid, match="there is no arm 'of'"):
        run("run", "tiny.yaml", "--arm", "of")


def test_a_remote_model_is_named_before_anything_is_sent(run: Run) -> None:
    suite = "name: far\nsubject: {openai: 'http://10.0.0.9:80/v1', model: m}\nretries: 0\n"
    Path("far.yaml").write_text(suite + "cases:\n  - {id: x, turns: [Hi]}\n")
    output = run("run", "far.yaml", "--arm", "off").output
    assert "What is said in this suite is sent to 10.0.0.9 (arm 'off')." in output
    assert "Nothing leaves" not in output


def test_a_suite_is_collected_as_tests(run: Run) -> None:
    Path("suite_tiny.yaml").write_text(SUITE.replace("name: tiny", "name: tests"))
    Path("suite_bad.yaml").write_text("name: bad\ncases: []\n")
    command = [sys.executable, "-m", "pytest", "-p", "evals.plugin", "-p", "no:cacheprovider"]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [*command, "-v", "--continue-on-collection-errors", "-o", "eval_arms=off on", "."],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": root},
    )
    assert "suite_tiny.yaml::one[off-1] FAILED" in done.stdout
    assert "suite_tiny.yaml::one[on-1] PASSED" in done.stdout
    assert "suite_tiny.yaml::two[on-1] SKIPPED" in done.stdout
    assert "failed: contains: 1: it does not say '1'" in done.stdout
    assert "suite_bad.yaml:2: this needs at least 1 item." in done.stdout
    assert "1 failed, 1 passed, 1 skipped, 1 error" in done.stdout
