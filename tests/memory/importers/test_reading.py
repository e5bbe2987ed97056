"""Files: how their format is told, how they are read, and what is wrong with them."""

import io
import json
import tracemalloc
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, messages_to_dict

from memory.errors import ImportFailed
from memory.importers import reading, source
from memory.importers.base import Format, GivenMessage
from memory.importers.reading import detect_format, read_file
from memory.importers.source import size_of

CHATGPT = {
    "title": "Penguins",
    "mapping": {
        "a": {
            "message": {
                "id": "a",
                "author": {"role": "user"},
                "content": {"content_type": "text", "parts": ["Hello"]},
            },
            "parent": None,
        }
    },
    "current_node": "a",
    "conversation_id": "c1",
}
CLAUDE = {"uuid": "c1", "chat_messages": [{"uuid": "a", "sender": "human", "text": "Hello"}]}
OPENAI = {"role": "user", "content": "Hello"}
OURS = OPENAI | {"id": "a"}
(LANGCHAIN,) = messages_to_dict([HumanMessage("Hello")])
HEADER = {"record": "header", "format": "bespoke-export", "version": 1}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "given"


def lines(*objects: Any) -> str:
    return "".join(json.dumps(each) + "\n" for each in objects)


def archive(path: Path, **members: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members.items():
            made.writestr(name, text)


def read_all(path: Path, source: Format | None = None) -> tuple[list[GivenMessage], Counter[str]]:
    skipped: Counter[str] = Counter()
    found = read_file(
        path, source or detect_format(path), skip=lambda why: skipped.update([why.value])
    )
    return list(found), skipped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (json.dumps([CHATGPT]), "chatgpt"),
        (json.dumps([CHATGPT], indent=2), "chatgpt"),
        (json.dumps(CHATGPT), "chatgpt"),
        (json.dumps(CHATGPT, indent=2), "chatgpt"),
        (json.dumps({"user": 1, "conversations": [CHATGPT]}), "chatgpt"),
        (json.dumps({"user": [[1]], "conversations": [CHATGPT]}, indent=2), "chatgpt"),
        ("\ufeff" + json.dumps([CHATGPT]), "chatgpt"),
        ("\n\n  " + json.dumps([CHATGPT]), "chatgpt"),
        (json.dumps([None, CHATGPT]), "chatgpt"),
        (json.dumps([CLAUDE]), "claude"),
        (lines(CLAUDE, CLAUDE), "claude"),
        (json.dumps([OPENAI]), "openai"),
        (lines(OPENAI, OPENAI), "openai"),
        (lines({"messages": [OPENAI]}), "openai"),
        (json.dumps({"messages": [OPENAI]}, indent=2), "openai"),
        (json.dumps([LANGCHAIN]), "langchain"),
        (lines({"messages": [LANGCHAIN]}), "langchain"),
        (lines(OURS), "jsonl"),
        (json.dumps([OURS]), "jsonl"),
    ],
)
def test_a_format_is_told_by_looking_and_read(path: Path, text: str, expected: Format) -> None:
    path.write_text(text, "utf-8")
    assert detect_format(path) == expected
    found, skipped = read_all(path)
    assert {each.content for each in found} == {"Hello"}
    assert skipped.total() == (1 if "[null" in text else 0)


def test_an_export_of_ours_is_told_by_its_header(path: Path) -> None:
    path.write_text(lines(HEADER, OURS | {"record": "message"}))
    assert detect_format(path) == "bespoke"
    assert [each.id for each in read_all(path, "jsonl")[0]] == ["a"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n\n",
        b"Dear diary",
        b"[]",
        b"{}",
        b"[7]",
        b'"text"',
        b"{\n}",
        b"\xff\xfe[",
        b"[1,",
        b"{",
    ],
)
def test_what_is_no_known_format_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ImportFailed):
        detect_format(path)


def test_the_refusal_names_all_that_could_be_given(path: Path) -> None:
    path.write_text("Dear diary, secret")
    with pytest.raises(ImportFailed, match=r"ChatGPT.*Claude.*'role'.*messages_to_dict") as caught:
        detect_format(path)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("given", ["chatgpt", "claude", "langchain", "jsonl"])
def test_a_format_that_was_named_and_does_not_fit_is_refused(path: Path, given: Format) -> None:
    path.write_text(lines({"mood": "secret"}))
    with pytest.raises(ImportFailed, match=f"nothing in the format '{given}'; expected") as caught:
        read_all(path, given)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(ImportFailed, match="No such file"):
        detect_format(path)


@pytest.mark.parametrize("name", ["conversations.json", "export/conversations.json"])
def test_an_archive_is_read_without_unpacking_it(path: Path, name: str) -> None:
    archive(path, **{"user.json": "{}", name: json.dumps([CHATGPT])})
    before = set(path.parent.iterdir())
    assert [each.id for each in read_all(path)[0]] == ["a"]
    assert size_of(path) == len(json.dumps([CHATGPT]))
    assert set(path.parent.iterdir()) == before


def test_all_parts_of_a_split_archive_are_read_in_order(path: Path) -> None:
    second = json.dumps([CLAUDE | {"chat_messages": [{"sender": "human", "text": "Again"}]}])
    archive(
        path, **{"conversations-001.json": second, "conversations-000.json": json.dumps([CLAUDE])}
    )
    assert [each.content for each in read_all(path)[0]] == ["Hello", "Again"]


@pytest.mark.parametrize(
    "name",
    [
        "../conversations.json.txt",
        "../../conversations.json",
        "/conversations.json",
        "a/b/conversations.json",
        "..\\conversations.json",
        "my_conversations.json",
        "shared_conversations.json",
        "chat.html",
    ],
)
def test_no_other_member_of_an_archive_is_read(path: Path, name: str) -> None:
    archive(path, **{name: json.dumps([CHATGPT])})
    with pytest.raises(ImportFailed, match=r"holds no 'conversations\.json'"):
        read_all(path)


def test_a_member_that_wants_out_of_its_folder_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "inner" / "given.zip"
    path.parent.mkdir()
    archive(path, **{"../conversations.json": json.dumps([CHATGPT])})
    assert [each.id for each in read_all(path)[0]] == ["a"]
    assert [each.name for each in tmp_path.iterdir() if each.name == "conversations.json"] == []


def test_an_archive_that_unpacks_to_too_much_is_stopped(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(path, **{"conversations.json": "[" + " " * 2_000_000 + json.dumps(CHATGPT) + "]"})
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(source, "MOST_BYTES", 1_000_000)
    with pytest.raises(ImportFailed, match="unpacks to more than"):
        read_all(path, "chatgpt")


def test_a_damaged_archive_is_named(path: Path) -> None:
    archive(path, **{"conversations.json": json.dumps([CHATGPT] * 50)})
    content = bytearray(path.read_bytes())
    content[60:80] = bytes(20)
    path.write_bytes(content)
    with pytest.raises(ImportFailed, match="damaged"):
        read_all(path)


@pytest.mark.parametrize(
    "end",
    [
        "",
        ", {",
        '\n, {"title": "secret',
        ', "\\ud83"]',
        ", nul]",
        "]]",
        ", 1e99999999999999999999]",
    ],
)
def test_what_comes_before_a_break_is_given(path: Path, end: str) -> None:
    path.write_text(f"[{json.dumps(CHATGPT)}{end}")
    found: list[GivenMessage] = []
    with pytest.raises(ImportFailed, match="breaks off or is damaged") as caught:
        found.extend(read_file(path, "chatgpt", skip=lambda _: None))
    assert [each.id for each in found] == ["a"]
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "line", ["[]", "7", '"text"', "{", "null", "[" * 100_000, '{"id": ' + "[" * 100_000, "\ufffe"]
)
def test_a_line_that_is_no_object_costs_only_itself(path: Path, line: str) -> None:
    path.write_text(f"{lines(OURS)}\n{line}\n{lines(OURS | {'id': 'b'})}", "utf-8")
    found, skipped = read_all(path)
    assert [each.id for each in found] == ["a", "b"]
    assert skipped == {"malformed": 1}


def test_an_object_that_is_too_deep_or_too_large_costs_only_itself(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep: Any = "deep"
    for _ in range(500):
        deep = [deep]
    path.write_text(json.dumps([CHATGPT | {"x": deep}, CHATGPT | {"x": "y" * 9000}, CHATGPT]))
    monkeypatch.setattr(source, "MOST_BYTES_OF_ONE", 5000)
    found, skipped = read_all(path, "chatgpt")
    assert [each.id for each in found] == ["a"]
    assert skipped == {"too large": 2}


def test_a_line_that_is_too_large_costs_only_itself(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(lines(OURS, OURS | {"content": "x" * 9000}, OURS | {"id": "b"}))
    monkeypatch.setattr(source, "MOST_BYTES_OF_ONE", 5000)
    found, skipped = read_all(path)
    assert [each.id for each in found] == ["a", "b"]
    assert skipped == {"too large": 1}


def test_only_so_many_messages_are_taken(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(lines(*(OURS | {"id": str(number)} for number in range(5))))
    monkeypatch.setattr(reading, "MOST_MESSAGES", 3)
    found, skipped = read_all(path)
    assert [each.id for each in found] == ["0", "1", "2"]
    assert skipped == {"too many": 2}


def test_the_bytes_that_were_read_are_told(path: Path) -> None:
    path.write_text(lines(*[OURS] * 10))
    told: list[int] = []
    list(read_file(path, "jsonl", skip=lambda _: None, on_read=told.append))
    assert sum(told) == size_of(path) == path.stat().st_size


@pytest.mark.parametrize("is_array", [True, False])
def test_a_large_file_is_never_in_memory_at_once(path: Path, is_array: bool) -> None:
    one = json.dumps(CLAUDE | {"summary": "x" * 20_000})
    with path.open("w") as file:
        file.write("[" if is_array else "")
        file.write(("," if is_array else "\n").join([one] * 1000))
        file.write("]" if is_array else "")
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    try:
        assert detect_format(path) == "claude"
        assert sum(1 for _ in read_file(path, "claude", skip=lambda _: None)) == 1000
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_an_archive_within_an_archive_is_not_opened(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("conversations.json", json.dumps([CHATGPT]))
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("conversations.json", inner.getvalue())
    with pytest.raises(ImportFailed):
        read_all(path)
