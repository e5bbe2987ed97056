"""LoCoMo: long dialogues of two people, with questions that name the turns they are about.

Maharana et al. 2024, https://github.com/snap-research/locomo, `data/locomo10.json`. Questions of
the kind "adversarial" ask for what nobody said; they are reported apart.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from evals.benchmarks.datasets.base import Corpus, Dataset, Question
from evals.benchmarks.datasets.files import one_file, read_json
from evals.errors import UnknownFormat
from memory.types import Message

_KINDS = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}
# Nine of the published ids are not clean: "D8:6; D9:17", "D:11:26", "D30:05", "D".
_TURN = re.compile(r"D:?(\d+):(\d+)")
_DATE = "%I:%M %p on %d %B, %Y"


class _Turn(BaseModel):
    speaker: str
    dia_id: str
    text: str
    blip_caption: str | None = None

    @property
    def content(self) -> str:
        return self.text + (f" [shares {self.blip_caption}]" if self.blip_caption else "")


class _Asked(BaseModel):
    question: str
    category: int
    evidence: list[str] = []
    answer: str | int | float | None = None


class _Sample(BaseModel):
    sample_id: str
    conversation: dict[str, str | list[_Turn]]
    qa: list[_Asked]


def read_locomo(path: Path) -> Dataset:
    """Read the file at `path`, or the one `locomo*.json` in that folder.

    Raises:
        DataNotFound: there is none.
        UnknownFormat: it is not LoCoMo's.
    """
    file = one_file(path, "locomo*")
    samples = read_json(file, list[_Sample], "LoCoMo")
    try:
        corpora = tuple(_corpus(sample) for sample in samples)
    except (KeyError, ValueError) as error:
        raise UnknownFormat(f"{str(file)!r} is not in the format of LoCoMo: {error}.") from None
    return Dataset(
        name="locomo",
        corpora=corpora,
        skipped=sum(len(sample.qa) for sample in samples)
        - sum(len(corpus.questions) for corpus in corpora),
        apart=(_KINDS[5],),
    )


def turn_ids(evidence: list[str]) -> list[str]:
    """The ids of turns in a question's evidence, in one spelling and each once."""
    found = [match for each in evidence for match in _TURN.findall(each)]
    return list(dict.fromkeys(f"D{int(session)}:{int(turn)}" for session, turn in found))


def _corpus(sample: _Sample) -> Corpus:
    messages = tuple(_messages(sample))
    known = {message.id for message in messages}
    questions = []
    for number, asked in enumerate(sample.qa):
        evidence = tuple(each for each in turn_ids(asked.evidence) if each in known)
        if evidence:
            questions.append(
                Question(
                    id=f"{sample.sample_id}/{number}",
                    text=asked.question,
                    kind=_KINDS[asked.category],
                    cluster=sample.sample_id,
                    evidence=evidence,
                    expected=() if asked.answer is None else (str(asked.answer),),
                )
            )
    return Corpus(name=sample.sample_id, messages=messages, questions=tuple(questions))


def _messages(sample: _Sample) -> Iterator[Message]:
    for session, turns in sample.conversation.items():
        if not isinstance(turns, list):
            continue
        date = str(sample.conversation[f"{session}_date_time"])
        time = datetime.strptime(date, _DATE).replace(tzinfo=UTC)
        for turn in turns:
            yield Message(
                id=turn.dia_id,
                conversation_id=session,
                role="user",
                name=turn.speaker,
                content=turn.content,
                time=time,
            )
