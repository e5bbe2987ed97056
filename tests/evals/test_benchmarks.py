"""The benchmarks themselves: what they fill a vault with, and that they run."""

from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from assistant import Assistant
from evals.benchmarks import pages
from evals.benchmarks.doubles import AskedAt
from evals.benchmarks.filling import MEMORIES, fill, sentences
from evals.benchmarks.turn_latency import measure


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


def test_the_benchmark_of_pages_times_each(capsys: pytest.CaptureFixture[str]) -> None:
    pages.measure(turns=5, memories=20, repeats=1)
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names[:4] == ["sidebar", "chat", "card", "glance"]


@pytest.mark.real_model
def test_the_latency_benchmark_reports_a_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    measure(messages=60, repeats=3)
    assert "60 messages" in capsys.readouterr().out
