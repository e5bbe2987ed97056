"""Suites made from data sets: they can be read and run, and what is missing is told."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli import bespoke
from evals.errors import DataNotFound, UnknownFormat
from evals.suites.planning import Planned
from evals.suites.reading import read_suite
from evals.suites.steps import Choose, Say
from tests.evals.data import (
    LOCOMO,
    PERSONAMEM_OPTIONS,
    PREFEVAL,
    write_beam,
    write_json,
    write_personamem,
)
from tests.evals.suites import Workshop

Adapt = Callable[..., list[Planned]]


@pytest.fixture
def adapt(tmp_path: Path) -> Adapt:
    """Runs `bespoke eval adapt`, and reads what it wrote."""

    def run_command(*words: object) -> list[Planned]:
        out = tmp_path / "made.yaml"
        result = _adapt(*words, "--out", out)
        assert result.exit_code == 0
        return list(read_suite(out).planned())

    return run_command


def _adapt(*words: object) -> Result:
    command = ["eval", "adapt", *map(str, words)]
    return CliRunner().invoke(bespoke, command, catch_exceptions=False)


def checks(planned: Planned) -> list[dict[str, object]]:
    step = planned.case.turns[0]
    assert isinstance(step, Say)
    return [each.model_dump(exclude_defaults=True) for each in step.checks]


def test_locomo_becomes_a_suite_whose_oracle_knows_the_evidence(
    tmp_path: Path, adapt: Adapt
) -> None:
    first, unsaid = adapt("locomo", write_json(tmp_path / "locomo.json", LOCOMO))
    assert [line.text for line in first.needed] == ["Ines: My parrot Kiko can whistle."]
    assert checks(first) == [{"answers": "Whistle"}]
    assert checks(unsaid) == [{"abstains": True}]
    assert [line.role for line in first.persona.said] == ["user", "assistant", "assistant", "user"]
    assert first.persona.said[0].at is not None


def test_beam_becomes_a_suite_with_a_check_for_each_point(tmp_path: Path, adapt: Adapt) -> None:
    (asked,) = adapt("beam", write_beam(tmp_path / "beam"))
    assert asked.case.tags == ("information extraction",)
    assert checks(asked) == [{"answers": "bees"}, {"answers": "hives"}]
    assert [line.id for line in asked.needed] == ["0"]


def test_a_judge_can_read_free_replies(tmp_path: Path, adapt: Adapt) -> None:
    (asked,) = adapt("beam", write_beam(tmp_path / "beam"), "--judge", "judge.py:Judge")
    assert "judge: judge.py:Judge" in (tmp_path / "made.yaml").read_text()
    assert [list(each) for each in checks(asked)] == [["judged"], ["judged"]]


def test_prefeval_becomes_choices_at_distances(tmp_path: Path, adapt: Adapt) -> None:
    options = ["It fits.", "It does not.", "Nor this.", "Nor that."]
    for topic, kinds in PREFEVAL.items():
        rows = [each | {"classification_task_options": options} for each in kinds["explicit"]]
        write_json(tmp_path / "mcq_options" / f"{topic}.json", rows)
    made = adapt("prefeval", tmp_path, "--limit", 2, "--distance", 0, "--distance", 5)
    assert [planned.id for planned in made] == [
        f"boats/{number}@{distance}" for number in (0, 1) for distance in (0, 5)
    ]
    step = made[0].case.turns[0]
    assert isinstance(step, Choose)
    assert (step.options, step.right) == (tuple(options), "It fits.")


def test_prefeval_without_options_needs_a_judge(tmp_path: Path, adapt: Adapt) -> None:
    data = write_json(tmp_path / "prefeval.json", PREFEVAL)
    with pytest.raises(DataNotFound, match="--judge"):
        adapt("prefeval", data)
    made = adapt("prefeval", data, "--judge", "judge.py:Judge")
    assert len(made) == 24
    assert "I only like tea number 0 word0" in str(checks(made[0]))


def test_personamem_is_asked_in_the_middle_of_the_chat(tmp_path: Path, adapt: Adapt) -> None:
    early, late = adapt("personamem", write_personamem(tmp_path))
    assert [line.text for line in early.persona.said] == ["I'm fond of {{ roses }}.", "How lovely."]
    assert [line.text for line in late.persona.said][2:] == ["I grew tired of roses."]
    steps = [planned.case.turns[0] for planned in (early, late)]
    assert [step.right for step in steps if isinstance(step, Choose)] == [
        "Plant roses.",
        "Plant cacti.",
    ]
    assert all(
        isinstance(step, Choose) and set(step.options) == set(PERSONAMEM_OPTIONS.values())
        for step in steps
    )


@pytest.mark.parametrize("dataset", ["locomo", "beam", "prefeval", "personamem"])
def test_a_data_set_that_is_not_there_is_told(tmp_path: Path, dataset: str) -> None:
    with pytest.raises(DataNotFound, match="nowhere"):
        _adapt(dataset, tmp_path / "nowhere", "--out", tmp_path / "made.yaml")
    assert not (tmp_path / "made.yaml").exists()


def test_chats_of_personamem_that_are_missing_or_broken_are_told(tmp_path: Path) -> None:
    chats = write_personamem(tmp_path) / "shared_contexts_32k.jsonl"
    for content, problem in (
        ("{}", "line 2, .* there is no 'chat-1'"),
        ("{no json", "line 1, .* PersonaMem"),
        ('{"chat-1": [{"role": "user"}]}', "content"),
    ):
        chats.write_text(content)
        with pytest.raises(UnknownFormat, match=problem):
            _adapt("personamem", tmp_path, "--out", tmp_path / "made.yaml")
    chats.unlink()
    with pytest.raises(DataNotFound, match=r"shared_contexts_32k\.jsonl"):
        _adapt("personamem", tmp_path, "--out", tmp_path / "made.yaml")


def test_a_suite_made_from_a_data_set_runs(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    _adapt("locomo", write_json(tmp_path / "locomo.json", LOCOMO), "--out", shop.suite)
    bot = (
        "def reply(request):\n"
        "    known = ' '.join(message['content'] for message in request.messages)\n"
        "    return 'It can whistle.' if 'Kiko can whistle' in known else 'I do not know.'\n"
    )
    (tmp_path / "bot.py").write_text(bot)
    text = shop.suite.read_text() + 'subject: {function: "bot.py:reply"}\n'
    shop.suite.write_text(text)
    results = shop.run(arms=("off", "on"))
    assert [(each.arm, each.passed) for each in results] == [
        ("off", False),
        ("on", True),
        ("off", True),
        ("on", False),
    ]
    rows = (tmp_path / "suite.jsonl").read_text().splitlines()
    assert [json.loads(row)["id"] for row in rows] == ["one/0", "one/3"]
