import logging
from itertools import pairwise
from pathlib import Path

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import BaseMessage

from assistant import Assistant, Context, Piece
from assistant.errors import InvalidMessage, ModelFailed
from memory.errors import EmbedderMismatch, NotFound, StorageFull
from memory.types import Purpose
from memory.vaults import Vaults
from tests.conftest import MakeAssistant, SmallDisk
from tests.disk import files_holding, open_to_others
from tests.doubles import (
    Clock,
    FailingEmbeddings,
    RecordingChatModel,
    RemoteChatModel,
    WordEmbeddings,
    as_text,
)


def test_a_reply_is_what_the_model_said_piece_by_piece(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    *pieces, last = ana.stream("Hello")
    assert [piece.text for piece in pieces] == ["That", " sounds", " good."]
    assert last.reply is not None
    assert last.text == ""
    assert last.reply.text == "That sounds good."
    assert last.reply.is_complete
    assert [message.content for message in ana.messages(last.reply.conversation_id)] == [
        "Hello",
        "That sounds good.",
    ]
    assert model.prompt().endswith("human: Hello")


def test_any_langchain_chat_model_will_do(make_assistant: MakeAssistant) -> None:
    chat = GenericFakeChatModel(messages=iter(["Hello there."]))
    assert make_assistant(model=chat).user("ana").chat("Hi").text == "Hello there."


def test_the_message_is_on_the_disk_before_the_model_is_asked(
    home: Path, make_assistant: MakeAssistant
) -> None:
    seen: list[str] = []

    def look(_: list[BaseMessage]) -> None:
        vaults = Vaults(home, bespoke._shared.embedder)
        with vaults.reading("ana") as vault:
            (conversation,) = vault.conversations.list()
            seen.extend(message.content for message in vault.messages.of(conversation.id))

    bespoke = make_assistant(model=RecordingChatModel(on_asked=look))
    bespoke.user("ana").chat("Is this kept?")
    assert seen == ["Is this kept?"]


def fail(_: object) -> None:
    raise RuntimeError("the model broke while it read: secret words")


def fail_at_the_third_word(position: int) -> None:
    if position == 2:
        raise RuntimeError("the model broke")


def test_a_model_that_fails_is_named_and_the_message_is_kept(make_assistant: MakeAssistant) -> None:
    model = RecordingChatModel(on_asked=fail)
    ana = make_assistant(model=model).user("ana")
    with pytest.raises(ModelFailed, match="'RecordingChatModel' gave no answer") as caught:
        ana.chat("secret words")
    assert "secret" not in str(caught.value)
    (conversation,) = ana.conversations()
    assert [message.content for message in ana.messages(conversation.id)] == ["secret words"]
    model.on_asked = None
    reply = ana.chat("And now?")
    assert reply.conversation_id == conversation.id
    assert [message.type for message in model.asked[-1]] == ["system", "human"]
    assert "secret words" in model.prompt()


def test_a_model_that_fails_half_way_keeps_what_it_said(make_assistant: MakeAssistant) -> None:
    model = RecordingChatModel(reply="one two three four", on_word=fail_at_the_third_word)
    ana = make_assistant(model=model).user("ana")
    with pytest.raises(ModelFailed):
        ana.chat("Count")
    (conversation,) = ana.conversations()
    said = ana.messages(conversation.id)[-1]
    assert (said.role, said.content, said.is_complete) == ("assistant", "one two", False)


def test_stopping_keeps_what_was_said_and_stops_the_model(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    pieces = ana.stream("Count")
    assert next(pieces).text == "That"
    assert next(pieces).text == " sounds"
    pieces.close()
    assert model.ended_early == 1
    (conversation,) = ana.conversations()
    said = ana.messages(conversation.id)[-1]
    assert (said.content, said.is_complete) == ("That sounds", False)
    ana.chat("Go on")
    assert "ai: That sounds\nhuman: Go on" in model.prompt()


def test_a_turn_that_was_never_begun_leaves_nothing(bespoke: Assistant, home: Path) -> None:
    bespoke.user("ana").stream("Hello").close()
    assert not home.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        (" \n ", "is empty"),
        ("secret" * 40_000, "has 240000 characters"),
        ("secret\ud800", "position 6"),
    ],
)
def test_a_message_that_cannot_be_kept_is_refused_and_never_repeated(
    bespoke: Assistant, home: Path, text: str, message: str
) -> None:
    with pytest.raises(InvalidMessage, match=message) as caught:
        bespoke.user("ana").chat(text)
    assert "secret" not in str(caught.value)
    assert not home.exists()


def test_an_unknown_conversation_is_not_found(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    with pytest.raises(NotFound, match="'nope'"):
        ana.chat("Hello", conversation="nope")
    with pytest.raises(NotFound):
        ana.chat("Hello", conversation="nope", remember=False)
    assert ana.conversations() == []


def test_recall_that_fails_costs_the_memories_not_the_reply(
    make_assistant: MakeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    bespoke = make_assistant(embeddings=FailingEmbeddings())
    ana = bespoke.user("ana")
    reply = ana.chat("Hello secretword")
    assert reply.text == "That sounds good."
    assert ana.trace(reply.id).failures == ("embed",)
    bespoke.settle()
    assert "'embed' failed" in caplog.text
    assert "secretword" not in caplog.text


def test_vectors_of_another_embedder_are_told_and_the_message_is_kept(
    make_assistant: MakeAssistant,
) -> None:
    first = make_assistant()
    first.user("ana").chat("Hello")
    first.close()
    ana = make_assistant(embeddings=WordEmbeddings(size=64)).user("ana")
    with pytest.raises(EmbedderMismatch, match="reindex"):
        ana.chat("Hello again")
    assert [each.title for each in ana.conversations()] == ["Hello again", "Hello"]
    ana.reindex()
    assert ana.chat("Once more").is_complete


def test_a_full_disk_is_told_before_the_model_is_asked(
    small_disk: SmallDisk, make_assistant: MakeAssistant
) -> None:
    model = RecordingChatModel()
    ana = make_assistant(home=small_disk.folder / "home", model=model).user("ana")
    ana.chat("Hello")
    small_disk.fill_up()
    with pytest.raises(StorageFull):
        ana.chat("words " * 20_000)
    assert len(model.asked) == 1
    small_disk.make_room()
    assert ana.chat("Is there room now?").is_complete


def test_a_trace_tells_how_a_reply_came_about_without_any_words(
    bespoke: Assistant, clock: Clock
) -> None:
    ana = bespoke.user("ana")
    memory_id = ana.memories.add("I like penguins").id
    reply = ana.chat("What about penguins?")
    trace = ana.trace(reply.id)
    assert (trace.prompt, trace.model, trace.host) == ("chat", "RecordingChatModel", None)
    assert len(trace.digest) == 12
    assert [offer.id for offer in trace.offers] == [memory_id]
    assert trace.failures == ()
    assert trace.usage.completion_tokens == 3
    assert trace.usage.prompt_tokens > 0
    assert "penguins" not in trace.model_dump_json()
    assert set(reply.usage.seconds) >= {"write", "recall", "compose", "first_token", "speak"}


def test_what_was_recalled_is_offered_and_used_with_its_reasons(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("I like penguins")
    ana.memories.add("I drive a lorry")
    reply = ana.chat("Penguins like penguins")
    assert [item.text for item in reply.used] == ["I like penguins"]
    assert {item.text for item in reply.offered} == {"I like penguins", "I drive a lorry"}
    assert reply.used[0].reasons[0].words == "is close in meaning to what you wrote"
    assert "I like penguins" in model.prompt()


def test_a_memory_of_one_conversation_is_told_in_another(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    ana.chat("My penguin is called Pingu, he is a penguin")
    ana.start_conversation()
    reply = ana.chat("How is my penguin called, the penguin Pingu?")
    assert any("Pingu, he is" in item.text for item in reply.used)
    assert len(ana.conversations()) == 2


def test_each_prompt_begins_with_the_one_before(
    bespoke: Assistant, model: RecordingChatModel, clock: Clock
) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("I like penguins")
    for number in range(10):
        ana.chat(f"Tell me about penguins, part {number}, and lorries")
        clock.advance(minutes=5)
        ana.memories.add(f"I like lorries of type {number}")
    texts = [as_text(asked) for asked in model.asked]
    assert len(texts) == 10
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))


def test_the_date_is_told_again_on_another_day(
    bespoke: Assistant, model: RecordingChatModel, clock: Clock
) -> None:
    ana = bespoke.user("ana")
    ana.chat("Hello")
    assert "Monday, 05 January 2026" in model.asked[0][0].text
    clock.advance(days=1)
    ana.chat("Hello again")
    assert model.asked[1][0] == model.asked[0][0]
    assert "Tuesday, 06 January 2026" in model.asked[1][-1].text


def test_budgets_hold_however_much_is_known(
    bespoke: Assistant, model: RecordingChatModel, clock: Clock
) -> None:
    ana = bespoke.user("ana")
    for number in range(100):
        ana.memories.add(f"I like penguins of the kind number {number}, very much indeed")
    count = bespoke._shared.model().count_tokens
    template = bespoke._shared.library.get("chat")
    attached: list[int] = []
    for number in range(5):
        text = f"I like penguins of the kind number {number}, and what else?"
        attached.append(ana.chat(text).usage.attached_tokens)
        assert count(model.asked[-1][-1].text) <= count(text) + 120
    assert attached[0] > 0
    assert max(attached) <= 120
    system = model.asked[0][0].text
    known = system.removeprefix(template.render("system")).strip()
    assert "penguins" in known
    assert count(known) <= 250


def test_a_long_history_is_folded_to_half_and_stays_within_its_budget(
    make_assistant: MakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BESPOKE_HISTORY_TOKENS", "400")
    model = RecordingChatModel()
    bespoke = make_assistant(model=model)
    ana = bespoke.user("ana")
    count = bespoke._shared.model().count_tokens
    for number in range(30):
        ana.chat(f"message {number} " + "blah " * 20)
        history = model.asked[-1][1:-1]
        assert sum(count(message.text) for message in history) <= 400 + len(history)
        assert [message.type for message in history[::2]] == ["human"] * (len(history) // 2)
    said = [message.text for message in model.asked[-1] if message.type == "human"]
    assert "message 28 " in said[-2]
    assert not any("\nmessage 3 " in f"\n{text}" for text in said)
    (conversation,) = ana.conversations()
    assert len(ana.messages(conversation.id)) == 60


@pytest.mark.parametrize("change", ["hide", "edit"])
def test_what_is_hidden_or_edited_vanishes_from_running_conversations(
    bespoke: Assistant, model: RecordingChatModel, clock: Clock, change: str
) -> None:
    ana = bespoke.user("ana")
    in_snapshot = ana.memories.add("I collect Quetzal feathers")
    ana.chat("Hello")
    clock.advance(minutes=1)
    attached = ana.memories.add("I collect Zanzibar stamps")
    ana.chat("What do I collect?")
    assert "Quetzal" in model.prompt()
    assert "Zanzibar" in model.prompt()
    clock.advance(minutes=1)
    if change == "hide":
        ana.memories.hide(in_snapshot.id)
        ana.memories.hide(attached.id)
    else:
        ana.memories.edit(in_snapshot.id, "I collect leaves")
        ana.memories.edit(attached.id, "I collect coins")
    reply = ana.chat("What do I collect now?")
    assert "Quetzal" not in model.prompt()
    assert "Zanzibar" not in model.prompt()
    assert not {in_snapshot.id, attached.id} & {item.id for item in reply.offered}
    assert ("I collect coins" in model.prompt()) is (change == "edit")


def test_context_is_told_to_the_model_and_never_a_memory(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    ana.chat("Where to eat?", context=Context(place='Porto "old town"', activity="walking"))
    assert 'place now: "Porto \\"old town\\""' in model.prompt()
    assert 'activity now: "walking"' in model.prompt()
    assert "device" not in model.asked[-1][-1].text
    assert ana.memories.list() == []


def test_without_use_in_replies_no_memory_reaches_a_prompt(
    bespoke: Assistant, model: RecordingChatModel, clock: Clock
) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("I like penguins")
    ana.chat("I like penguins, don't I?")
    clock.advance(minutes=1)
    ana.memories.add("I like penguins and lorries")
    ana.chat("And lorries and penguins?")
    ana.consent.revoke(Purpose.USE_IN_REPLIES)
    reply = ana.chat("What about lorries and penguins?")
    assert "I like penguins and lorries" not in model.prompt()
    assert '"I like penguins"' not in model.prompt()
    assert (reply.offered, reply.used) == ((), ())
    ana.consent.grant("use_in_replies")
    ana.chat("And now, what about lorries and penguins?")
    assert '"I like penguins"' in model.prompt()


def test_a_remote_model_gets_no_memory_until_sharing_is_granted(
    home: Path, make_assistant: MakeAssistant, clock: Clock
) -> None:
    local = make_assistant()
    ana = local.user("ana")
    ana.memories.add("I like penguins")
    reply = ana.chat("Penguins, penguins?")
    clock.advance(minutes=1)
    ana.memories.add("I like lorries")
    ana.chat("I like lorries, right?")
    local.close()

    model = RemoteChatModel()
    remote = make_assistant(model=model)
    assert remote.model_host() == "example"
    ana = remote.user("ana")
    ana.chat("What do I like?", conversation=reply.conversation_id)
    assert '"I like penguins"' not in model.prompt()
    assert '"I like lorries"' not in model.prompt()
    assert "human: Penguins, penguins?" in model.prompt()
    ana.consent.grant(Purpose.SHARE_WITH_REMOTE)
    reply = ana.chat("And now?", conversation=reply.conversation_id)
    assert '"I like penguins"' in model.prompt()
    assert ana.trace(reply.id).host == "example"


def test_without_keep_conversations_nothing_is_kept(
    bespoke: Assistant, home: Path, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("I like penguins")
    ana.consent.revoke(Purpose.KEEP_CONVERSATIONS)
    ana.chat("A Quetzalcoatlus flies")
    ana.chat("And what else about penguins?")
    assert "Quetzalcoatlus" in model.prompt()
    assert "I like penguins" in model.prompt()
    bespoke.settle()
    assert ana.conversations() == []
    bespoke.close()
    assert files_holding(home, "quetzalcoatlus") == []


def test_a_temporary_chat_of_a_new_user_leaves_nothing_at_all(
    bespoke: Assistant, home: Path, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    first = ana.chat("A Quetzalcoatlus flies", remember=False)
    second = ana.chat("How high?", remember=False)
    assert first.conversation_id == second.conversation_id
    assert "A Quetzalcoatlus flies" in model.prompt()
    bespoke.settle()
    assert not home.exists()
    assert bespoke.users() == []
    ana.start_conversation()
    ana.chat("Anew", remember=False)
    assert "Quetzalcoatlus" not in model.prompt()


def test_a_temporary_turn_sees_a_kept_conversation_and_does_not_change_it(
    bespoke: Assistant, home: Path, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("I like penguins")
    kept = ana.chat("We talked about lorries").conversation_id
    before = ana.messages(kept)
    reply = ana.chat("A Quetzalcoatlus flies", conversation=kept, remember=False)
    assert "We talked about lorries" in model.prompt()
    assert "I like penguins" in model.prompt()
    assert reply.conversation_id == kept
    ana.chat("How high?", conversation=kept, remember=False)
    assert "A Quetzalcoatlus flies" in model.prompt()
    assert ana.messages(kept) == before
    bespoke.settle()
    bespoke.close()
    assert files_holding(home, "quetzalcoatlus") == []


def test_a_kept_turn_after_a_temporary_one_does_not_see_it(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    kept = ana.chat("Hello").conversation_id
    ana.chat("A Quetzalcoatlus flies", remember=False)
    assert ana.chat("What now?").conversation_id == kept
    assert "Quetzalcoatlus" not in model.prompt()


def test_a_companion_goes_on_with_its_conversation_and_a_new_one_begins_a_new(
    bespoke: Assistant,
) -> None:
    ana = bespoke.user("ana")
    first = ana.chat("one").conversation_id
    assert ana.chat("two").conversation_id == first
    again = bespoke.user("ana")
    second = again.chat("three").conversation_id
    assert second != first
    assert again.chat("four", conversation=first).conversation_id == first
    assert again.chat("five").conversation_id == first
    again.start_conversation()
    assert again.chat("six").conversation_id not in (first, second)


def test_all_files_are_closed_to_others_after_a_chat(bespoke: Assistant, home: Path) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("I like penguins")
    ana.chat("Hello")
    bespoke.settle()
    assert open_to_others(home) == []
    bespoke.close()
    assert open_to_others(home) == []


def test_no_words_of_the_user_are_logged(
    make_assistant: MakeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    model = RecordingChatModel()
    bespoke = make_assistant(model=model)
    ana = bespoke.user("ana")
    ana.memories.add("I like Quetzals")
    ana.chat("Tell me about Quetzals")
    model.on_asked = fail
    with pytest.raises(ModelFailed):
        ana.chat("More about Quetzals")
    bespoke.settle()
    bespoke.close()
    ours = [
        record.getMessage()
        for record in caplog.records
        if record.name.split(".")[0] in ("assistant", "memory", "prompts")
    ]
    assert "quetzal" not in "\n".join(ours).lower()
    assert "quetzal" not in caplog.text.lower()


def test_pieces_join_to_the_reply(bespoke: Assistant) -> None:
    pieces = list(bespoke.user("ana").stream("Hello"))
    assert all(isinstance(piece, Piece) for piece in pieces)
    assert pieces[-1].reply is not None
    assert "".join(piece.text for piece in pieces) == pieces[-1].reply.text
    assert [piece.reply for piece in pieces[:-1]] == [None] * (len(pieces) - 1)


@pytest.mark.parametrize(
    ("reason", "is_cut"), [("stop", False), ("length", True), ("MAX_TOKENS", True)]
)
def test_a_reply_at_its_length_limit_is_known_to_be_cut(
    bespoke: Assistant, model: RecordingChatModel, reason: str, is_cut: bool
) -> None:
    model.finish_reason = reason
    ana = bespoke.user("ana")
    reply = ana.chat("Tell me a story")
    assert (reply.is_cut, ana.trace(reply.id).is_cut) == (is_cut, is_cut)
    created = ana.create("story", "A story about rain")
    assert (created.is_cut, ana.creations.trace(created.id).is_cut) == (is_cut, is_cut)
