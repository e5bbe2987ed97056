"""`bespoke eval …` from end to end, with an embedder that needs no weights."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant.cli import bespoke
from assistant.errors import MissingExtra
from evals.benchmarks.cached_embeddings import CachedEmbeddings
from evals.commands import extra
from evals.errors import DataNotFound
from tests.doubles import WordEmbeddings
from tests.evals.data import FILLER, LOCOMO, PREFEVAL, write_beam, write_json

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `bespoke eval …` in this process."""
    doubles = CachedEmbeddings("words", WordEmbeddings)
    monkeypatch.setattr(CachedEmbeddings, "of_settings", lambda: doubles)

    def run_command(*words: object) -> Result:
        command = ["eval", *map(str, words)]
        return CliRunner().invoke(bespoke, command, catch_exceptions=False)

    return run_command


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_locomo_is_measured_printed_written_and_drawn(run: Run, tmp_path: Path) -> None:
    data, out = write_json(tmp_path / "locomo10.json", LOCOMO), tmp_path / "new" / "out"
    output = run("recall", "locomo", "--data", data, "--baselines", "--out", out).stdout
    assert "overall, 3 questions" in output
    assert "recall@20" in output
    assert "1 questions without evidence were left out" in output
    assert max(map(len, output.splitlines())) <= 100
    report = read(out / "locomo.json")
    assert list(report["curves"]) == ["bespoke", "bm25", "chroma", "rrf"]
    assert len(report["answers"]) == 4
    assert (out / "locomo.png").read_bytes().startswith(b"\x89PNG")


def test_one_system_is_measured_alone(run: Run, tmp_path: Path) -> None:
    done = run("recall", "beam", "--data", write_beam(tmp_path), "--system", "bm25")
    assert "bm25" in done.stdout
    assert "bespoke" not in done.stdout
    assert "question" in done.stderr, "progress is told on standard error"


def test_prefeval_is_measured_among_others_and_in_the_prompt(run: Run, tmp_path: Path) -> None:
    data = write_json(tmp_path / "prefeval.json", PREFEVAL)
    write_json(tmp_path / "filtered_inter_turns.json", FILLER)
    words = ("--others", 4, "--seeds", 1, "--reach-questions", 1, "--out", tmp_path)
    output = run("recall", "prefeval", "--data", data, "--system", "bm25", *words).stdout
    assert "4 others, all topics" in output
    assert "the question's own included" in output
    assert "after 300 messages about other things" in output
    assert {row["k"] for row in read(tmp_path / "prefeval.json")["rows"]} == {1, 5, 10}
    assert read(tmp_path / "prefeval-reach.json")["share"]["alone"]["mean"] == 1.0
    assert (tmp_path / "prefeval.png").read_bytes().startswith(b"\x89PNG")


def test_the_gate_is_measured_beside_cosine_and_the_whole_profile(run: Run, tmp_path: Path) -> None:
    data = write_json(tmp_path / "prefeval.json", PREFEVAL)
    write_json(tmp_path / "filtered_inter_turns.json", FILLER)
    words = ("--memories", 5, "--seeds", 1, "--out", tmp_path)
    output = run("recall", "gate", "--data", data, *words).stdout
    assert "users with 5 memories" in output
    assert max(map(len, output.splitlines())) <= 100
    report = read(tmp_path / "gate.json")
    assert report["needless"]["whole profile"]["mean"] == 5
    assert report["kept"]["whole profile"]["mean"] == 1
    kept = [point["kept"] for point in report["curves"]["gate"]]
    assert kept == sorted(kept)
    assert (tmp_path / "gate.png").read_bytes().startswith(b"\x89PNG")


def test_only_the_first_conversations_can_be_measured(run: Run, tmp_path: Path) -> None:
    data = write_json(tmp_path / "locomo.json", [*LOCOMO, {**LOCOMO[0], "sample_id": "two"}])
    words = ("recall", "locomo", "--data", data, "--system", "bm25")
    assert "overall, 6 questions" in run(*words).stdout
    assert "overall, 3 questions" in run(*words, "--limit-conversations", 1).stdout


def test_a_path_without_data_is_told(run: Run, tmp_path: Path) -> None:
    with pytest.raises(DataNotFound, match="no files locomo"):
        run("recall", "locomo", "--data", tmp_path)


def test_a_missing_extra_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "_PACKAGES", ("rich", "a_package_of_nobody"))
    with pytest.raises(
        MissingExtra, match=r"a_package_of_nobody.*pip install 'bespoke-assistant\[e"
    ):
        run("recall", "locomo", "--data", tmp_path)


@pytest.mark.parametrize("words", [["--help"], ["recall", "--help"], ["speed", "--help"]])
def test_help_is_there_for_every_command(run: Run, words: list[str]) -> None:
    assert run(*words).stdout.startswith("Usage:")


def test_a_command_that_is_not_there_is_told(run: Run) -> None:
    assert run("remember").exit_code == 2
