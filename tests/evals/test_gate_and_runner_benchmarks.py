"""The benchmarks of the gate and of the runner: what they ask, and that they run and go on."""

from pathlib import Path

import pytest

from evals.benchmarks.gate_prompts import (
    ORIGINAL,
    SUITES,
    WORSE,
    Bench,
    choices_of,
    measure,
    versions,
    write_version,
)
from evals.benchmarks.runner_overhead import compare, watch_memory
from evals.suites.steps import Choose
from memory.embeddings import Embedder
from prompts.library import Library
from tests.evals.test_bespoke_subject import PARROT


def test_the_gate_is_asked_about_a_worse_prompt_and_ten_rewordings(tmp_path: Path) -> None:
    every = versions()
    assert list(every)[:2] == [ORIGINAL, WORSE]
    assert len(every) == 12
    digests = {
        Library(write_version(version, tmp_path / name)).get("chat").digest
        for name, version in every.items()
    }
    assert len(digests) == 12
    shipped = Library().get("chat").digest
    assert Library(tmp_path / ORIGINAL).get("chat").digest == shipped


def test_the_gate_is_asked_by_choices_that_are_told_shortly_before() -> None:
    planned = [each for suite in SUITES for each in choices_of(suite, 20).planned()]
    assert len(planned) == 36
    assert {each.distance for each in planned} == {0, None}
    assert all(isinstance(each.case.turns[0], Choose) for each in planned)


def test_versions_of_the_prompt_are_judged_and_what_was_answered_is_kept(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BESPOKE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "parrot.py").write_text(PARROT, "utf-8")
    bench = Bench(tmp_path / "out", embedder, model=f"{tmp_path}/parrot.py:Parrot", limit=1)
    two = {name: versions()[name] for name in (ORIGINAL, WORSE)}
    (finding,) = measure(bench, two)
    assert (finding.version, finding.is_alarm) == (WORSE, False), "a parrot heeds no prompt"
    lines = [len(file.read_text().splitlines()) for file in tmp_path.rglob("results.jsonl")]
    assert lines == [2] * 4
    assert list(measure(bench, two)) == [finding]
    assert [len(each.read_text().splitlines()) for each in tmp_path.rglob("results.jsonl")] == lines


def test_the_runner_is_held_beside_a_plain_loop(capsys: pytest.CaptureFixture[str]) -> None:
    compare(cases=20, repeats=1)
    watch_memory(1100)
    output = capsys.readouterr().out
    assert output.count("ms in the runner") == 2
    assert "from result 1000 to 1100: resident memory grew by" in output
