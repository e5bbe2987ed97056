from pathlib import Path
from threading import Event, Thread

import pytest
from langchain_core.language_models import BaseChatModel

from assistant import Assistant, shared
from assistant.chat_models.opened import OpenedModel
from assistant.errors import ReplyInProgress
from memory.errors import NotFound, VaultReadOnly
from tests.conftest import MakeAssistant
from tests.disk import files_holding
from tests.doubles import RecordingChatModel, RemoteChatModel, WordEmbeddings

SECRET = "I collect Quetzalcoatlus bones"
STEMS = ("quetzalcoatl", "bone")


class Held:
    """Lets a model wait before its first word until it is told to go on."""

    def __init__(self) -> None:
        self.is_asked = Event()
        self.go_on = Event()

    def __call__(self, _: object) -> None:
        self.is_asked.set()
        assert self.go_on.wait(30)


def drops_of(bespoke: Assistant, model: BaseChatModel) -> list[str]:
    """Has the assistant use a model that notes in the list when its cache is dropped."""
    drops: list[str] = []
    bespoke._shared._model = OpenedModel(
        name="noting", chat=model, host=None, drop_cache=lambda: drops.append("dropped")
    )
    return drops


def test_a_chat_goes_on_without_what_was_forgotten(
    bespoke: Assistant, model: RecordingChatModel, home: Path
) -> None:
    ana = bespoke.user("ana")
    forgotten = ana.memories.add(SECRET)
    first = ana.chat("What could I put on a shelf?")
    assert SECRET in model.prompt()
    receipt = ana.memories.forget(forgotten.id)
    assert receipt.removed == {"memories": 1, "snapshots": 1}
    ana.chat("And on the wall?", conversation=first.conversation_id)
    assert "Quetzalcoatlus" not in model.prompt()
    assert "What could I put on a shelf?" in model.prompt()
    bespoke.settle()
    assert files_holding(home, SECRET, *STEMS) == []
    bespoke.close()
    assert files_holding(home, SECRET, *STEMS) == []


def test_a_model_forgets_the_prompts_that_it_read(bespoke: Assistant) -> None:
    drops = drops_of(bespoke, RecordingChatModel())
    ana = bespoke.user("ana")
    conversation = ana.chat("hello").conversation_id
    ana.memories.forget(ana.memories.add(SECRET).id)
    assert len(drops) == 1
    ana.delete(conversation)
    assert len(drops) == 2
    ana.erase()
    assert len(drops) == 3
    with pytest.raises(NotFound):
        ana.memories.forget("nope")
    assert len(drops) == 3


def test_forgetting_waits_for_a_reply_that_knows_it_and_cleans_that_too(
    make_assistant: MakeAssistant, home: Path
) -> None:
    held = Held()
    model = RecordingChatModel(reply="Your Quetzalcoatlus bones belong there.", on_asked=held)
    bespoke = make_assistant(model=model)
    ana = bespoke.user("ana")
    forgotten = ana.memories.add(SECRET)
    chat = Thread(target=ana.chat, args=("What could I put on a shelf?",))
    chat.start()
    assert held.is_asked.wait(30)
    forget = Thread(target=ana.memories.forget, args=(forgotten.id,))
    forget.start()
    forget.join(0.2)
    assert forget.is_alive()
    held.go_on.set()
    forget.join()
    chat.join()
    (conversation,) = ana.conversations()
    assert [message.content for message in ana.messages(conversation.id)] == [
        "What could I put on a shelf?",
        "Your [forgotten] belong there.",
    ]
    bespoke.close()
    assert files_holding(home, SECRET, *STEMS) == []


def test_a_reply_that_never_ends_is_told_of(
    bespoke: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "GATE_WAIT_S", 0.1)
    ana = bespoke.user("ana")
    kept = ana.memories.add("I like tea")
    pieces = ana.stream("hello")
    next(pieces)
    with pytest.raises(ReplyInProgress, match="Stop it, or wait"):
        ana.memories.forget(kept.id)
    with pytest.raises(ReplyInProgress):
        ana.erase()
    bespoke.user("bea").chat("others chat on")
    pieces.close()
    assert [each.id for each in ana.memories.list()] == [kept.id]
    assert ana.memories.forget(kept.id).removed["memories"] == 1
    assert ana.chat("hello again").is_complete


def test_a_temporary_chat_forgets_with_it(bespoke: Assistant, model: RecordingChatModel) -> None:
    ana = bespoke.user("ana")
    forgotten = ana.memories.add(SECRET)
    ana.chat("What could I put on a shelf?", remember=False)
    assert SECRET in model.prompt()
    ana.memories.forget(forgotten.id)
    ana.chat("And on the wall?", remember=False)
    assert "Quetzalcoatlus" not in model.prompt()


def test_the_receipt_names_the_remote_model_that_was_sent_it(make_assistant: MakeAssistant) -> None:
    ana = make_assistant(model=RemoteChatModel()).user("ana")
    ana.consent.grant("share_with_remote")
    forgotten = ana.memories.add(SECRET)
    ana.chat("What could I put on a shelf?")
    (host,) = ana.memories.preview_forget(forgotten.id).hosts
    assert any(host in each for each in ana.memories.forget(forgotten.id).out_of_reach)
    ana.chat("hello")
    assert any(host in each for each in ana.erase().out_of_reach)


def test_an_erased_user_is_gone_and_can_begin_anew(bespoke: Assistant, home: Path) -> None:
    ana, bea = bespoke.user("ana"), bespoke.user("bea")
    ana.memories.add(SECRET)
    ana.chat("What could I put on a shelf?")
    ana.chat("And next?", remember=False)
    bea.memories.add("I like tea")
    folder = bespoke._shared.vaults.folder("ana")
    assert folder.is_dir()
    receipt = ana.erase()
    assert receipt.action == "erased"
    assert receipt.removed["memories"] == 1
    assert receipt.removed["messages"] == 2
    assert receipt.removed["files"] >= 2
    bespoke.settle()
    assert list((home / "users").iterdir()) == [bespoke._shared.vaults.folder("bea")]
    assert bespoke.users() == ["bea"]
    assert files_holding(home, SECRET, *STEMS, "shelf", "ana") == []
    assert [each.text for each in bea.memories.list()] == ["I like tea"]
    with pytest.raises(NotFound, match="no user 'ana'"):
        ana.erase()
    assert ana.conversations() == []
    assert ana.chat("hello again").is_complete
    assert bespoke.users() == ["ana", "bea"]
    assert len(ana.conversations()) == 1
    assert ana.memories.list() == []


def test_proposals_are_accepted_or_refused(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    good, bad = ana.memories.add("I like tea"), ana.memories.add("I hate tea")
    with bespoke._shared.vaults.using("ana") as vault, vault._database.write() as connection:
        connection.execute("UPDATE memories SET status = 'suggested'")
    assert ana.memories.accept(good.id).status == "active"
    assert ana.memories.refuse(bad.id).action == "refused"
    assert [each.id for each in ana.memories.list()] == [good.id]
    (tombstone,) = ana.memories.tombstones()
    ana.memories.delete_tombstone(tombstone.id)
    assert ana.memories.tombstones() == []


def test_a_change_is_undone_but_not_a_forgetting(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    old = ana.memories.add("I live in Porto")
    new = ana.memories.edit(old.id, "I live in Braga")
    assert ana.memories.undo(new.id).text == "I live in Porto"
    assert [each.text for each in ana.memories.list()] == ["I live in Porto"]
    ana.memories.forget(old.id)
    with pytest.raises(NotFound):
        ana.memories.undo(old.id)


def test_nothing_is_forgotten_by_who_only_reads(bespoke: Assistant, home: Path) -> None:
    forgotten = bespoke.user("ana").memories.add(SECRET)
    with Assistant(
        home=home, model=RecordingChatModel(), embeddings=WordEmbeddings(), read_only=True
    ) as reading:
        with pytest.raises(VaultReadOnly):
            reading.user("ana").memories.forget(forgotten.id)
        with pytest.raises(VaultReadOnly):
            reading.user("ana").erase()
    assert bespoke.user("ana").memories.list() == [forgotten]
