"""PrefEval: preferences, each with a question that is answered well only by who knows of it.

Zhao et al. 2025, https://github.com/amazon-science/PrefEval: the folder
`benchmark_dataset/explicit_preference` with one `<topic>.json` each, or one file
`{topic: {"explicit": [...]}}`. `filtered_inter_turns.json` holds dialogues about other things.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.benchmarks.datasets.files import files, one_file, read_json
from evals.errors import DataNotFound
from memory.types import Record, Role

FILLER = "filtered_inter_turns"
_TOPICS = "explicit_preference"


class Preference(Record):
    """What a user prefers, and a question to which it matters."""

    id: str
    topic: str
    text: str
    question: str


class Choice(Record):
    """A question with four answers, of which only `options[0]` follows the preference."""

    id: str
    preference: str
    question: str
    options: tuple[str, ...]


class Turn(BaseModel):
    """One message of a dialogue about something else."""

    model_config = ConfigDict(frozen=True)

    role: Role
    content: str


class _Explicit(BaseModel):
    preference: str
    question: str


class _Choice(_Explicit):
    classification_task_options: tuple[str, ...]


class _Topic(BaseModel):
    explicit: list[_Explicit]
    mcq: list[_Choice] = []


class _Dialogue(BaseModel):
    conversation: list[Turn]


def read_preferences(path: Path) -> list[Preference]:
    """Read the preferences of all topics in a file or folder.

    Raises:
        DataNotFound: there are none.
        UnknownFormat: a file is not PrefEval's.
    """
    topics = _of_folder(path) or _of_file(path)
    return [
        Preference(
            id=f"{topic}/{number}", topic=topic, text=each.preference, question=each.question
        )
        for topic, group in topics.items()
        for number, each in enumerate(group)
    ]


def read_choices(file: Path) -> list[Choice]:
    """Read the multiple-choice questions of all topics in a file.

    Raises:
        DataNotFound: there is no such file.
        UnknownFormat: it is not PrefEval's.
    """
    topics = read_json(one_file(file, "prefeval*"), dict[str, _Topic], "PrefEval")
    return [
        Choice(
            id=f"{topic}/{number}",
            preference=each.preference,
            question=each.question,
            options=each.classification_task_options,
        )
        for topic, group in topics.items()
        for number, each in enumerate(group.mcq)
    ]


def find_filler(data: Path) -> Path:
    """The file of dialogues about other things beside the preferences.

    Raises:
        DataNotFound: there is none.
    """
    folder = data if data.is_dir() else data.parent
    found = [*files(folder, FILLER), *files(folder.parent, FILLER)]
    if not found:
        raise DataNotFound(f"There is no {FILLER}.json beside {str(data)!r}; name it: --filler.")
    return found[0]


def read_filler(file: Path) -> list[Turn]:
    """Read the dialogues about other things, one after the other.

    Raises:
        UnknownFormat: it is not PrefEval's.
    """
    dialogues = read_json(file, list[_Dialogue], "PrefEval's dialogues")
    return [turn for dialogue in dialogues for turn in dialogue.conversation]


def _of_folder(path: Path) -> dict[str, list[_Explicit]]:
    folder = path / _TOPICS if (path / _TOPICS).is_dir() else path
    if folder.name != _TOPICS or not folder.is_dir():
        return {}
    return {
        file.name.split(".")[0]: read_json(file, list[_Explicit], "PrefEval")
        for file in files(folder, "*")
    }


def _of_file(path: Path) -> dict[str, list[_Explicit]]:
    topics = read_json(one_file(path, "prefeval*"), dict[str, _Topic], "PrefEval")
    return {name: topic.explicit for name, topic in topics.items()}
