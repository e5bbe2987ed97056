"""Statements and lessons for tests, with what matters for a test named and the rest filled in."""

from typing import Any

from memory.embeddings import Embedder
from memory.learn.firewall import Span
from memory.learn.learner import Lesson, Lessons
from memory.learn.statements import Statement


def a_statement(text: str, **given: Any) -> Statement:
    """By default a soft fact that is all of its message."""
    defaults: dict[str, Any] = {
        "text": text,
        "start": 0,
        "end": len(text),
        "kind": "fact",
        "polarity": "neutral",
        "strength": "soft",
    }
    return Statement(**defaults | given)


def a_lesson(
    embedder: Embedder, said: Statement, *, worth: float = 0.75, is_suspicious: bool = False
) -> Lessons:
    """What a message teaches that is one statement; the firewall marks all of it or nothing."""
    lesson = Lesson(said, embedder.vector(said.text), worth=worth, is_suspicious=is_suspicious)
    return Lessons([lesson], [Span(said.start, said.end)] if is_suspicious else [])
