from pathlib import Path

import pytest

from assistant import Assistant, Companion
from memory.errors import NotFound
from memory.types import Evidence, Status
from tests.conftest import MakeAssistant
from tests.doubles import Clock, RecordingChatModel, ScoringChatModel

REPLY = "Penguins penguins penguins."
LIKES, LIVES = "I like penguins", "I live in Porto"


@pytest.fixture
def model() -> RecordingChatModel:
    return ScoringChatModel(reply=REPLY)


@pytest.fixture
def ana(bespoke: Assistant) -> Companion:
    companion = bespoke.user("ana")
    for text in (LIKES, LIVES):
        companion.memories.add(text)
    return companion


def test_what_a_reply_leans_on_comes_first_with_its_amount(ana: Companion) -> None:
    told: list[tuple[int, int]] = []
    reply = ana.chat("Which penguins do I like?")
    explanation = ana.explain(reply.id, lambda done, of: told.append((done, of)))
    assert explanation.method == "scored again"
    assert explanation.note == ""
    first, second = explanation.offered
    assert (first.text, second.text) == (LIKES, LIVES)
    assert first.leaning is not None
    assert second.leaning is not None
    assert first.leaning > 0.2 > abs(second.leaning)
    assert explanation.leans_on == (first,)
    assert explanation.used == (first,)
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_without_measuring_it_is_there_at_once(ana: Companion, model: RecordingChatModel) -> None:
    reply = ana.chat("Which penguins do I like?")
    explanation = ana.explain(reply.id, measure=False)
    assert (explanation.method, explanation.leans_on) == (None, ())
    assert [item.text for item in explanation.used] == [LIKES]
    assert "was not measured" in str(explanation)


def test_it_holds_the_prompt_as_it_was_sent(ana: Companion, model: RecordingChatModel) -> None:
    ana.chat("Hello")
    reply = ana.chat("Which penguins do I like?")
    explanation = ana.explain(reply.id, measure=False)
    assert [(each.role, each.text) for each in explanation.prompt] == [
        (each.type, each.text) for each in model.asked[-1]
    ]
    assert explanation.prompt_note == ""


def test_a_prompt_that_cannot_be_put_together_again_says_why(ana: Companion) -> None:
    reply = ana.chat("Which penguins do I like?")
    ana.memories.forget(ana.memories.list()[0].id)
    explanation = ana.explain(reply.id, measure=False)
    assert explanation.prompt == ()
    assert "has changed since" in explanation.prompt_note


def test_it_says_why_each_item_came_and_where_it_stands_now(ana: Companion) -> None:
    reply = ana.chat("Which penguins do I like?")
    hidden = next(each for each in ana.memories.list() if each.text == LIVES)
    ana.memories.hide(hidden.id)
    by_text = {item.text: item for item in ana.explain(reply.id).offered}
    assert "has words of yours: penguins" in by_text[LIKES].why
    assert by_text[LIKES].score == next(item.score for item in reply.used)
    assert by_text[LIKES].status is Status.ACTIVE
    assert by_text[LIVES].why == "was known when this conversation began"
    assert by_text[LIVES].status is Status.HIDDEN


def test_a_trace_holds_no_words_of_the_user(ana: Companion) -> None:
    trace = ana.trace(ana.chat("Which penguins do I like?").id).model_dump_json()
    assert not any(word in trace.lower() for word in ("penguin", "porto"))


def test_at_most_six_items_are_scored_again_what_was_used_first(ana: Companion) -> None:
    for number in range(8):
        ana.memories.add(f"I own {number} boats")
    explanation = ana.explain(ana.chat("Which penguins do I like?").id)
    measured = [item for item in explanation.offered if item.leaning is not None]
    assert (len(measured), len(explanation.offered)) == (6, 10)
    assert measured[0].text == LIKES
    assert all(item.leaning is None for item in explanation.offered[6:])


def test_a_message_that_was_recalled_is_explained_too(ana: Companion) -> None:
    ana.chat("My penguins eat herring every morning")
    ana.start_conversation()
    reply = ana.chat("What do my penguins eat every morning?")
    by_text = {item.text: item for item in ana.explain(reply.id).offered}
    message = by_text["My penguins eat herring every morning"]
    assert (message.kind, message.status, message.is_used) == ("message", None, True)
    assert message.leaning is not None


def test_a_reply_that_had_nothing_from_memory_has_nothing_to_measure(bespoke: Assistant) -> None:
    bea = bespoke.user("bea")
    explanation = bea.explain(bea.chat("Hello there").id)
    assert (explanation.method, explanation.offered) == (None, ())
    assert "nothing from memory" in str(explanation)


def test_a_model_that_cannot_score_is_explained_by_overlap(
    make_assistant: MakeAssistant, ana: Companion
) -> None:
    mute = make_assistant(model=RecordingChatModel(reply="I like penguins, too.")).user("ana")
    explanation = mute.explain(mute.chat("Which penguins do I like?").id)
    assert explanation.method == "overlap"
    assert explanation.note.endswith("the chat model cannot tell how probable a reply is.")
    assert [item.text for item in explanation.leans_on] == [LIKES]


def test_what_was_edited_since_is_measured_by_overlap(ana: Companion) -> None:
    reply = ana.chat("Which penguins do I like?")
    ana.memories.edit(ana.memories.search(LIKES, limit=1)[0].id, "I like seals")
    explanation = ana.explain(reply.id)
    assert explanation.method == "overlap"
    assert "what is known about you in this conversation has changed since" in explanation.note
    assert "“I like penguins” (superseded now)" in str(explanation)


def test_scoring_gives_way_to_the_user(ana: Companion) -> None:
    reply = ana.chat("Which penguins do I like?")
    turns = []

    def write_something(done: int, of: int) -> None:
        if done == 1:
            turns.append(ana.stream("Something else"))
            next(turns[0])

    explanation = ana.explain(reply.id, write_something)
    turns[0].close()
    assert explanation.method == "overlap"
    assert explanation.note == "It was not scored again: the model had a reply to write."
    assert all(item.leaning is not None for item in explanation.offered)


def test_another_template_or_another_model_is_no_basis_for_scoring(
    make_assistant: MakeAssistant, ana: Companion, tmp_path: Path
) -> None:
    reply = ana.chat("Which penguins do I like?")
    folder = tmp_path / "prompts"
    folder.mkdir()
    shipped = Path(__file__).parents[2] / "prompts" / "templates" / "chat.yaml"
    (folder / "chat.yaml").write_text(shipped.read_text("utf-8").replace("warm", "cool"), "utf-8")
    other = make_assistant(prompts=folder, model=ScoringChatModel(reply=REPLY)).user("ana")
    assert "template has changed" in other.explain(reply.id).note

    class Renamed(ScoringChatModel):
        """A model by another name."""

    another = make_assistant(model=Renamed(reply=REPLY)).user("ana")
    assert "another chat model" in another.explain(reply.id).note


def test_a_prompt_of_another_length_was_another_prompt(ana: Companion, clock: Clock) -> None:
    ana.chat("Hello")
    clock.advance(minutes=1)
    ana.memories.add("I own a boat")
    ana.chat("Something about a boat")
    reply = ana.chat("Which penguins do I like?")
    with ana._access.writing() as vault, vault._database.write() as connection:
        changed = connection.execute("UPDATE messages SET sent = NULL WHERE sent LIKE '%own%'")
        assert changed.rowcount == 1
    assert "cannot be put together again" in ana.explain(reply.id).note


def test_what_is_gone_is_no_longer_kept(ana: Companion, bespoke: Assistant) -> None:
    ana.chat("My penguins eat herring every morning")
    old = ana.conversations()[0].id
    ana.start_conversation()
    reply = ana.chat("What do my penguins eat every morning?")
    ana.delete(old)
    explanation = ana.explain(reply.id)
    gone = [item for item in explanation.offered if item.text is None]
    assert {(item.kind, item.leaning, item.is_used) for item in gone} == {("message", None, True)}
    assert "a message that is no longer kept" in str(explanation)
    assert "herring" not in str(explanation)


def test_what_the_message_taught_is_told(ana: Companion) -> None:
    reply = ana.chat("I went climbing three times this week")
    with ana._access.writing() as vault:
        message = vault.messages.of(reply.conversation_id)[0]
        vault.memories.suggest(
            "I like climbing",
            quotes=Evidence(message_id=message.id, start=0, end=15),
            confidence=0.5,
            time=message.time,
        )
    explanation = ana.explain(reply.id)
    assert [each.text for each in explanation.learned] == ["I like climbing"]
    assert "learned  “I like climbing” (suggested)" in str(explanation)


def test_feedback_stands_in_the_explanation_and_the_last_one_counts(
    ana: Companion, clock: Clock
) -> None:
    reply = ana.chat("Which penguins do I like?")
    assert ana.explain(reply.id).feedback is None
    ana.feedback(reply.id, liked=True)
    given = ana.feedback(reply.id, liked=False, words="not relevant")
    explanation = ana.explain(reply.id)
    assert explanation.feedback == given
    assert "you said it was not good: “not relevant”" in str(explanation)


def test_the_text_tells_model_prompt_tokens_and_times(ana: Companion) -> None:
    reply = ana.chat("Which penguins do I like?")
    trace = ana.trace(reply.id)
    text = str(ana.explain(reply.id))
    sent = f"prompt {trace.prompt} {trace.version} {trace.digest}"
    assert f"model    ScoringChatModel, {sent}" in text
    assert f"tokens   {reply.usage.prompt_tokens} read (0 of them before), 3 written" in text
    assert "seconds  write" in text
    assert "leans on " in text


def test_there_must_be_such_a_reply(ana: Companion) -> None:
    with pytest.raises(NotFound):
        ana.explain("nothing")
    with pytest.raises(NotFound):
        ana.feedback("nothing", liked=True)


def test_what_was_said_of_a_reply_is_heeded_by_style(ana: Companion, clock: Clock) -> None:
    for _ in range(3):
        clock.advance(minutes=1)
        ana.feedback(ana.chat("Which penguins do I like?").id, liked=False, words="too long")
    assert ana.style().traits()["length"].value == "short"
