"""Files of other assistants, through the public call: resumed, repeated, and learned from."""

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.import_export import import_file, import_messages
from assistant.types import ImportProgress
from memory.embeddings import Embedder
from memory.errors import ImportFailed
from memory.types import Evidence, Learned, Memory, Message, Status
from memory.vault import DATABASE_NAME, Vault
from tests.doubles import Clock, WordEmbeddings

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def chatgpt(number: int, *texts: str) -> dict[str, Any]:
    """A conversation as ChatGPT exports it: the user and the assistant by turns."""
    mapping: dict[str, Any] = {"root": {"message": None, "parent": None}}
    parent = "root"
    for turn, text in enumerate(texts):
        key = f"c{number}-{turn}"
        message = {
            "id": key,
            "author": {"role": "assistant" if turn % 2 else "user"},
            "create_time": 1_714_557_600 + 1000 * number + turn,
            "content": {"content_type": "text", "parts": [text]},
        }
        mapping[key] = {"message": message, "parent": parent}
        parent = key
    return {
        "conversation_id": f"c{number}",
        "title": f"Talk {number}",
        "create_time": 1_714_557_600 + 1000 * number,
        "mapping": mapping,
        "current_node": parent,
    }


def export_of(path: Path, count: int) -> Path:
    """An export of ChatGPT with so many conversations of four messages each."""
    talks = [chatgpt(n, f"I like word{n}", "Fine.", "Thanks", "Bye") for n in range(count)]
    path.write_text(json.dumps(talks))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An export of 80 messages."""
    return export_of(tmp_path / "conversations.json", 20)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """An export of 1200 messages, more than two batches."""
    return export_of(tmp_path / "large.json", 300)


def test_titles_and_dates_of_the_file_are_kept(bespoke: Assistant, path: Path) -> None:
    ana = bespoke.user("ana")
    report = ana.import_file(path)
    assert (report.added, report.known, report.skipped) == (80, 0, {})
    (last, *_, first) = ana.conversations()
    assert (first.id, first.title, first.message_count) == ("c0", "Talk 0", 4)
    assert first.created == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert first.updated == datetime(2024, 5, 1, 10, 0, 3, tzinfo=UTC)
    assert last.id == "c19"
    assert [each.content for each in ana.messages("c0")] == [
        "I like word0",
        "Fine.",
        "Thanks",
        "Bye",
    ]
    assert ana.recall("what about word7", limit=1, gate=False)[0].source_id == "c7-0"


def test_importing_a_file_twice_changes_nothing(bespoke: Assistant, path: Path) -> None:
    ana = bespoke.user("ana")
    ana.import_file(path)
    before = ana.conversations(), ana.messages("c5")
    report = ana.import_file(path)
    assert (report.added, report.known) == (0, 80)
    assert (ana.conversations(), ana.messages("c5")) == before


def test_what_was_left_out_is_counted_by_reason(bespoke: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps([chatgpt(1, "Hello", " "), {"mapping": 7}, None]))
    report = bespoke.user("ana").import_file(path)
    assert (report.added, report.skipped) == (1, {"no text": 1, "malformed": 2})


def test_a_named_format_is_used(bespoke: Assistant, path: Path) -> None:
    ana = bespoke.user("ana")
    assert ana.import_file(str(path), format="chatgpt").added == 80
    with pytest.raises(ImportFailed, match="nothing in the format 'claude'"):
        ana.import_file(path, format="claude")


def test_progress_counts_bytes_and_then_messages(bespoke: Assistant, path: Path) -> None:
    told: list[ImportProgress] = []
    bespoke.user("ana").import_file(path, on_progress=told.append)
    steps = [each.step for each in told]
    assert steps == sorted(steps, key=["read", "embed"].index)
    for step, whole in (("read", path.stat().st_size), ("embed", 80)):
        done = [each.done for each in told if each.step == step]
        assert done == sorted(done)
        assert done[-1] == whole
        assert {each.total for each in told if each.step == step} == {whole}


def test_a_file_that_breaks_off_keeps_what_came_before(bespoke: Assistant, path: Path) -> None:
    ana = bespoke.user("ana")
    whole = path.read_text()
    path.write_text(whole[: len(whole) * 3 // 4])
    with pytest.raises(ImportFailed, match="import it again"):
        ana.import_file(path)
    kept = sum(each.message_count for each in ana.conversations())
    assert kept == 60
    path.write_text(whole)
    report = ana.import_file(path)
    assert (report.added + report.known, report.known) == (80, kept)


PROGRAM = """
import os, signal, sys
from pathlib import Path
from assistant import Assistant
from tests.doubles import RecordingChatModel, WordEmbeddings

def stop(progress):
    if progress.step == sys.argv[3] and progress.done > progress.total * 0.8:
        os.kill(os.getpid(), signal.SIGKILL)

with Assistant(
    home=Path(sys.argv[1]), model=RecordingChatModel(), embeddings=WordEmbeddings()
) as assistant:
    assistant.user("ana").import_file(sys.argv[2], on_progress=stop)
"""


def run_program(program: str, *words: str) -> int:
    """Run a program in a process of its own, with these sources; returns how it ended."""
    done = subprocess.run([sys.executable, "-c", program, *words], check=False, cwd=ROOT)
    return done.returncode


@pytest.mark.parametrize("step", ["read", "embed"])
def test_an_import_that_was_killed_goes_on(
    bespoke: Assistant, home: Path, large: Path, step: str
) -> None:
    assert run_program(PROGRAM, str(home), str(large), step) == -9
    ana = bespoke.user("ana")
    before = sum(each.message_count for each in ana.conversations())
    assert 0 < before <= 1200
    told: list[ImportProgress] = []
    report = ana.import_file(large, on_progress=told.append)
    assert (report.added, report.known) == (1200 - before, before)
    assert [each.message_count for each in ana.conversations()] == [4] * 300
    embedded = max(each.done for each in told if each.step == "embed")
    assert embedded == 1200 if step == "read" else embedded < 1200
    assert ana.recall("word299", limit=1, gate=False)[0].source_id == "c299-0"


def learned_from(message: Message) -> Learned:
    """What a learner would say that takes every message of the user for a preference."""
    memory = Memory(
        id=f"of {message.id}",
        kind="preference",
        text=message.content,
        polarity="positive",
        strength="soft",
        scope=None,
        valid_from=message.time,
        valid_to=None,
        status=Status.ACTIVE,
        origin="imported",
        confidence=0.9,
        pinned=False,
        created=NOW,
        supersedes=None,
        evidence=(Evidence(message_id=message.id, start=0, end=len(message.content)),),
    )
    return Learned(action="added", memory=memory)


class Learner:
    """Remembers what it was given, and learns from the user's messages; `fails` for a while."""

    def __init__(self, *, fails: int = 0) -> None:
        self.given: list[str] = []
        self.batches = 0
        self._fails = fails

    def __call__(self, batch: Sequence[Message]) -> Sequence[Learned]:
        self.batches += 1
        if self.batches <= self._fails:
            raise RuntimeError(f"cannot learn from {batch[0].content}")
        self.given += [each.id for each in batch]
        return [learned_from(each) for each in batch if each.role == "user"]


@pytest.fixture
def own(tmp_path: Path, embedder: Embedder) -> Vault:
    return Vault(tmp_path / "vault", embedder)


def test_each_new_message_is_learned_from_once(own: Vault, large: Path, clock: Clock) -> None:
    learner = Learner()
    report = import_file(own, large, source=None, clock=clock, learn=learner)
    assert report.learned == {"preference": 600}
    assert len(learner.given) == len(set(learner.given)) == 1200
    assert learner.batches == 3
    again = Learner()
    assert import_file(own, large, source=None, clock=clock, learn=again).learned == {}
    assert again.given == []


def test_a_batch_that_taught_nothing_is_logged_without_its_words(
    own: Vault, large: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        report = import_file(own, large, source=None, clock=clock, learn=Learner(fails=1))
    assert (report.added, report.learned) == (1200, {"preference": 350})
    assert "RuntimeError" in caplog.text
    assert "word" not in caplog.text


KILLED_LEARNING = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from assistant.import_export import import_file
from memory.embeddings import Embedder
from memory.vault import Vault
from tests.doubles import WordEmbeddings

batches = []

def learn(batch):
    batches.append(batch)
    if len(batches) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return []

vault = Vault(Path(sys.argv[1]), Embedder.of(WordEmbeddings()))
import_file(vault, Path(sys.argv[2]), source=None, clock=lambda: datetime.now(UTC), learn=learn)
"""


def test_a_batch_whose_learning_was_killed_is_learned_from_when_the_import_is_repeated(
    tmp_path: Path, large: Path, clock: Clock
) -> None:
    folder = tmp_path / "vault"
    assert run_program(KILLED_LEARNING, str(folder), str(large)) == -9
    assert (folder / DATABASE_NAME).exists()
    vault = Vault(folder, Embedder.of(WordEmbeddings()))
    learner = Learner()
    report = import_file(vault, large, source=None, clock=clock, learn=learner)
    vault.close()
    assert (report.added, report.known) == (200, 1000)
    assert learner.given == [f"c{n}-{turn}" for n in range(125, 300) for turn in range(4)]


def test_messages_given_by_an_app_are_learned_from_too(own: Vault, clock: Clock) -> None:
    learner = Learner()
    given = [{"id": "m1", "role": "user", "content": "I like penguins"}]
    report = import_messages(own, given, clock=clock, learn=learner)
    assert (report.learned, learner.given) == ({"preference": 1}, ["m1"])
