import json
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.errors import ExportFailed, InvalidMessage
from assistant.import_export import read_json_lines
from memory.types import Purpose
from tests.disk import files_holding
from tests.doubles import Clock

FIRST: dict[str, Any] = {
    "id": "m1",
    "role": "user",
    "name": "Ana",
    "content": "I adopted a penguin",
    "time": "2024-05-01T12:00:00+02:00",
    "conversation": "c7",
}
SECOND: dict[str, Any] = {"id": "m2", "role": "assistant", "content": "Congratulations"}


def test_messages_from_elsewhere_keep_id_name_time_and_conversation(
    bespoke: Assistant, clock: Clock
) -> None:
    ana = bespoke.user("ana")
    report = ana.import_messages([FIRST, SECOND])
    assert (report.added, report.known) == (2, 0)
    (message,) = ana.messages("c7")
    assert message.model_dump(mode="json") == {
        "id": "m1",
        "conversation_id": "c7",
        "role": "user",
        "content": "I adopted a penguin",
        "time": "2024-05-01T10:00:00Z",
        "name": "Ana",
        "is_complete": True,
    }
    (without_time,) = ana.messages("imported")
    assert without_time.time == clock()


def test_importing_twice_changes_nothing(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.import_messages([FIRST, SECOND])
    before = ana.conversations(), ana.messages("c7")
    report = ana.import_messages([FIRST | {"content": "changed", "conversation": "c8"}, SECOND])
    assert (report.added, report.known) == (0, 2)
    assert (ana.conversations(), ana.messages("c7")) == before


def test_what_was_imported_is_found_by_its_own_id(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.import_messages([FIRST, SECOND])
    best = ana.recall("adopted a penguin", limit=1)[0]
    assert (best.source_id, best.id, best.kind) == ("m1", "m1", "message")


def test_two_users_may_import_the_same_ids(bespoke: Assistant) -> None:
    for user in ("ana", "bea"):
        report = bespoke.user(user).import_messages([FIRST | {"content": f"I am {user}"}])
        assert report.added == 1
    assert bespoke.user("bea").messages("c7")[0].content == "I am bea"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"id": None}, r"Message 2 cannot be imported: 'id'"),
        ({"id": ""}, r"Message 2 .* 'id'"),
        ({"role": "king"}, r"Message 2 .* 'role'"),
        ({"content": 7}, r"Message 2 .* 'content'"),
        ({"time": "2024-05-01T10:00:00"}, r"Message 2 .* 'time'"),
        ({"time": "yesterday"}, r"Message 2 .* 'time'"),
        ({"mood": "good"}, r"Message 2 .* 'mood'"),
        ({"content": "secret \ud800"}, r"Message 2 .*half a character"),
        ({"name": "secret \ud800"}, r"Message 2 "),
        ({"id": "secret \ud800"}, r"Message 2 "),
        ({"conversation": "secret \ud800"}, r"Message 2 "),
    ],
)
def test_a_malformed_message_is_named_by_its_position_and_never_repeated(
    bespoke: Assistant, wrong: dict[str, Any], message: str
) -> None:
    ana = bespoke.user("ana")
    with pytest.raises(InvalidMessage, match=message) as caught:
        ana.import_messages([FIRST, SECOND | {"content": "secret"} | wrong])
    assert "secret" not in str(caught.value)
    assert ana.import_messages([FIRST, SECOND]).added + ana.import_messages([FIRST]).known > 0


@pytest.mark.parametrize("missing", ["id", "role", "content"])
def test_id_role_and_content_are_required(bespoke: Assistant, missing: str) -> None:
    given = {name: value for name, value in SECOND.items() if name != missing}
    with pytest.raises(InvalidMessage, match=f"Message 1 .*'{missing}'"):
        bespoke.user("ana").import_messages([given])


def test_progress_is_told(bespoke: Assistant) -> None:
    told: list[int] = []
    many = ({"id": str(n), "role": "user", "content": f"word{n}"} for n in range(150))
    bespoke.user("ana").import_messages(many, on_progress=told.append)
    assert sum(told) == 150
    assert len(told) > 1


def test_an_export_holds_everything_and_is_closed_to_others(
    bespoke: Assistant, tmp_path: Path
) -> None:
    ana = bespoke.user("ana")
    ana.import_messages([FIRST])
    old = ana.memories.add("I live in Porto")
    new = ana.memories.edit(old.id, "I live in Braga")
    hidden = ana.memories.add("I am shy")
    ana.memories.hide(hidden.id)
    ana.consent.grant(Purpose.SHARE_WITH_REMOTE)
    reply = ana.chat("Hello")
    path = tmp_path / "all.jsonl"
    count = ana.export(path)
    records = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(records) == count
    assert path.stat().st_mode & 0o777 == 0o600
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        by_kind.setdefault(record["record"], []).append(record)
    assert {each["id"] for each in by_kind["memory"]} == {old.id, new.id, hidden.id}
    assert {each["content"] for each in by_kind["message"]} == {
        "I adopted a penguin",
        "Hello",
        reply.text,
    }
    assert {"record": "consent", "purpose": "share_with_remote", "is_granted": True} in records
    assert len(by_kind["conversation"]) == 2
    assert [event["action"] for each in by_kind["memory"] for event in each["history"]]


def test_an_export_can_be_imported_again(bespoke: Assistant, tmp_path: Path) -> None:
    ana = bespoke.user("ana")
    ana.import_messages([FIRST, SECOND])
    ana.memories.add("I live in Porto")
    ana.export(tmp_path / "all.jsonl")
    bea = bespoke.user("bea")
    assert bea.import_messages(read_json_lines(tmp_path / "all.jsonl")).added == 2
    assert bea.messages("c7") == ana.messages("c7")
    assert ana.import_messages(read_json_lines(tmp_path / "all.jsonl")).known == 2


def test_an_export_never_overwrites_a_file(bespoke: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text("mine")
    with pytest.raises(ExportFailed, match="Choose another file name"):
        bespoke.user("ana").export(path)
    assert path.read_text() == "mine"
    with pytest.raises(ExportFailed):
        bespoke.user("ana").export(tmp_path / "no" / "folder.jsonl")


@pytest.mark.parametrize("line", ["[]", "7", '"text"', "{", "null"])
def test_a_line_that_is_no_object_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(f"{json.dumps(FIRST)}\n\n{line}\n")
    with pytest.raises(InvalidMessage, match="Line 3"):
        list(read_json_lines(path))


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"id": "\xff"}\n')
    with pytest.raises(InvalidMessage):
        list(read_json_lines(path))


def test_deleting_a_conversation_leaves_no_word_of_it(bespoke: Assistant, home: Path) -> None:
    ana = bespoke.user("ana")
    gone = ana.chat("A Quetzalcoatlus flies over the lorry").conversation_id
    ana.rename(gone, "Quetzalcoatlus")
    ana.start_conversation()
    ana.chat("A Quetzalcoatlus flies over the lorry, again?")
    kept = ana.conversations()[0].id
    ana.delete(kept)
    ana.start_conversation()
    ana.chat("Does something fly over the lorry?")
    ana.delete(gone)
    bespoke.settle()
    assert files_holding(home, "quetzalcoatlus") == []
    bespoke.close()
    assert files_holding(home, "quetzalcoatlus", "quetzalcoatl") == []


def test_importing_creates_nothing_where_reading_finds_nothing(
    bespoke: Assistant, home: Path
) -> None:
    ana = bespoke.user("ana")
    assert (ana.conversations(), ana.memories.list(), ana.recall("x")) == ([], [], [])
    assert ana.consent[Purpose.LEARN]
    assert not home.exists()
