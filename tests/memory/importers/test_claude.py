from collections import Counter
from typing import Any

import pytest

from memory.importers.base import GivenMessage
from memory.importers.claude import read


def message(key: str, sender: str = "human", **given: Any) -> dict[str, Any]:
    """A message as Claude writes it."""
    text = f"This is {key}"
    return {
        "uuid": key,
        "text": text,
        "content": [
            {
                "start_timestamp": "2024-05-01T10:00:00.000000Z",
                "stop_timestamp": "2024-05-01T10:00:00.000000Z",
                "type": "text",
                "text": text,
                "citations": [],
            }
        ],
        "sender": sender,
        "created_at": "2024-05-01T10:01:00.250000Z",
        "updated_at": "2024-05-01T10:01:00.250000Z",
        "attachments": [],
        "files": [],
    } | given


def conversation(*messages: Any, **given: Any) -> dict[str, Any]:
    return {
        "uuid": "c1",
        "name": "Penguins",
        "summary": "",
        "created_at": "2024-05-01T10:00:00.000000Z",
        "updated_at": "2024-05-01T11:00:00.000000Z",
        "account": {"uuid": "u1"},
        "chat_messages": list(messages),
    } | given


def read_all(*conversations: dict[str, Any]) -> tuple[list[GivenMessage], Counter[str]]:
    skipped: Counter[str] = Counter()
    return list(read(conversations, lambda why: skipped.update([why.value]))), skipped


def test_a_conversation_keeps_its_ids_times_title_and_order() -> None:
    found, skipped = read_all(conversation(message("a"), message("b", "assistant")))
    assert [each.model_dump(mode="json") for each in found] == [
        {
            "id": key,
            "role": role,
            "content": f"This is {key}",
            "name": None,
            "time": "2024-05-01T10:01:00.250000Z",
            "conversation": "c1",
            "title": "Penguins",
            "created": "2024-05-01T10:00:00Z",
        }
        for key, role in [("a", "user"), ("b", "assistant")]
    ]
    assert not skipped


def test_what_was_pasted_as_a_document_is_never_the_users_word() -> None:
    pasted = {
        "file_name": "letter.txt",
        "file_size": 23,
        "file_type": "txt",
        "extracted_content": "I am the landlord.",
    }
    picture = {"file_name": "photo.png", "file_size": 9, "file_type": "png"}
    found, _ = read_all(conversation(message("a", attachments=[pasted, picture, 7])))
    assert [(each.role, each.content, each.name) for each in found] == [
        ("tool", "I am the landlord.", "letter.txt"),
        ("user", "This is a", None),
    ]
    again, _ = read_all(conversation(message("a", attachments=[pasted])))
    assert [each.id for each in again] == [each.id for each in found]


def test_thinking_and_tools_are_left_out_of_an_answer() -> None:
    blocks = [
        {"type": "thinking", "thinking": "secret"},
        {"type": "text", "text": "Penguins"},
        {"type": "tool_use", "name": "search", "input": {"q": "secret"}},
        {"type": "tool_result", "content": [{"type": "text", "text": "secret"}]},
        {"type": "text", "text": "eat fish."},
    ]
    found, skipped = read_all(
        conversation(
            message("a", "assistant", content=blocks, text="secret"),
            message("b", "assistant", content=blocks[2:4], text="secret"),
            message("c", "narrator"),
        )
    )
    assert [each.content for each in found] == ["Penguins\n\neat fish."]
    assert skipped == {"no text": 1, "unknown role": 1}


@pytest.mark.parametrize("content", [None, []])
def test_older_exports_have_the_text_alone(content: object) -> None:
    found, _ = read_all(conversation(message("a", content=content)))
    assert [each.content for each in found] == ["This is a"]


def test_only_the_branch_that_was_seen_last_is_taken() -> None:
    root = "00000000-0000-4000-8000-000000000000"
    said = [
        message("a", parent_message_uuid=root),
        message("b", "assistant", parent_message_uuid="a"),
        message("c", "assistant", parent_message_uuid="a"),
        message("d", parent_message_uuid="c"),
    ]
    found, skipped = read_all(conversation(*said))
    assert [each.id for each in found] == ["a", "c", "d"]
    assert skipped == {"other branch": 1}
    found, _ = read_all(conversation(*said, current_leaf_message_uuid="b"))
    assert [each.id for each in found] == ["a", "b"]
    found, _ = read_all(conversation(*said, message("e")))
    assert [each.id for each in found] == ["a", "b", "c", "d", "e"]


def test_ids_and_times_that_are_missing_are_derived_and_stay_the_same() -> None:
    bare = conversation(
        message("a", uuid=None, created_at="yesterday"),
        message("a", uuid="", created_at=None),
        uuid=None,
    )
    first, second = read_all(bare)[0], read_all(bare)[0]
    assert first == second
    assert len({each.id for each in first}) == 2
    assert {each.time for each in first} == {first[0].created}


@pytest.mark.parametrize(
    "broken",
    [
        {"chat_messages": None},
        {"chat_messages": [7, None]},
        {"chat_messages": [{"sender": []}]},
        {"chat_messages": [{"sender": "human", "content": [7, {"type": "text"}], "text": 9}]},
        {"chat_messages": [{"sender": "human", "attachments": "x"}]},
        {"chat_messages": [{"sender": "human", "content": [{"type": [], "text": "secret"}]}]},
        {},
    ],
)
def test_a_broken_conversation_costs_only_itself(broken: dict[str, Any]) -> None:
    found, skipped = read_all(broken, conversation(message("a")))
    assert [each.id for each in found] == ["a"]
    assert sum(skipped.values()) > 0
