import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import ValidationError

from assistant import Assistant, Companion
from assistant.errors import InvalidBrief, ModelFailed
from memory.errors import NotFound
from memory.spans import MARK
from memory.types import Purpose
from prompts.errors import UnknownKind
from tests.conftest import MakeAssistant
from tests.disk import files_holding
from tests.doubles import RecordingChatModel, RemoteChatModel

BRIEF = "What vegetarian food could I cook?"


@pytest.fixture
def ana(bespoke: Assistant) -> Companion:
    companion = bespoke.user("ana")
    companion.memories.add("I cook vegetarian food", kind="preference")
    return companion


def test_a_text_is_written_with_what_is_known(ana: Companion, model: RecordingChatModel) -> None:
    made = ana.create("recommendations", BRIEF)
    assert made.text == model.reply
    assert [item.text for item in made.used] == ["I cook vegetarian food"]
    assert (made.kind, made.brief, made.is_complete) == ("recommendations", BRIEF, True)
    assert made.usage.completion_tokens == 3
    assert "I cook vegetarian food" in model.prompt()
    assert BRIEF in model.prompt()
    with pytest.raises(ValidationError):
        made.text = "else"  # type: ignore[misc]


def test_what_is_asked_for_stands_in_the_prompt(ana: Companion, model: RecordingChatModel) -> None:
    ana.create("email", BRIEF, length="short", tone="formal", language="es", audience="my boss")
    for words in ("at most 60 words", "Tone: formal", "all of it in Spanish", "Reader: my boss"):
        assert words in model.prompt()


def test_a_text_for_others_is_not_told_what_does_not_matter(
    ana: Companion, model: RecordingChatModel
) -> None:
    ana.memories.add("I'm severely allergic to peanuts", kind="constraint")
    ana.memories.add("I live on a houseboat")
    for kind in ("email", "social_post"):
        assert ana.create(kind, "The kitchen tap leaks. No peanuts there!").offered == ()
        assert "houseboat" not in model.prompt()
    for_me = ana.create("recommendations", "What goes well with peanuts?")
    assert "I'm severely allergic to peanuts" in [item.text for item in for_me.offered]
    for_others = ana.create("recommendations", "What goes well with pens?", audience="pupils")
    assert for_others.offered == ()


def test_what_a_memory_was_learned_from_is_not_told_a_second_time(ana: Companion) -> None:
    message = {"id": "said", "role": "user", "content": "I cook vegan food"}
    ana.import_messages([message])
    made = ana.create("recommendations", "I cook vegan food")
    assert len({item.source_id for item in made.used}) == len(made.used)


def test_what_is_left_open_starts_from_the_profile(
    ana: Companion, model: RecordingChatModel
) -> None:
    ana.memories.add("Answer in Portuguese, please", kind="style")
    ana.memories.add("Keep your answers short", kind="style")
    assert {name: trait.value for name, trait in ana.creations.defaults().items()} == {
        "length": "short",
        "tone": None,
        "language": "Portuguese",
    }
    ana.create("story", BRIEF)
    assert "all of it in Portuguese" in model.prompt()
    assert "at most 80 words" in model.prompt()
    ana.create("story", BRIEF, language="French")
    assert "all of it in French" in model.prompt()


def test_a_neutral_text_is_told_nothing_personal(ana: Companion, model: RecordingChatModel) -> None:
    ana.memories.add("Answer in Portuguese, please", kind="style")
    made = ana.create("recommendations", "What should I cook?", neutral=True)
    assert made.is_neutral
    assert (made.used, made.offered) == ((), ())
    for words in ("vegetarian", "Portuguese", "the user said:"):
        assert words not in model.prompt()


def test_a_neutral_text_is_still_checked_for_hard_constraints(
    ana: Companion, model: RecordingChatModel
) -> None:
    ana.memories.add("I'm allergic to peanuts", kind="constraint")
    model.reply = "Try peanut soup. It is good."
    made = ana.create("recommendations", BRIEF, neutral=True)
    assert "⚠ Careful" in made.text
    assert [mind.text for mind in made.minded] == ["I'm allergic to peanuts"]
    assert len(model.asked) == 1
    assert "allergic" not in model.prompt()


def test_a_conflict_is_written_anew_and_else_goes_out_with_a_caution(
    ana: Companion, model: RecordingChatModel
) -> None:
    ana.memories.add("I'm allergic to peanuts", kind="constraint")
    model.reply = "Try peanut soup."
    pieces = list(ana.creations.stream("recommendations", "Soups without peanuts, please"))
    assert len(model.asked) == 2
    assert "leave out" in model.prompt()
    assert "caution" in [piece.kind for piece in pieces]


def test_pieces_come_one_by_one_and_the_last_has_all(
    ana: Companion, model: RecordingChatModel
) -> None:
    *pieces, last = ana.creations.stream("story", BRIEF)
    assert len(pieces) == 3
    assert last.created is not None
    assert "".join(piece.text for piece in pieces) == last.created.text == model.reply


def test_pieces_come_in_async_code_too(ana: Companion, model: RecordingChatModel) -> None:
    async def read() -> str:
        return "".join([piece.text async for piece in ana.creations.astream("story", BRIEF)])

    assert asyncio.run(read()) == model.reply


def test_an_unknown_kind_lists_the_kinds(ana: Companion, model: RecordingChatModel) -> None:
    with pytest.raises(UnknownKind, match=r"day_plan, email, .*study_plan"):
        ana.create("sonnet", BRIEF)
    assert model.asked == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"brief": " "}, "brief is empty"),
        ({"brief": "x" * 10_001}, "10001 characters"),
        ({"brief": "a\ud800"}, "lone surrogate"),
        ({"brief": BRIEF, "tone": "x" * 201}, "tone has 201 characters"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    ana: Companion, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidBrief, match=message):
        ana.create("email", **given)
    assert ana.creations.list() == []


def test_a_revision_sees_the_text_before_and_keeps_it(
    ana: Companion, model: RecordingChatModel
) -> None:
    model.reply = "A long first text."
    first = ana.create("email", BRIEF, tone="formal")
    model.reply = "Short."
    second = ana.revise(first.id, "Make it shorter")
    assert "ai: A long first text." in model.prompt()
    assert "Make it shorter" in model.prompt()
    assert (second.revises, second.instruction, second.tone) == (
        first.id,
        "Make it shorter",
        "formal",
    )
    assert [each.text for each in ana.creations.versions(second.id)] == [
        "A long first text.",
        "Short.",
    ]
    assert [each.text for each in ana.creations.list()] == ["Short."]


def test_a_variant_is_another_text_to_the_same_brief(
    ana: Companion, model: RecordingChatModel
) -> None:
    first = ana.create("email", BRIEF)
    second = ana.vary(first.id)
    assert (second.work_id, second.revises) == (first.id, None)
    assert "Write another one" in model.prompt()


def test_the_neutral_twin_of_a_text_knows_nothing_of_it(
    ana: Companion, model: RecordingChatModel
) -> None:
    model.reply = "Made for Ana."
    first = ana.create("email", BRIEF)
    twin = ana.vary(first.id, neutral=True)
    assert twin.is_neutral
    assert twin.work_id == first.work_id
    assert "Made for Ana" not in model.prompt()


def test_nothing_is_learned_from_a_brief(ana: Companion) -> None:
    before = ana.memories.list()
    ana.create("email", "I'm vegetarian and I live in Porto. Tell my aunt.")
    assert ana.memories.list() == before
    assert ana.conversations() == []


def test_how_a_text_came_about_is_kept(ana: Companion) -> None:
    made = ana.create("email", BRIEF)
    trace = ana.creations.trace(made.id)
    assert (trace.prompt, trace.version) == ("create/email", 2)
    assert [offer.id for offer in trace.offers if offer.is_used] == [made.used[0].id]


def test_a_text_that_was_stopped_is_kept_as_far_as_it_came(ana: Companion) -> None:
    pieces = ana.creations.stream("email", BRIEF)
    first = next(pieces).text
    pieces.close()
    [kept] = ana.creations.list()
    assert (kept.text, kept.is_complete) == (first, False)


def test_a_model_that_fails_half_way_leaves_what_it_wrote(
    ana: Companion, model: RecordingChatModel
) -> None:
    def fail(position: int) -> None:
        if position == 2:
            raise RuntimeError("gone")

    model.on_word = fail
    with pytest.raises(ModelFailed):
        ana.create("email", BRIEF)
    assert [each.text for each in ana.creations.list()] == ["That sounds"]


def test_a_temporary_text_can_be_revised_and_leaves_nothing_behind(
    bespoke: Assistant, ana: Companion, model: RecordingChatModel, home: Path
) -> None:
    model.reply = "Zanzibar"
    made = ana.create("email", BRIEF, remember=False)
    again = ana.revise(made.id, "Kilimanjaro")
    assert len(ana.creations.versions(again.id)) == 2
    assert ana.creations.list() == []
    assert files_holding(home, "Zanzibar") == files_holding(home, "Kilimanjaro") == []
    with pytest.raises(NotFound):
        bespoke.user("ana").creations.get(made.id)


def test_without_leave_to_keep_conversations_texts_are_temporary(ana: Companion) -> None:
    ana.consent.revoke(Purpose.KEEP_CONVERSATIONS)
    ana.create("email", BRIEF)
    assert ana.creations.list() == []


def test_without_leave_to_use_memories_none_is_used(
    ana: Companion, model: RecordingChatModel
) -> None:
    ana.consent.revoke(Purpose.USE_IN_REPLIES)
    assert ana.create("email", "A dinner").offered == ()
    assert "I cook vegetarian food" not in model.prompt()
    assert ana.creations.defaults() == {}


def test_a_remote_model_gets_memories_only_with_leave(make_assistant: MakeAssistant) -> None:
    model = RemoteChatModel(reply="Try peanut soup.")
    ana = make_assistant(model=model).user("ana")
    ana.memories.add("I'm allergic to peanuts", kind="constraint")
    made = ana.create("recommendations", "A soup without peanuts?")
    assert all("allergic" not in model.prompt(number) for number in range(len(model.asked)))
    assert "⚠ Careful" in made.text
    ana.consent.grant(Purpose.SHARE_WITH_REMOTE)
    ana.create("recommendations", "A soup without peanuts?")
    assert "allergic" in model.prompt()


def test_texts_of_another_user_are_not_found(bespoke: Assistant, ana: Companion) -> None:
    made = ana.create("email", BRIEF)
    ben = bespoke.user("ben")
    reads: list[Callable[[str], object]] = [
        ben.creations.get,
        ben.creations.versions,
        ben.creations.trace,
        ben.creations.delete,
        ben.vary,
    ]
    for read in reads:
        with pytest.raises(NotFound):
            read(made.id)
    assert ben.creations.list() == []


def test_a_deleted_text_leaves_no_bytes_behind(
    ana: Companion, model: RecordingChatModel, home: Path
) -> None:
    model.reply = "Zanzibar"
    made = ana.create("email", BRIEF)
    ana.vary(made.id)
    assert files_holding(home, "Zanzibar") != []
    ana.creations.delete(made.id)
    assert ana.creations.list() == []
    assert files_holding(home, "Zanzibar") == []


def test_forgetting_reaches_what_was_written_knowing_it(
    bespoke: Assistant, model: RecordingChatModel, home: Path
) -> None:
    ana = bespoke.user("ana")
    memory = ana.memories.add("I am fond of kohlrabi soup")
    model.reply = "Dear all, there will be kohlrabi tonight."
    made = ana.create("email", "Invite all. I am fond of kohlrabi soup")
    model.reply = "Kohlrabi at eight."
    ana.revise(made.id, "shorter")
    preview = ana.memories.preview_forget(memory.id)
    assert {mention.place for mention in preview.mentions} == {"creation"}
    receipt = ana.memories.forget(memory.id)
    assert receipt.removed["creations"] == 4  # two briefs, two texts
    first, second = ana.creations.versions(made.id)
    assert MARK in first.brief
    assert MARK in first.text
    assert MARK in second.text
    assert files_holding(home, "kohlrabi") == []


def test_a_revision_of_what_is_being_forgotten_sees_it_no_more(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    memory = ana.memories.add("I am fond of kohlrabi soup")
    model.reply = "There will be kohlrabi."
    made = ana.create("email", "Invite all to a soup that I am fond of")
    pieces = ana.creations.stream_revision(made.id, "shorter")
    forgetting = Thread(target=ana.memories.forget, args=[memory.id])
    forgetting.start()
    forgetting.join()
    model.reply = "Soup at eight."
    list(pieces)
    assert "kohlrabi" not in model.prompt()


def test_erasing_a_user_takes_their_texts(
    ana: Companion, model: RecordingChatModel, home: Path
) -> None:
    model.reply = "Zanzibar"
    ana.create("email", BRIEF)
    assert ana.erase().removed["creations"] == 1
    assert files_holding(home, "Zanzibar") == []


def test_an_export_holds_texts_and_brings_them_back(
    bespoke: Assistant, ana: Companion, tmp_path: Path
) -> None:
    made = ana.create("email", BRIEF, tone="formal")
    ana.revise(made.id, "shorter")
    path = tmp_path / "all.jsonl"
    assert ana.export(path).counts["creation"] == 2
    ben = bespoke.user("ben")
    assert ben.restore(path).restored["creation"] == 2
    assert ben.creations.versions(made.id) == ana.creations.versions(made.id)
    assert ben.restore(path).restored.get("creation", 0) == 0
    with pytest.raises(NotFound, match="Nothing is kept of how"):
        ben.creations.trace(made.id)


def test_what_was_forgotten_does_not_come_back_with_a_text(
    ana: Companion, model: RecordingChatModel, tmp_path: Path, home: Path
) -> None:
    memory = ana.memories.add("I am fond of kohlrabi soup")
    model.reply = "As you say, I am fond of kohlrabi soup."
    made = ana.create("email", "Soup")
    path = tmp_path / "all.jsonl"
    ana.export(path)
    ana.creations.delete(made.id)
    ana.memories.forget(memory.id)
    ana.restore(path)
    assert MARK in ana.creations.get(made.id).text
    assert files_holding(home, "kohlrabi") == []


def test_the_kinds_are_told_with_an_example(ana: Companion) -> None:
    kinds = {kind.name: kind for kind in ana.creations.kinds()}
    assert kinds["email"].title == "E-mail"
    assert all(kind.example for kind in kinds.values())
