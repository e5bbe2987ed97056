"""The benchmarks themselves: what they fill a vault with, and that they run."""

from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from assistant import Assistant
from evals.benchmarks.changes import follow, report
from evals.benchmarks.doubles import AskedAt
from evals.benchmarks.filling import MEMORIES, fill, sentences
from evals.benchmarks.learning_sets import Change, read_sets
from evals.benchmarks.long_conversation import Repeater, Said, learned_from, script
from evals.benchmarks.turn_latency import measure


def test_sentences_are_the_same_in_every_run() -> None:
    assert list(sentences(3)) == list(sentences(3))
    assert all(8 <= len(sentence.split()) <= 20 for sentence in sentences(100))


def test_a_filled_vault_holds_what_was_asked_for(tmp_path: Path) -> None:
    embeddings = DeterministicFakeEmbedding(size=8)
    with Assistant(home=tmp_path, model=AskedAt(), embeddings=embeddings) as assistant:
        ana = assistant.user("ana")
        fill(ana, 120)
        assert sum(each.message_count for each in ana.conversations()) == 120
        assert len(ana.memories.list()) == MEMORIES


@pytest.mark.real_model
def test_the_latency_benchmark_reports_a_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    measure(messages=60, repeats=3)
    assert "60 messages" in capsys.readouterr().out


def test_half_of_a_long_conversation_are_statements_and_it_is_the_same_in_every_run() -> None:
    said = script(read_sets(), turns=100)
    assert said == script(read_sets(), turns=100)
    assert [each.sort for each in said].count("statement") == 50
    assert {each.sort for each in said} == {"statement", "chatter", "quoted", "question"}


@pytest.fixture
def learning(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the default parser, so that messages teach."""
    monkeypatch.delenv("BESPOKE_PARSER")


@pytest.mark.real_model
@pytest.mark.usefixtures("learning")
def test_what_a_repeating_model_says_of_itself_teaches_nothing(tmp_path: Path) -> None:
    said = [
        Said("statement", "I love rye bread."),
        Said("quoted", 'My colleague wrote: "I have three cats."'),
        Said("question", "What do you know about me?"),
    ]
    with Assistant(home=tmp_path, model=Repeater()) as assistant:
        ana = assistant.user("ana")
        assert learned_from(ana, said) == [1, 0, 0]
        assert [each.text for each in ana.memories.list()] == ["I love rye bread."]


@pytest.mark.real_model
@pytest.mark.usefixtures("learning")
def test_a_question_after_a_change_is_sent_with_the_new_value(
    capsys: pytest.CaptureFixture[str],
) -> None:
    change = Change(
        first="I live in Leeds.",
        then="I've moved to Porto.",
        ask="Which museums are near me?",
        current=("Porto",),
        old=("Leeds",),
    )
    asked = change.model_copy(update={"ask": "Which city do I live in?"})
    followed, answered = follow([change, asked], AskedAt(), replies=1)
    assert followed.prompt is not None
    assert "Porto" in followed.prompt
    assert followed.reply == "Yes."
    assert answered.prompt is None
    report([followed, answered])
    printed = capsys.readouterr().out
    assert "1 prompts: the new value is in 1" in printed
    assert "1 answers from the store: the new value is in 1, the old one in 0" in printed
