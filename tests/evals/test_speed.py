"""The speed benchmark measures what it says, on vaults small enough for a test."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from langchain_core.embeddings import Embeddings

from assistant.cli import bespoke
from evals.benchmarks import cached_embeddings, import_speed
from evals.benchmarks.doubles import NotedBatches, TimedFake
from evals.benchmarks.filling import messages
from evals.benchmarks.stopwatch import Stopwatch
from tests.doubles import WordEmbeddings


def test_what_the_stubbed_embedder_took_is_left_out() -> None:
    fake = TimedFake(size=8)

    def work(text: str) -> float:
        fake.embed_query(text)
        return 2.0 + sum(fake.spent)

    (timing,) = Stopwatch(WordEmbeddings(), fake).time({"work": work}, ["text"] * 10, messages=0)
    assert timing.work_ms == pytest.approx(2000)
    assert timing.repeats == 5, "the first five warm up"
    assert timing.ratio == pytest.approx(timing.work_ms / timing.unit_ms)
    assert timing.low <= timing.ratio <= timing.high


def test_batches_are_noted_and_passed_on() -> None:
    plain: Embeddings = WordEmbeddings()
    noted = NotedBatches(plain)
    assert noted.embed_documents(["a b", "c"]) == plain.embed_documents(["a b", "c"])
    assert noted.embed_query("a b") == plain.embed_query("a b")
    assert noted.batches == [["a b", "c"]]


def test_messages_to_import_alternate_and_are_the_same_in_every_run() -> None:
    first = list(messages(60))
    assert first == list(messages(60))
    assert [each["role"] for each in first[:3]] == ["user", "assistant", "user"]
    assert {each["conversation"] for each in first} == {"c0", "c1"}


def test_the_command_prints_and_writes_every_figure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cached_embeddings, "settings_embeddings", WordEmbeddings)
    monkeypatch.setattr(import_speed, "MESSAGES", 30)
    words = ["speed", "--sizes", "20", "--users", "3", "--repeats", "2", "--out", str(tmp_path)]
    output = CliRunner().invoke(bespoke, ["eval", *words], catch_exceptions=False).stdout
    report = json.loads((tmp_path / "speed.json").read_text())
    assert [(each["what"], each["messages"]) for each in report["timings"]] == [
        ("recall", 20),
        ("add one message", 20),
        ("first recall in a closed vault", 20),
        ("recall in the only vault", 1000),
        ("recall in one of 3 vaults", 1000),
    ]
    assert [each["who"] for each in report["imports"]] == ["bespoke", "embedding alone"]
    assert report["imports"][1]["ratio"] == 1.0
    assert all(each["what"] in output for each in report["timings"])
    assert max(map(len, output.splitlines())) <= 100
