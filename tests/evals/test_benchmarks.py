"""The benchmarks themselves: what they fill a vault with, and that they run."""

from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from assistant import Assistant
from evals.benchmarks.doubles import AskedAt
from evals.benchmarks.filling import MEMORIES, fill, sentences
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
from evals.benchmarks.turn_latency import measure as measure_latency
from evals.suites.types import Choose
from memory.embeddings import Embedder
from prompts.library import Library
from tests.evals.test_bespoke_subject import PARROT


def test_sentences_are_the_same_in_every_run() -> None:
    assert list(sentences(3)) == list(sentences(3))
    assert all(8 <= len(sentence.split()) <= 20 for sentence in sentences(100))


def test_a_filled_vault_holds_what_was_asked_for(tmp_path: Path) -> None:
    embeddings = DeterministicFakeEmbedding(size=8)
    with Assistant(home=tmp_path, model=AskedAt(), embeddings=embeddings) as assistant:
        ana = assistant.user("ana")
        fill(ana, 120)
        assert sum(each.message_count for each in ana.conversations()) == 120
        assert len(ana.memories.list()) == MEMORIES


@pytest.mark.real_model
def test_the_latency_benchmark_reports_a_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    measure_latency(messages=60, repeats=3)
    assert "60 messages" in capsys.readouterr().out


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
