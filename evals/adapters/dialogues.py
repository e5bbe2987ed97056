"""LoCoMo and BEAM: long dialogues, and questions that name the messages they are about.

The arm `oracle` is given these messages. In LoCoMo two people talk: the first of them is taken as
the user and the other as the assistant, and every message bears its speaker's name.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from evals.adapters.base import Made, Row, Wanted, literal, says_all
from evals.benchmarks.datasets.base import Corpus, Dataset, Question
from evals.benchmarks.datasets.beam import read_beam
from evals.benchmarks.datasets.locomo import read_locomo
from memory.types import Message

_CASE: Row = {
    "id": "{{ id }}",
    "persona": "{{ persona }}",
    "needs": "{{ needs }}",
    "tags": ["{{ kind }}"],
    "turns": [{"user": "{{ ask }}", "checks": "{{ checks }}"}],
}


def locomo(path: Path, wanted: Wanted) -> Made:
    """LoCoMo; a question about what nobody said is answered well by owning that."""
    return _made(read_locomo(path), wanted)


def beam(path: Path, wanted: Wanted) -> Made:
    """BEAM; a reply must say every point of the question's rubric."""
    return _made(read_beam(path), wanted)


def _made(dataset: Dataset, wanted: Wanted) -> Made:
    head: dict[str, Any] = {
        "name": dataset.name,
        "description": f"Made from a copy of the data set {dataset.name}.",
        "arms": ["off", "on", "oracle"],
        "settings": {"reply_tokens": 60},
        "now": max(corpus.asked_at for corpus in dataset.corpora).isoformat(),
        "personas": {corpus.name: {"said": list(_said(corpus))} for corpus in dataset.corpora},
    }
    if wanted.judge:
        head["judge"] = wanted.judge
    rows = (row for corpus in dataset.corpora for row in _rows(corpus, dataset.apart, wanted))
    return Made(head, _CASE, rows)


def _said(corpus: Corpus) -> Iterator[Row]:
    users = {message.name for message in corpus.messages[:1]}
    for message in corpus.messages:
        if message.content.strip():
            yield {
                "id": message.id,
                "at": message.time.isoformat(),
                "role": "user" if message.role == "user" and message.name in users else "assistant",
                "conversation": message.conversation_id,
                "text": literal(_spoken(message)),
            }


def _spoken(message: Message) -> str:
    return f"{message.name}: {message.content}" if message.name else message.content


def _rows(corpus: Corpus, unsaid: tuple[str, ...], wanted: Wanted) -> Iterator[Row]:
    said = {message.id for message in corpus.messages if message.content.strip()}
    asked = (each for each in corpus.questions if each.expected or each.kind in unsaid)
    for question in islice(asked, wanted.limit):
        yield {
            "id": question.id,
            "persona": corpus.name,
            "needs": [each for each in question.evidence if each in said],
            "kind": question.kind,
            "ask": question.text,
            "checks": _checks(question, unsaid, wanted),
        }


def _checks(question: Question, unsaid: tuple[str, ...], wanted: Wanted) -> list[Row]:
    if question.kind in unsaid:
        return [{"abstains": True}]
    return says_all(question.expected, wanted.judge)
