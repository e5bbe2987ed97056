from collections.abc import Callable
from functools import partial

import pytest
from click.testing import CliRunner

import assistant
from assistant import Assistant
from assistant.commands.profile import profile
from memory.types import MemoryKind
from tests.doubles import TopicEmbeddings

Show = Callable[[], str]


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Show:
    """Runs `bespoke profile` in this process, with an embedder of doubles."""
    doubles = partial(Assistant, embeddings=TopicEmbeddings({"mushrooms": "food"}))
    monkeypatch.setattr(assistant, "Assistant", doubles)

    def run() -> str:
        return CliRunner().invoke(profile, [], catch_exceptions=False).output

    return run


def add(*memories: tuple[MemoryKind, str]) -> None:
    with assistant.Assistant() as bespoke:
        for kind, text in memories:
            bespoke.user("me").memories.add(text, kind=kind)


def test_an_empty_profile_says_how_to_begin(show: Show) -> None:
    assert show().startswith("Nothing is known yet. Tell something: bespoke memory add")


def test_a_profile_is_shown_by_sections(show: Show) -> None:
    add(
        ("constraint", "I'm allergic to peanuts"),
        ("fact", "I wear glasses"),
        ("fact", "My daughter Mia is six"),
        ("preference", "I love mushrooms"),
        ("style", "No emojis please"),
    )
    assert (
        show()
        == """\
What always holds
  I'm allergic to peanuts

About you
  I wear glasses

People
  Mia, your daughter
    My daughter Mia is six

Likes (+) and dislikes (-): food
  · I love mushrooms  (mentioned)

Wishes about replies
  No emojis please

How replies are fitted to you
  length: as it comes (nothing speaks for something else)
  formality: as it comes (nothing speaks for something else)
  language: as it comes (nothing speaks for something else)
  format: as it comes (nothing speaks for something else)
  emoji: none (you wished for it)
  name: as it comes (nothing speaks for something else)
"""
    )
