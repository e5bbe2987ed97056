import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.chat_models.pull import pull
from assistant.cli import bespoke
from assistant.settings import Settings
from tests.disk import files_holding

Run = Callable[..., Result]


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `bespoke memory …` in this process."""
    monkeypatch.setenv("BESPOKE_HOME", str(home))

    def run_command(*words: str) -> Result:
        return CliRunner().invoke(bespoke, ["memory", *words], catch_exceptions=False)

    return run_command


def as_process(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `bespoke …` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from assistant.cli import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"BESPOKE_HOME": str(home)},
    )


def first_id(output: str) -> str:
    found = re.match(r"[0-9a-f]{8}", output)
    assert found
    return found.group()


def test_listing_nothing_says_how_to_begin_and_makes_nothing(run: Run, home: Path) -> None:
    assert "There are no memories yet. Add one:" in run("list").output
    assert not home.exists()


def test_a_memory_is_added_edited_pinned_hidden_and_told_of(run: Run) -> None:
    added = run("add", "I live in Porto").output
    assert re.fullmatch(r"[0-9a-f]{8}  \d{4}-\d\d-\d\d  I live in Porto  \(fact\)\n", added)
    edited = run("edit", first_id(added), "I live in Braga").output
    assert "I live in Braga  (fact)" in edited
    assert "(fact, pinned)" in run("pin", first_id(edited)).output
    assert "pinned" not in run("pin", first_id(edited), "--off").output
    assert "(fact, hidden)" in run("hide", first_id(edited)).output
    assert "hidden" not in run("hide", first_id(edited), "--off").output
    actions = [line.split()[2] for line in run("history", first_id(edited)).output.splitlines()]
    assert actions == ["added", "superseded", "edited", "pinned", "unpinned", "hidden", "unhidden"]


def test_a_constraint_is_hard(run: Run) -> None:
    assert "(constraint, hard)" in run("add", "I'm vegetarian", "--kind", "constraint").output
    assert "(style)" in run("add", "Be brief", "--kind", "style", "--strength", "soft").output


def test_the_list_can_be_narrowed(run: Run) -> None:
    first = run("add", "I live in Porto").output
    run("edit", first_id(first), "I live in Braga")
    run("add", "I like penguins")
    assert [line[22:] for line in run("list").output.splitlines()] == [
        "I like penguins  (fact)",
        "I live in Braga  (fact)",
    ]
    assert len(run("list", "--limit", "1").output.splitlines()) == 1
    assert "I live in Porto" in run("list", "--status", "superseded").output
    assert run("list", "--status", "forgotten").exit_code == 2


def test_a_change_is_undone(run: Run) -> None:
    edited = run("edit", first_id(run("add", "I live in Porto").output), "I live in Braga").output
    assert "I live in Porto  (fact)" in run("undo", first_id(edited)).output
    assert "Braga" not in run("list").output


@pytest.mark.real_model
def test_a_memory_is_forgotten_after_a_look_at_what_would_go(run: Run, home: Path) -> None:
    pull("all-MiniLM-L6-v2", Settings().cache)
    forgotten = first_id(run("add", "I collect Quetzalcoatlus bones").output)
    run("add", "I hunt for Quetzalcoatlus bones")
    preview = run("forget", forgotten).output  # and the answer is not yes
    assert "  memory    I collect Quetzalcoatlus bones" in preview
    assert "Forgotten" not in preview
    similar = re.search(r"--also (\w+)  I hunt for Quetzalcoatlus bones", preview)
    assert similar
    receipt = run("forget", forgotten, "--also", similar.group(1), "--yes").output
    assert "Forgotten: 2 memories." in receipt
    assert "Exports and copies of the home folder" in receipt
    assert files_holding(home, "quetzalcoatl") == []
    tombstone = run("tombstones").output
    assert "2 sentences" in tombstone
    assert "There are none." in run("tombstones", "--delete", tombstone.split()[0]).output


def test_each_user_sees_only_what_is_theirs(run: Run) -> None:
    run("add", "--user", "ana", "I am Ana")
    run("add", "--user", "bea", "I am Bea")
    assert "Bea" not in run("list", "--user", "ana").output
    assert "There are no memories" in run("list").output


def test_an_export_holds_what_is_known(run: Run, tmp_path: Path) -> None:
    run("add", "I live in Porto")
    path = tmp_path / "all.jsonl"
    output = run("export", str(path)).output
    written = f"1 memory: {path.stat().st_size} bytes written to {path}.\n"
    assert output == written
    records = [json.loads(line) for line in path.read_text().splitlines()]
    assert [each["text"] for each in records if each["record"] == "memory"] == ["I live in Porto"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["memory", "edit", "abc", "x"], "Error: 0 memories begin with 'abc'; one must."),
        (["memory", "add", " "], "Error: The memory is empty."),
        (["memory", "export", "/no/such/folder/file"], "Error: '/no/such/folder/file' could not"),
    ],
)
def test_what_went_wrong_is_told_in_a_sentence(home: Path, words: list[str], message: str) -> None:
    done = as_process(home, *words)
    assert done.returncode == 1
    assert done.stderr.startswith(message)
    assert "Traceback" not in done.stderr


def test_a_broken_settings_file_is_told_in_a_sentence(home: Path) -> None:
    Path("bespoke.toml").write_text("user = [")
    done = as_process(home, "memory", "list")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: A bespoke.toml in the working or the home folder")


def test_an_export_is_brought_back_and_counted_in_words(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    header = {
        "record": "header",
        "format": "bespoke-export",
        "version": 1,
        "time": "2026-01-05T09:00:00Z",
    }
    conversation = {
        "record": "conversation",
        "id": "c1",
        "title": "Empty",
        "created": "2026-01-05T09:00:00Z",
        "updated": "2026-01-05T09:00:00Z",
    }
    again = conversation | {"id": "c2"}
    path.write_text("".join(f"{json.dumps(each)}\n" for each in (header, conversation, again, {})))
    assert run("import", str(path)).stdout.splitlines() == [
        "0 messages added, 0 were there already.",
        "Restored: 2 conversations.",
        "Left out: 1 (malformed).",
    ]
    assert run("import", str(path), "--format", "diary").exit_code == 2


def test_a_file_in_no_known_format_is_told_in_a_sentence(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("Dear diary")
    done = as_process(home, "memory", "import", str(path))
    assert done.returncode == 1
    assert "is in no format that can be imported. Expected is one of: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.real_model
def test_messages_are_imported_and_memories_found_by_a_paraphrase(run: Run, tmp_path: Path) -> None:
    pull("all-MiniLM-L6-v2", Settings().cache)
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"id": "m1", "role": "user", "content": "I adopted a kitten"}))
    assert "1 messages added, 0 were there already." in run("import", str(path)).output
    run("add", "I'm vegetarian", "--kind", "constraint")
    run("add", "I drive a lorry")
    found = run("search", "I do not eat meat").output.splitlines()
    assert len(found) == 2
    assert found[0].endswith("I'm vegetarian")
    assert "All vectors are new." in run("reindex").output
