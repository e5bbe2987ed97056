from collections import Counter
from typing import Any

import pytest

from memory.importers.base import GivenMessage
from memory.importers.chatgpt import read

START = 1_714_557_600.25  # 2024-05-01T10:00:00.25Z


def node(
    key: str,
    parent: str | None,
    *children: str,
    role: str = "user",
    parts: list[Any] | None = None,
    **given: Any,
) -> dict[str, dict[str, Any]]:
    """One node of `mapping`, as ChatGPT writes it; `given` replaces fields of its message."""
    message = {
        "id": key,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": START + 60,
        "update_time": None,
        "content": {"content_type": "text", "parts": parts or [f"This is {key}"]},
        "status": "finished_successfully",
        "end_turn": None,
        "weight": 1.0,
        "metadata": {},
        "recipient": "all",
        "channel": None,
    }
    return {
        key: {"id": key, "message": message | given, "parent": parent, "children": list(children)}
    }


def conversation(*nodes: dict[str, dict[str, Any]], **given: Any) -> dict[str, Any]:
    """A conversation whose tree begins, as they all do, with an empty root."""
    root = {"root": {"id": "root", "message": None, "parent": None, "children": ["a"]}}
    mapping: dict[str, Any] = {**root, **{key: each for one in nodes for key, each in one.items()}}
    return {
        "title": "Penguins",
        "create_time": START,
        "update_time": START + 100,
        "mapping": mapping,
        "current_node": list(mapping)[-1],
        "conversation_id": "c1",
        "id": "c1",
        "is_archived": False,
        "default_model_slug": "gpt-4o",
    } | given


def read_all(*conversations: dict[str, Any]) -> tuple[list[GivenMessage], Counter[str]]:
    skipped: Counter[str] = Counter()
    return list(read(conversations, lambda why: skipped.update([why.value]))), skipped


def said(*conversations: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.role, each.content) for each in read_all(*conversations)[0]]


def test_a_conversation_keeps_its_ids_times_title_and_order() -> None:
    found, skipped = read_all(
        conversation(
            node("a", "root", "b", parts=["I adopted a penguin"]),
            node("b", "a", role="assistant", parts=["Congratulations"]),
        )
    )
    assert [each.model_dump(mode="json") for each in found] == [
        {
            "id": key,
            "role": role,
            "content": content,
            "name": None,
            "time": "2024-05-01T10:01:00.250000Z",
            "conversation": "c1",
            "title": "Penguins",
            "created": "2024-05-01T10:00:00.250000Z",
        }
        for key, role, content in [
            ("a", "user", "I adopted a penguin"),
            ("b", "assistant", "Congratulations"),
        ]
    ]
    assert not skipped


def test_only_the_branch_that_was_seen_last_is_taken() -> None:
    tree = conversation(
        node("a", "root", "b", "c"),
        node("b", "a", role="assistant", parts=["The first answer"]),
        node("c", "a", "d", role="assistant", parts=["The answer made anew"]),
        node("d", "c", parts=["Thanks"]),
        node("e", "b", parts=["A question below the first answer"]),
        current_node="d",
    )
    found, skipped = read_all(tree)
    assert [each.id for each in found] == ["a", "c", "d"]
    assert skipped == {"other branch": 2}


@pytest.mark.parametrize("current", [None, "gone", 7])
def test_without_a_current_node_the_newest_leaf_is_taken(current: object) -> None:
    tree = conversation(
        node("a", "root", "b", "c"),
        node("b", "a", create_time=START + 300),
        node("c", "a", create_time=START + 200),
        current_node=current,
    )
    assert [each.id for each in read_all(tree)[0]] == ["a", "b"]


def test_what_the_app_does_not_show_is_left_out() -> None:
    hidden = {"is_visually_hidden_from_conversation": True}
    profile = {"content_type": "user_editable_context", "user_profile": "secret"}
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "s", "content": "secret"}]}
    found, skipped = read_all(
        conversation(
            node("a", "root", "b", role="system", parts=["secret"]),
            node("b", "a", "c", content=profile),
            node("c", "b", "d", metadata=hidden, parts=["secret"]),
            node("d", "c", "e", parts=["Hello"]),
            node("e", "d", "f", role="assistant", content=thoughts),
            node("f", "e", "g", role="assistant", recipient="web.run", parts=["search('penguin')"]),
            node("g", "f", role="critic"),
        )
    )
    assert [each.content for each in found] == ["Hello"]
    assert skipped == {"hidden": 4, "tool call": 1, "unknown role": 1}


def test_parts_that_are_no_text_are_left_out() -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_1"}
    speech = {"content_type": "audio_transcription", "text": "I said this aloud", "direction": "in"}
    found, skipped = read_all(
        conversation(
            node(
                "a",
                "root",
                "b",
                content={"content_type": "multimodal_text", "parts": [picture, "My penguin"]},
            ),
            node("b", "a", "c", content={"content_type": "multimodal_text", "parts": [speech]}),
            node("c", "b", content={"content_type": "multimodal_text", "parts": [picture]}),
        )
    )
    assert [each.content for each in found] == ["My penguin", "I said this aloud"]
    assert skipped == {"no text": 1}


def test_what_tools_printed_is_never_the_users_word() -> None:
    output = {"content_type": "execution_output", "text": "42"}
    code = {"content_type": "code", "language": "python", "text": "print(6 * 7)"}
    tool = {"role": "tool", "name": "python", "metadata": {}}
    tree = conversation(
        node("a", "root", "b", role="assistant", content=code),
        node("b", "a", author=tool, content=output),
    )
    assert said(tree) == [("assistant", "print(6 * 7)"), ("tool", "42")]
    assert read_all(tree)[0][1].name == "python"


@pytest.mark.parametrize(
    "time", [None, "yesterday", -1, 0, 1e300, float("nan"), float("inf"), True, [], 10**400]
)
def test_a_message_without_a_time_that_makes_sense_is_as_old_as_the_one_before(
    time: object,
) -> None:
    found, _ = read_all(
        conversation(node("a", "root", "b", create_time=time), node("b", "a", create_time=time))
    )
    assert {each.time for each in found} == {found[0].created}


def test_ids_that_are_missing_are_derived_and_stay_the_same() -> None:
    tree = conversation(
        node("a", "root", "b", id=None), node("b", "a", id=7), conversation_id=None, id=None
    )
    first, second = read_all(tree)[0], read_all(tree)[0]
    assert first == second
    assert len({each.id for each in first}) == 2
    other = conversation(node("a", "root", "b", id=None), node("b", "a", id=7))
    assert {each.id for each in first}.isdisjoint(each.id for each in read_all(other)[0])


def test_a_circle_in_the_tree_comes_to_an_end() -> None:
    tree = conversation(node("a", "b", "b"), node("b", "a", "a"), current_node="b")
    assert [each.id for each in read_all(tree)[0]] == ["a", "b"]


@pytest.mark.parametrize(
    "broken",
    [
        {"mapping": {"a": None}, "current_node": "a"},
        {"mapping": {"a": {"message": 7, "parent": ["x"]}}, "current_node": "a"},
        {"mapping": {"a": {"message": {"author": "x", "content": "y"}}}, "current_node": "a"},
        {"mapping": {"a": {"message": {"author": {"role": []}}}}, "current_node": "a"},
        {"mapping": {"a": {"message": {"content": {"content_type": {}}}}}, "current_node": "a"},
        {"mapping": {}, "title": 3},
        {"mapping": []},
        {},
    ],
)
def test_a_broken_conversation_costs_only_itself(broken: dict[str, Any]) -> None:
    assert said(broken, conversation(node("a", "root"))) == [("user", "This is a")]


def test_what_cannot_be_stored_is_replaced_and_what_is_too_long_left_out() -> None:
    found, skipped = read_all(
        conversation(
            node("a", "root", "b", parts=["half \ud800 and \x00 nothing"]),
            node("b", "a", parts=["x" * 200_001]),
            title="  A \x00 title\n" + "x" * 500,
        )
    )
    assert [each.content for each in found] == ["half \ufffd and \ufffd nothing"]
    assert found[0].title is not None
    assert found[0].title.startswith("A \ufffd title x")
    assert len(found[0].title) == 200
    assert skipped == {"too long": 1}
