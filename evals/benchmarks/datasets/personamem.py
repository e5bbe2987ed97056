"""PersonaMem: long chats of a user with an assistant, and questions with options about them.

Jiang et al. 2025, https://github.com/bowen-upenn/PersonaMem: `questions_32k.csv` beside
`shared_contexts_32k.jsonl` (or 128k, 1M). A question is asked in the middle of a chat: what comes
behind `end_index_in_shared_context` was not said yet. The descriptions of the personas, which stand
in system messages, are left out: a user's assistant is not given any.
"""

import csv
import json
import re
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from evals.errors import DataNotFound, UnknownFormat
from memory.types import Record, Role

_QUESTIONS, _CHATS = "questions_", "shared_contexts_"
_LETTER = re.compile(r"\s*\(?([a-z])[).:]*\s*", re.IGNORECASE)


class Turn(Record):
    """One message of a chat."""

    role: Role
    content: str


class Choice(Record):
    """A question, the options to answer it, the right one among them, and what was said before."""

    id: str
    kind: str
    text: str
    options: tuple[str, ...] = Field(min_length=2)
    right: str
    said: tuple[Turn, ...]


class _Row(BaseModel):
    question_id: str
    question_type: str
    user_question_or_message: str
    correct_answer: str
    all_options: str
    shared_context_id: str
    end_index_in_shared_context: int


def read_personamem(path: Path) -> Iterator[Choice]:
    """Read the questions in the file at `path`, or in the only one in that folder.

    Raises:
        DataNotFound: there is none, or the chats are not beside it.
        UnknownFormat: a file is not PersonaMem's.
    """
    questions = _questions_file(path)
    chats_file = questions.with_name(_CHATS + questions.stem.removeprefix(_QUESTIONS) + ".jsonl")
    if not chats_file.is_file():
        raise DataNotFound(f"There is no {chats_file.name} beside {str(questions)!r}.")
    chats = dict(_chats(chats_file))
    with questions.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                yield _choice(_Row.model_validate(row), chats)
            except (ValueError, SyntaxError, KeyError) as error:
                raise _unknown(questions, number, error) from None


def _questions_file(path: Path) -> Path:
    if path.is_file():
        return path
    found = sorted(path.glob(f"{_QUESTIONS}*.csv"))
    if len(found) != 1:
        raise DataNotFound(
            f"{str(path)!r} holds {len(found) or 'no'} files {_QUESTIONS}*.csv of PersonaMem. "
            "Name the file itself."
        )
    return found[0]


def _chats(file: Path) -> Iterator[tuple[str, tuple[Turn, ...]]]:
    """The chats by name: each line of the file holds one or more."""
    expected = TypeAdapter(dict[str, tuple[Turn, ...]])
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield from expected.validate_json(line).items()
            except ValidationError as error:
                raise _unknown(file, number, error) from None


def _choice(row: _Row, chats: dict[str, tuple[Turn, ...]]) -> Choice:
    said = chats[row.shared_context_id][: row.end_index_in_shared_context]
    options = dict(map(_letter_and_text, _listed(row.all_options)))
    letter, _ = _letter_and_text(row.correct_answer)
    return Choice(
        id=row.question_id,
        kind=row.question_type,
        text=row.user_question_or_message,
        options=tuple(options.values()),
        right=options[letter],
        said=tuple(turn for turn in said if turn.role != "system" and turn.content.strip()),
    )


def _listed(options: str) -> list[str]:
    """A list, written as JSON or as Python has it: both are in use."""
    try:
        listed = json.loads(options)
    except ValueError:
        listed = literal_eval(options)
    return [str(each) for each in listed]


def _letter_and_text(option: str) -> tuple[str, str]:
    found = _LETTER.match(option)
    if found is None:
        raise ValueError("an option does not begin with its letter")
    return found[1].lower(), option[found.end() :]


def _unknown(file: Path, line: int, error: Exception) -> UnknownFormat:
    wrong = error
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False)[0]
        wrong = ValueError(f"{'.'.join(map(str, first['loc'])) or 'the line'}: {first['msg']}")
    told = f"there is no {error}" if isinstance(error, KeyError) else str(wrong)
    return UnknownFormat(f"{str(file)!r}, line {line}, is not in the format of PersonaMem: {told}.")
