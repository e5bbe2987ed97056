"""Instructions that somebody hides in a text, and harmless prompts that look like such.

BIPIA (Yi et al. 2025, https://github.com/microsoft/BIPIA): `text_attack_train.json` and
`code_attack_train.json`, `{category: [instruction]}`. NotInject (Li and Liu 2024,
https://github.com/leolee99/InjecGuard): `NotInject_one.json`, `[{"prompt": ...}]`.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.benchmarks.datasets.files import files, one_file, read_json
from evals.errors import DataNotFound


class _Prompt(BaseModel):
    model_config = ConfigDict(frozen=True)

    prompt: str


def read_attacks(folder: Path) -> list[str]:
    """The instructions of all categories.

    Raises:
        DataNotFound: there are none.
        UnknownFormat: a file is not BIPIA's.
    """
    found = files(folder, "*_attack_train")
    if not found:
        raise DataNotFound(f"There is no file *_attack_train.json in {str(folder)!r}.")
    groups = [read_json(file, dict[str, list[str]], "BIPIA") for file in found]
    return [text for group in groups for texts in group.values() for text in texts]


def read_harmless(folder: Path) -> list[str]:
    """The prompts that only look like attacks.

    Raises:
        DataNotFound: there are none.
        UnknownFormat: the file is not NotInject's.
    """
    file = one_file(folder, "NotInject_one")
    return [each.prompt for each in read_json(file, list[_Prompt], "NotInject")]
