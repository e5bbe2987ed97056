"""Messages of OpenAI, of LangChain, and in our own JSON Lines."""

from collections import Counter
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    ChatMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    messages_to_dict,
)

from memory.importers import jsonl, langchain, openai
from memory.importers.base import GivenMessage, Reader

SYSTEM = {"role": "system", "content": "Be brief."}
QUESTION = {"role": "user", "content": "Do penguins fly?", "name": "Ana"}
CALL = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {"id": "call-1", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}
    ],
}
RESULT = {"role": "tool", "tool_call_id": "call-1", "content": "They swim."}
ANSWER = {
    "role": "assistant",
    "content": [{"type": "text", "text": "No."}, {"type": "refusal", "refusal": "secret"}],
    "refusal": None,
}
PICTURE = {
    "role": "user",
    "content": [
        {"type": "text", "text": "And this one?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
    ],
}


def read_all(reader: Reader, *objects: Any) -> tuple[list[GivenMessage], Counter[str]]:
    skipped: Counter[str] = Counter()
    return list(reader(objects, lambda why: skipped.update([why.value]))), skipped


def test_a_list_of_openai_is_one_conversation() -> None:
    found, skipped = read_all(openai.read, SYSTEM, QUESTION, CALL, RESULT, ANSWER, PICTURE)
    assert [(each.role, each.content, each.name) for each in found] == [
        ("system", "Be brief.", None),
        ("user", "Do penguins fly?", "Ana"),
        ("tool", "They swim.", None),
        ("assistant", "No.", None),
        ("user", "And this one?", None),
    ]
    assert skipped == {"tool call": 1}
    assert {(each.conversation, each.title) for each in found} == {
        (found[0].conversation, "Do penguins fly?")
    }


def test_a_list_that_has_grown_stays_the_same_conversation() -> None:
    before, _ = read_all(openai.read, SYSTEM, QUESTION, ANSWER)
    after, _ = read_all(openai.read, SYSTEM, QUESTION, ANSWER, QUESTION, ANSWER)
    assert after[:3] == before
    assert len({each.id for each in after}) == 5


def test_lists_that_differ_before_the_users_first_message_are_two_conversations() -> None:
    one, _ = read_all(openai.read, SYSTEM, QUESTION)
    other, _ = read_all(openai.read, QUESTION)
    assert one[1].conversation != other[0].conversation
    assert one[1].id != other[0].id


def test_objects_with_messages_are_a_conversation_each() -> None:
    found, skipped = read_all(
        openai.read,
        {"messages": [SYSTEM, QUESTION], "id": "thread-1", "created_at": 1_714_557_600},
        {"messages": [SYSTEM, QUESTION, ANSWER], "title": "Flying"},
        {"messages": "none"},
        {"messages": [7, {"role": "king", "content": "secret"}, QUESTION]},
    )
    places = [(each.conversation, each.title) for each in found]
    assert places[:2] == [("thread-1", "Do penguins fly?")] * 2
    assert {title for _, title in places[2:5]} == {"Flying"}
    assert len(set(places)) == 3
    assert found[0].time == found[0].created
    assert found[0].created is not None
    assert found[0].created.year == 2024
    assert skipped == {"malformed": 2, "unknown role": 1}


def test_what_cannot_be_stored_is_replaced_in_titles_too() -> None:
    (found,), _ = read_all(openai.read, QUESTION | {"content": "half \ud800"})
    assert (found.content, found.title) == ("half \ufffd", "half \ufffd")


def test_ids_and_times_of_openai_are_kept_where_there_are_some() -> None:
    (found,), _ = read_all(openai.read, QUESTION | {"id": "m1", "created_at": 1_714_557_600})
    assert found.id == "m1"
    assert found.time is not None
    assert found.time.isoformat() == "2024-05-01T10:00:00+00:00"


def test_what_langchain_wrote_is_read() -> None:
    call = {"name": "look_up", "args": {}, "id": "call-1"}
    talk = [
        SystemMessage("Be brief."),
        HumanMessage([{"type": "text", "text": "Do penguins fly?"}], id="m1", name="Ana"),
        AIMessage("", tool_calls=[call]),
        ToolMessage("They swim.", tool_call_id="call-1"),
        AIMessage([{"type": "reasoning", "reasoning": "secret"}, {"type": "text", "text": "No."}]),
        ChatMessage(content="I see.", role="user"),
        ChatMessage(content="I do not.", role="king"),
    ]
    found, skipped = read_all(langchain.read, *messages_to_dict(talk))
    assert [(each.role, each.content) for each in found] == [
        ("system", "Be brief."),
        ("user", "Do penguins fly?"),
        ("tool", "They swim."),
        ("assistant", "No."),
        ("user", "I see."),
    ]
    assert (found[1].id, found[1].name) == ("m1", "Ana")
    assert skipped == {"tool call": 1, "unknown role": 1}
    assert read_all(langchain.read, *messages_to_dict(talk))[0] == found
    wrapped, _ = read_all(langchain.read, {"messages": messages_to_dict(talk)})
    assert [each.content for each in wrapped] == [each.content for each in found]


@pytest.mark.parametrize("broken", [{"type": "human"}, {"type": [], "data": {}}, {"data": 7}])
def test_a_broken_message_of_langchain_costs_only_itself(broken: dict[str, Any]) -> None:
    (good,) = messages_to_dict([HumanMessage("Hello")])
    found, skipped = read_all(langchain.read, broken, good)
    assert [each.content for each in found] == ["Hello"]
    assert skipped.total() == 1


def test_lines_of_our_own_keep_all_they_have() -> None:
    full = {
        "id": "m1",
        "role": "user",
        "content": "Hello",
        "name": "Ana",
        "time": "2024-05-01T12:00:00+02:00",
        "conversation": "c1",
        "title": "Greetings",
        "created": "2024-04-30T00:00:00Z",
    }
    (found,), _ = read_all(jsonl.read, full)
    assert found == GivenMessage.model_validate(full)


def test_the_messages_of_an_export_are_lines_too() -> None:
    line = {"record": "message", "id": "m1", "role": "user", "content": "Hello", "suspicious": []}
    found, skipped = read_all(jsonl.read, {"record": "header"}, line, {"record": "memory"})
    assert [each.id for each in found] == ["m1"]
    assert not skipped


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"id": ""}, "malformed"),
        ({"id": 7}, "malformed"),
        ({"role": "king"}, "malformed"),
        ({"content": None}, "malformed"),
        ({"time": "2024-05-01T10:00:00"}, "malformed"),
        ({"time": "0001-01-01T00:00:00+05:00"}, "malformed"),
        ({"mood": "good"}, "malformed"),
        ({"content": " \n"}, "no text"),
        ({"content": "x" * 200_001}, "too long"),
    ],
)
def test_a_broken_line_costs_only_itself(wrong: dict[str, Any], reason: str) -> None:
    good = {"id": "m1", "role": "user", "content": "Hello \ud800"}
    found, skipped = read_all(jsonl.read, good | wrong, good)
    assert [each.content for each in found] == ["Hello \ufffd"]
    assert skipped == {reason: 1}
