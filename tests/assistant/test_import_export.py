import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from assistant import Assistant
from assistant.errors import ExportFailed, InvalidMessage
from memory.types import Purpose
from tests.conftest import SmallDisk
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


@pytest.mark.parametrize("missing", ["role", "content"])
def test_role_and_content_are_required(bespoke: Assistant, missing: str) -> None:
    given = {name: value for name, value in SECOND.items() if name != missing}
    with pytest.raises(InvalidMessage, match=f"Message 1 .*'{missing}'"):
        bespoke.user("ana").import_messages([given])


TALK = [
    HumanMessage("I adopted a penguin"),
    AIMessage("", tool_calls=[{"name": "look_up", "args": {}, "id": "call-1"}]),
    ToolMessage("Penguins eat fish.", tool_call_id="call-1"),
    AIMessage([{"type": "text", "text": "Feed it fish."}]),
]


def test_live_messages_of_langchain_are_taken(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    report = ana.import_messages(TALK)
    assert (report.added, report.skipped) == (3, {"tool call": 1})
    assert [(each.role, each.content) for each in ana.messages("imported")] == [
        ("user", "I adopted a penguin"),
        ("tool", "Penguins eat fish."),
        ("assistant", "Feed it fish."),
    ]


def test_messages_without_ids_are_known_again_when_the_talk_has_grown(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    talk: list[dict[str, Any]] = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Yes"}]},
        {"role": "user", "content": "Yes"},
    ]
    assert ana.import_messages(talk).added == 3
    report = ana.import_messages([*talk, {"role": "assistant", "content": "No"}])
    assert (report.added, report.known) == (1, 3)
    roles = [each.role for each in ana.messages("imported")]
    assert roles == ["system", "user", "user", "assistant"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"role": "king", "content": "secret"}, "Message 2 .*unknown role"),
        ({"content": "secret"}, "Message 2 .*unknown role"),
        ({"role": "user", "content": "secret", "conversation": 7}, "Message 2 .*'conversation'"),
        ({"role": "user", "content": "secret \ud800"}, "Message 2 .*half a character"),
        ({"role": "user", "content": "secret" * 40_000}, "Message 2 .*longer than 200,000"),
        ({"id": "a", "role": "user", "content": "secret" * 40_000}, "Message 2 .*longer than"),
        (
            {"id": "a", "role": "user", "content": "", "time": "0001-01-01T00:00:00+05:00"},
            "Message 2 .*'time'",
        ),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_position(
    bespoke: Assistant, wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidMessage, match=message) as caught:
        bespoke.user("ana").import_messages([FIRST, wrong])
    assert "secret" not in str(caught.value)


def test_a_title_and_a_beginning_are_the_conversations(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.import_messages([FIRST | {"title": "Penguins", "created": "2024-04-30T00:00:00Z"}])
    (conversation,) = ana.conversations()
    assert conversation.title == "Penguins"
    assert conversation.created == datetime(2024, 4, 30, tzinfo=UTC)
    assert conversation.updated == datetime(2024, 5, 1, 10, tzinfo=UTC)


def test_progress_is_told(bespoke: Assistant) -> None:
    told: list[int] = []
    many = ({"id": str(n), "role": "user", "content": f"word{n}"} for n in range(150))
    bespoke.user("ana").import_messages(many, on_progress=told.append)
    assert sum(told) == 150
    assert len(told) > 1


def test_an_export_holds_everything_and_is_closed_to_others(
    bespoke: Assistant, clock: Clock, tmp_path: Path
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
    receipt = ana.export(path)
    header, *records = [json.loads(line) for line in path.read_text().splitlines()]
    assert header == {
        "record": "header",
        "format": "bespoke-export",
        "version": 1,
        "time": "2026-01-05T09:00:00Z",
    }
    assert receipt.counts == {"consent": 1, "conversation": 2, "message": 3, "memory": 3}
    assert (receipt.path, receipt.size_bytes) == (path, path.stat().st_size)
    assert path.stat().st_mode & 0o777 == 0o600
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        by_kind.setdefault(record["record"], []).append(record)
    assert {kind: len(found) for kind, found in by_kind.items()} == receipt.counts
    assert {each["id"] for each in by_kind["memory"]} == {old.id, new.id, hidden.id}
    assert {each["content"] for each in by_kind["message"]} == {
        "I adopted a penguin",
        "Hello",
        reply.text,
    }
    assert by_kind["consent"] == [
        {
            "record": "consent",
            "purpose": "share_with_remote",
            "is_granted": True,
            "time": "2026-01-05T09:00:00Z",
        }
    ]
    actions = {
        each["text"]: [event["action"] for event in each["history"]] for each in by_kind["memory"]
    }
    assert actions == {
        "I live in Porto": ["added", "superseded"],
        "I live in Braga": ["edited"],
        "I am shy": ["added", "hidden"],
    }


def test_an_export_that_fails_leaves_no_half_of_a_file(
    bespoke: Assistant, small_disk: SmallDisk
) -> None:
    ana = bespoke.user("ana")
    ana.import_messages(
        [{"id": str(n), "role": "user", "content": "x" * 50_000} for n in range(99)]
    )
    with pytest.raises(ExportFailed):
        ana.export(small_disk.folder / "all.jsonl")
    assert list(small_disk.folder.iterdir()) == []


def test_an_export_never_overwrites_a_file(bespoke: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text("mine")
    with pytest.raises(ExportFailed, match="Choose another file name"):
        bespoke.user("ana").export(path)
    assert path.read_text() == "mine"
    with pytest.raises(ExportFailed):
        bespoke.user("ana").export(tmp_path / "no" / "folder.jsonl")


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
