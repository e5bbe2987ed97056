"""PrefEval: preferences, each with a question that is answered well only by who knows of it.

Zhao et al. 2025, https://github.com/amazon-science/PrefEval: the folder
`benchmark_dataset/explicit_preference` with one `<topic>.json` each, or one file
`{topic: {"explicit": [...]}}`. `filtered_inter_turns.json` holds dialogues about other things, and
the folder `mcq_options` the questions with options, of which the first follows the preference.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from evals.benchmarks.datasets.files import files, one_file, read_json
from evals.errors import DataNotFound
from memory.types import Record, Role

FILLER = "filtered_inter_turns"
_TOPICS = "explicit_preference"
_CHOICES = "mcq_options"


class Preference(Record):
    """What a user prefers, and a question to which it matters."""

    id: str
    topic: str
    text: str
    question: str
    options: tuple[str, ...] = ()


class Turn(BaseModel):
    """One message of a dialogue about something else."""

    model_config = ConfigDict(frozen=True)

    role: Role
    content: str


class _Explicit(BaseModel):
    preference: str
    question: str


class _Choice(_Explicit):
    classification_task_options: list[str] = Field(min_length=2)


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


def read_choices(path: Path) -> list[Preference]:
    """Read the preferences with options, the right one first; none where the data has none.

    Raises:
        DataNotFound: a file is meant, and there is none.
        UnknownFormat: a file is not PrefEval's.
    """
    if path.is_file():
        topics = read_json(one_file(path, "prefeval*"), dict[str, _Topic], "PrefEval")
        groups = {topic: group.mcq for topic, group in topics.items()}
    else:
        folders = (each / _CHOICES for each in (path, path.parent))
        folder = path if path.name == _CHOICES else next(filter(Path.is_dir, folders), None)
        groups = {
            file.name.split(".")[0]: read_json(file, list[_Choice], "PrefEval's options")
            for file in (files(folder, "*") if folder else ())
        }
    return [
        Preference(
            id=f"{topic}/{number}",
            topic=topic,
            text=each.preference,
            question=each.question,
            options=tuple(each.classification_task_options),
        )
        for topic, group in groups.items()
        for number, each in enumerate(group)
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
