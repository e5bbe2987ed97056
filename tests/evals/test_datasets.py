"""The formats of the public data sets, and what is told where a file is something else."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals.benchmarks.datasets.beam import numbers_in, read_beam
from evals.benchmarks.datasets.locomo import read_locomo, turn_ids
from evals.benchmarks.datasets.prefeval import find_filler, read_filler, read_preferences
from evals.errors import DataNotFound, UnknownFormat
from tests.evals.data import (
    BEAM_CHAT,
    BEAM_QUESTIONS,
    FILLER,
    LOCOMO,
    PREFEVAL,
    write_beam,
    write_json,
)


@pytest.mark.parametrize("name", ["locomo10.json", "locomo_some.json.gz"])
def test_locomo_is_read_from_a_file_or_its_folder(tmp_path: Path, name: str) -> None:
    path = write_json(tmp_path / name, LOCOMO)
    assert read_locomo(path) == read_locomo(tmp_path)


def test_a_turn_of_locomo_is_a_message_with_its_speaker_picture_and_date(tmp_path: Path) -> None:
    (corpus,) = read_locomo(write_json(tmp_path / "locomo.json", LOCOMO)).corpora
    second = corpus.messages[1]
    assert second.content == "Look at this! [shares a red kayak]"
    assert (second.id, second.role, second.name) == ("D1:2", "user", "Tom")
    assert second.conversation_id == "session_1"
    assert second.time == datetime(2024, 3, 3, 9, 5, tzinfo=UTC)
    assert corpus.asked_at == datetime(2024, 4, 14, 12, 30, tzinfo=UTC)
    assert corpus.texts()[0] == "[03 March 2024] Ines: My parrot Kiko can whistle."


def test_a_question_of_locomo_names_its_evidence_and_kind(tmp_path: Path) -> None:
    dataset = read_locomo(write_json(tmp_path / "locomo.json", LOCOMO))
    (corpus,) = dataset.corpora
    assert [(question.kind, question.evidence) for question in corpus.questions] == [
        ("single-hop", ("D1:1",)),
        ("multi-hop", ("D1:2", "D2:1")),
        ("temporal", ("D2:2",)),
        ("adversarial", ("D1:1",)),
    ]
    assert dataset.skipped == 1
    assert dataset.apart == ("adversarial",)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["D1:3"], ["D1:3"]),
        (["D8:6; D9:17"], ["D8:6", "D9:17"]),
        (["D:11:26"], ["D11:26"]),
        (["D30:05"], ["D30:5"]),
        (["D1:18", "D", "D1:20", "D1:18"], ["D1:18", "D1:20"]),
    ],
)
def test_malformed_evidence_of_locomo_is_understood(written: list[str], meant: list[str]) -> None:
    assert turn_ids(written) == meant


def test_beam_is_read_in_both_layouts(tmp_path: Path) -> None:
    nested = read_beam(write_beam(tmp_path / "nested"))
    write_json(tmp_path / "flat" / "7_chat.json.gz", BEAM_CHAT)
    write_json(tmp_path / "flat" / "7_probing_questions.json.gz", BEAM_QUESTIONS)
    assert read_beam(tmp_path / "flat") == nested
    assert read_beam(tmp_path / "flat" / "7_chat.json.gz") == nested


def test_messages_of_beam_lose_their_marker_and_inherit_the_date(tmp_path: Path) -> None:
    (corpus,) = read_beam(write_beam(tmp_path)).corpora
    assert [(each.id, each.role, each.content) for each in corpus.messages] == [
        ("0", "user", "I keep bees."),
        ("1", "assistant", "How many hives?"),
        ("2", "user", "Four hives"),
        ("3", "user", "Now five hives."),
    ]
    assert [each.time.month for each in corpus.messages] == [3, 3, 3, 4]
    assert [each.conversation_id for each in corpus.messages] == ["batch 1"] * 3 + ["batch 2"]


def test_questions_of_beam_without_evidence_are_counted(tmp_path: Path) -> None:
    dataset = read_beam(write_beam(tmp_path))
    (corpus,) = dataset.corpora
    assert [(question.kind, question.evidence) for question in corpus.questions] == [
        ("knowledge update", ("2", "3")),
        ("information extraction", ("0",)),
    ]
    assert dataset.skipped == 1


def test_whole_numbers_are_found_at_any_depth() -> None:
    assert list(numbers_in({"first": [1, [2]], "second": {"third": 3}, "none": None})) == [1, 2, 3]


def test_prefeval_is_read_in_both_layouts(tmp_path: Path) -> None:
    write_json(tmp_path / "one" / "prefeval.json.gz", PREFEVAL)
    for topic, kinds in PREFEVAL.items():
        folder = tmp_path / "original" / "explicit_preference"
        write_json(folder / f"{topic}.json", kinds["explicit"])
    preferences = read_preferences(tmp_path / "one")
    assert len(preferences) == 24
    assert preferences[0].text == "I only like tea number 0 word0"
    original = read_preferences(tmp_path / "original")
    assert {each.id: each for each in original} == {each.id: each for each in preferences}


def test_dialogues_about_other_things_are_found_beside_the_preferences(tmp_path: Path) -> None:
    data = write_json(tmp_path / "prefeval.json", PREFEVAL)
    (tmp_path / "topics").mkdir()
    with pytest.raises(DataNotFound, match="--filler"):
        find_filler(data)
    filler = write_json(tmp_path / "filtered_inter_turns.json", FILLER)
    assert find_filler(data) == find_filler(tmp_path) == find_filler(tmp_path / "topics") == filler
    assert [turn.role for turn in read_filler(filler)] == ["user", "assistant"]


@pytest.mark.parametrize("read", [read_locomo, read_beam, read_preferences])
def test_a_path_that_leads_nowhere_is_told(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(DataNotFound, match="nowhere"):
        read(tmp_path / "nowhere")
    with pytest.raises(DataNotFound):
        read(tmp_path)


@pytest.mark.parametrize("read", [read_locomo, read_beam, read_preferences])
@pytest.mark.parametrize("content", [b"{not json", b'[{"what": 1}]', b"\xff"])
def test_a_file_in_another_format_is_told(
    tmp_path: Path, read: Callable[[Path], object], content: bytes
) -> None:
    path = tmp_path / "x_chat.json"
    path.write_bytes(content)
    write_json(tmp_path / "x_probing_questions.json", BEAM_QUESTIONS)
    with pytest.raises(UnknownFormat, match="x_chat"):
        read(path)


def test_a_session_of_locomo_without_a_date_is_told(tmp_path: Path) -> None:
    conversation = {"session_1": [{"speaker": "Ines", "dia_id": "D1:1", "text": "Hi"}]}
    broken = [{"sample_id": "one", "conversation": conversation, "qa": []}]
    with pytest.raises(UnknownFormat, match="session_1_date_time"):
        read_locomo(write_json(tmp_path / "locomo.json", broken))
