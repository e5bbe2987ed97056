"""What docs/evals.md says works: its first suite is run as it is told there."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from assistant.cli import bespoke
from evals.checks.register import checks
from evals.suites.reading import read_suite

DOCS = (Path(__file__).parents[2] / "docs/evals.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)


def run(*words: str) -> str:
    done = CliRunner().invoke(bespoke, ["eval", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESPOKE_CACHE", str(tmp_path / "cache"))


def test_the_first_suite_runs_as_it_is_told() -> None:
    Path("bot.py").write_text(blocks("python")[0])
    Path("dinner.yaml").write_text(blocks("yaml")[0])
    output = run("run", "dinner.yaml")
    assert "Nothing" not in output, "the bot is the reader's own code"
    assert "bot.py:reply is code of yours" in output
    assert re.search(r"^off +0 of 1 +0%", output, re.MULTILINE)
    assert re.search(r"^on +1 of 1 100%", output, re.MULTILINE)
    (folder,) = Path("runs").glob("dinner-*")
    assert str(folder) in output
    shown = run("show", "runs")
    assert re.search(r"^failed +off +dinner  contains: risotto", shown, re.MULTILINE)
    assert re.search(r"^passed +on +dinner$", shown, re.MULTILINE)
    assert "assistant: How about a mushroom risotto?" in run("show", "runs", "dinner")


def test_the_gate_catches_what_is_broken_as_it_is_told() -> None:
    Path("bot.py").write_text(blocks("python")[0])
    Path("dinner.yaml").write_text(blocks("yaml")[0])
    run("run", "dinner.yaml")
    run("bless", "runs", "--arm", "on")
    assert "dinner: passes" in run("gate", "runs")
    Path("bot.py").write_text(blocks("python")[0].replace("vegetarian", "vegan"))
    run("run", "dinner.yaml")
    gate = CliRunner().invoke(bespoke, ["eval", "gate", "runs"], catch_exceptions=False)
    assert gate.exit_code == 3
    assert "broken, marked hard: dinner (on), passes not" in gate.output


def test_the_mistake_shown_is_told_like_that() -> None:
    Path("bot.py").write_text(blocks("python")[0])
    Path("dinner.yaml").write_text(blocks("yaml")[0].replace("- contains", "- contians"))
    with pytest.raises(Exception, match=re.escape("there is no check 'contians'")) as caught:
        read_suite("dinner.yaml")
    place = blocks("text")[0].split(" there")[0]
    assert str(caught.value).startswith(place)
    assert str(caught.value).endswith("Did you mean 'contains'?")


def test_the_longer_examples_can_be_read() -> None:
    first, cases, rows, arms = blocks("yaml")
    assert first
    Path("prompts-terse").mkdir()
    suite = yaml.safe_load(cases)
    suite |= {"name": "shown", "arms": ["on"]}
    suite["cases"] += yaml.safe_load(rows)
    suite["cases"][0]["hard"] = True
    Path("shown.yaml").write_text(yaml.safe_dump(suite, allow_unicode=True))
    planned = [each.id for each in read_suite("shown.yaml").planned()]
    assert planned[:3] == ["dinner@0", "dinner@10", "dinner@50"]
    assert planned[3:] == ["likes jazz", "likes hiking"]
    head = "name: arms\n" + arms + "cases:\n  - {id: x, turns: [Hi]}\n"
    Path("arms.yaml").write_text(head)
    assert [arm.name for arm in read_suite("arms.yaml").suite.arms] == [
        "off",
        "on",
        "terse",
        "larger",
        "plain",
    ]


def test_the_own_check_works() -> None:
    Path("my_checks.py").write_text(blocks("python")[1])
    Path("bot.py").write_text(blocks("python")[0])
    suite = yaml.safe_load(blocks("yaml")[0].replace("on]", "'on']").replace("[off", "['off'"))
    suite["checks_from"] = "my_checks.py"
    suite["cases"][0]["turns"][0]["checks"] = [{"polite": False}]
    Path("own.yaml").write_text(yaml.safe_dump(suite))
    assert "2 of 2" not in run("run", "own.yaml")
    assert re.search(r"^on +1 of 1", run("run", "own.yaml"), re.MULTILINE)


def test_every_check_is_named() -> None:
    table = DOCS.split("## Checks")[1].split("Words are found")[0]
    assert set(re.findall(r"`(\w+)`", table)) >= set(checks()) - {"polite", "shouting"}
