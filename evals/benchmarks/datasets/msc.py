"""The personas of Multi-Session Chat: pairs of speakers, sentences about each in the first person.

Xu et al. 2022, https://parl.ai/projects/msc. Read is `{"valid": [{"Speaker 1": [...], ...}]}`.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from evals.benchmarks.datasets.files import one_file, read_json


class _Pair(BaseModel):
    model_config = ConfigDict(frozen=True)

    one: list[str] = Field(alias="Speaker 1")
    other: list[str] = Field(alias="Speaker 2")


def read_personas(path: Path) -> list[str]:
    """Every sentence once, sorted.

    Raises:
        DataNotFound: there is no such file.
        UnknownFormat: it is not of Multi-Session Chat.
    """
    splits = read_json(one_file(path, "msc*"), dict[str, list[_Pair]], "Multi-Session Chat")
    pairs = [pair for split in splits.values() for pair in split]
    return sorted({sentence for pair in pairs for sentence in (*pair.one, *pair.other)})
