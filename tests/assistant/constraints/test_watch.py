from datetime import UTC, datetime

import pytest

from assistant.constraints import Watch
from memory.embeddings import Embedder
from memory.types import Evidence, Memory, Status
from tests.doubles import TopicEmbeddings

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def hard(number: int, text: str) -> Memory:
    """A hard memory as it stands in a vault."""
    return Memory(
        id=str(number),
        kind="constraint",
        text=text,
        polarity="neutral",
        strength="hard",
        scope=None,
        valid_from=NOW,
        valid_to=None,
        status=Status.ACTIVE,
        origin="said",
        confidence=1.0,
        pinned=False,
        created=NOW,
        supersedes=None,
        evidence=(Evidence(message_id="m", start=0, end=len(text)),),
    )


def watch(request: str, *texts: str) -> Watch:
    topics = {"dinner": "food", "journey": "travel", "lychees": "food"}
    embedder = Embedder.of(TopicEmbeddings(topics))
    memories = [hard(number, text) for number, text in enumerate(texts)]
    return Watch(memories, request, vector=embedder.vector(request), embedder=embedder)


@pytest.mark.parametrize(
    ("request_text", "minded"),
    [
        ("What about dinner?", ["I'm vegetarian"]),
        ("Plan my journey", ["I never fly"]),
        ("Is salmon healthy?", ["I'm vegetarian"]),
        ("Sort a list in Python", []),
    ],
)
def test_a_request_touches_what_it_is_about_or_names(request_text: str, minded: list[str]) -> None:
    found = watch(request_text, "I'm vegetarian", "I never fly").minded()
    assert [mind.text for mind in found] == minded


def test_why_a_constraint_is_minded_is_told_in_words() -> None:
    (about,) = watch("What about dinner?", "I'm vegetarian").minded()
    (named,) = watch("Is salmon healthy?", "I'm vegetarian").minded()
    assert about.why == "your message is about food"
    assert named.why == "your message names it"


def test_a_reply_that_enters_a_part_of_life_touches_it() -> None:
    found = watch("Sort a list in Python", "I'm vegetarian")
    found.checker.conflicts("Like a menu without chicken. ")
    assert [mind.why for mind in found.minded()] == ["the answer names it"]


def test_a_constraint_that_the_rules_do_not_know_goes_by_its_own_domain() -> None:
    found = watch("What about dinner?", "I can't stand lychees")
    assert [mind.text for mind in found.minded()] == ["I can't stand lychees"]


def test_without_a_vector_everything_is_watched() -> None:
    embedder = Embedder.of(TopicEmbeddings({}))
    found = Watch([hard(1, "I'm vegetarian")], "Hello", vector=None, embedder=embedder)
    assert found.checker.touched == {"1"}


def test_what_rules_nothing_out_is_not_watched() -> None:
    assert watch("What about dinner?", "My name is Ana").minded() == ()
