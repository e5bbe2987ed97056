import pytest
from click.testing import CliRunner

import assistant
from assistant import Assistant, Companion
from assistant.commands.create import create
from prompts.errors import UnknownKind
from tests.doubles import RecordingChatModel


@pytest.fixture
def run(bespoke: Assistant, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr(assistant, "Assistant", lambda **_: bespoke, raising=False)
    return CliRunner()


@pytest.fixture
def me(bespoke: Assistant) -> Companion:
    return bespoke.user(bespoke.settings.user)


def test_a_text_is_printed_and_what_it_used_beside_it(run: CliRunner, me: Companion) -> None:
    me.memories.add("I cook vegetarian food")
    done = run.invoke(create, ["recommendations", "What vegetarian food could I cook?"])
    assert done.stdout == "That sounds good.\n"
    assert "(used: “I cook vegetarian food”)" in done.stderr


def test_without_a_kind_the_kinds_are_listed(run: CliRunner, model: RecordingChatModel) -> None:
    done = run.invoke(create, [])
    assert "day_plan             Plan for a day, as in: A free Saturday" in done.stdout
    assert model.asked == []


def test_an_unknown_kind_is_told_with_those_that_there_are(run: CliRunner) -> None:
    done = run.invoke(create, ["sonnet", "The sea"])
    assert isinstance(done.exception, UnknownKind)


def test_without_a_brief_it_says_what_is_missing(run: CliRunner) -> None:
    done = run.invoke(create, ["email"])
    assert done.exit_code == 2
    assert "Say what it is to be about" in done.stderr


def test_options_reach_the_prompt(run: CliRunner, model: RecordingChatModel) -> None:
    given = ["--tone", "formal", "--language", "es", "--audience", "my boss", "--length", "long"]
    run.invoke(create, ["email", "I'll be late", *given])
    for words in ("Tone: formal", "in Spanish", "Reader: my boss", "about 220 words"):
        assert words in model.prompt()


def test_neutral_says_that_nothing_personal_was_used(run: CliRunner, me: Companion) -> None:
    me.memories.add("I cook vegetarian food")
    done = run.invoke(create, ["recommendations", "What vegetarian food?", "--neutral"])
    assert "(nothing personal was used)" in done.stderr


def test_a_text_is_revised_by_its_id(
    run: CliRunner, me: Companion, model: RecordingChatModel
) -> None:
    run.invoke(create, ["email", "Lunch on Friday"])
    [first] = me.creations.list()
    done = run.invoke(create, ["--revise", first.id, "Make it shorter"])
    assert done.exit_code == 0
    assert "Make it shorter" in model.prompt()
    assert len(me.creations.versions(first.id)) == 2
