"""BEAM: long chats of a user with an assistant, with questions of ten kinds about each.

Tavakoli et al. 2025, https://github.com/mohammadtavakoli78/BEAM, `chats/100K/<n>/chat.json` with
`probing_questions/probing_questions.json` beside it; or flat, `<n>_chat.json` and
`<n>_probing_questions.json`. Questions of the kind "abstention" have no evidence and are left out.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from evals.benchmarks.datasets.base import Corpus, Dataset, Question
from evals.benchmarks.datasets.files import files, read_json
from evals.errors import DataNotFound, UnknownFormat
from memory.types import Message, Role

_MARKER = re.compile(r"\s*->->[\s\d,.]*$")
_RUBRIC = re.compile(r"(?:the )?(?:LLM )?response should [a-z]+(?: that)?:?\s*", re.IGNORECASE)
_DATE = "%B-%d-%Y"


class _Turn(BaseModel):
    id: int
    role: Role
    content: str
    time_anchor: str | None = None


class _Batch(BaseModel):
    batch_number: int
    turns: list[list[_Turn]]
    time_anchor: str | None = None


class _Asked(BaseModel):
    question: str
    source_chat_ids: Any = None
    rubric: list[str] = []


def read_beam(path: Path) -> Dataset:
    """Read all chats in the folder `path`, or the one chat file at `path`.

    Raises:
        DataNotFound: there is none, or a chat has no questions beside it.
        UnknownFormat: a file is not BEAM's.
    """
    chats = [path] if path.is_file() else [*files(path, "*_chat"), *files(path, "*/chat")]
    if not chats:
        raise DataNotFound(f"{str(path)!r} holds no chats of BEAM (*_chat.json or */chat.json).")
    read = [_read_chat(chat) for chat in chats]
    return Dataset(
        name="beam",
        corpora=tuple(corpus for corpus, _ in read),
        skipped=sum(skipped for _, skipped in read),
    )


def numbers_in(evidence: Any) -> Iterator[int]:
    """All whole numbers anywhere inside lists and dicts."""
    if isinstance(evidence, int):
        yield evidence
    elif isinstance(evidence, list | dict):
        for each in evidence.values() if isinstance(evidence, dict) else evidence:
            yield from numbers_in(each)


def _read_chat(chat: Path) -> tuple[Corpus, int]:
    name, questions = _name_and_questions(chat)
    batches = read_json(chat, list[_Batch], "BEAM")
    asked = read_json(questions, dict[str, list[_Asked]], "BEAM's questions")
    try:
        messages = tuple(_messages(batches))
    except ValueError as error:
        raise UnknownFormat(f"{str(chat)!r} is not in the format of BEAM: {error}.") from None
    known = {message.id for message in messages}
    found = tuple(_questions(name, asked, known))
    corpus = Corpus(name=name, messages=messages, questions=found)
    return corpus, sum(map(len, asked.values())) - len(found)


def _name_and_questions(chat: Path) -> tuple[str, Path]:
    stem = chat.name.split(".")[0]
    if stem == "chat":
        name, folder, pattern = chat.parent.name, chat.parent / "probing_questions", "probing_*"
    else:
        name = stem.removesuffix("_chat")
        folder, pattern = chat.parent, f"{name}_probing_questions"
    found = files(folder, pattern) if folder.is_dir() else []
    if len(found) != 1:
        raise DataNotFound(f"There are no probing questions beside {str(chat)!r}.")
    return name, found[0]


def _messages(batches: list[_Batch]) -> Iterator[Message]:
    turns = [(batch, turn) for batch in batches for group in batch.turns for turn in group]
    anchors = (anchor for batch, turn in turns if (anchor := turn.time_anchor or batch.time_anchor))
    anchor = next(anchors, None)
    if anchor is None:
        raise ValueError("no turn has a time_anchor")
    for batch, turn in turns:
        anchor = turn.time_anchor or anchor
        yield Message(
            id=str(turn.id),
            conversation_id=f"batch {batch.batch_number}",
            role=turn.role,
            content=_MARKER.sub("", turn.content),
            time=datetime.strptime(anchor, _DATE).replace(tzinfo=UTC),
        )


def _questions(name: str, asked: dict[str, list[_Asked]], known: set[str]) -> Iterator[Question]:
    for kind, group in asked.items():
        for number, each in enumerate(group):
            ids = dict.fromkeys(map(str, numbers_in(each.source_chat_ids)))
            if evidence := tuple(each for each in ids if each in known):
                yield Question(
                    id=f"{name}/{kind}/{number}",
                    text=each.question,
                    kind=kind.replace("_", " "),
                    cluster=name,
                    evidence=evidence,
                    expected=tuple(_RUBRIC.sub("", point) for point in each.rubric),
                )
