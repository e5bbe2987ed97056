from datetime import datetime, timedelta
from pathlib import Path

import pytest

from memory.errors import NotFound
from memory.types import Message, Status
from memory.vault import Vault
from tests.doubles import Clock
from tests.memory.remembering import learn, leftovers, said, say


def incoming(content: str, *, message_id: str = "m1") -> Message:
    return Message(
        id=message_id, conversation_id="old", role="user", content=content, time=Clock().now
    )


def forget(vault: Vault, text: str, now: datetime) -> None:
    vault.forget(vault.memories.add(text, time=now).id, time=now)


def test_a_forgotten_sentence_is_known_again_and_not_told(
    vault: Vault, folder: Path, now: datetime
) -> None:
    assert not vault.tombstones.holds("I collect Quetzalcoatlus bones")
    forget(vault, "I collect Quetzalcoatlus bones", now)
    assert vault.tombstones.holds("I collect Quetzalcoatlus bones")
    assert vault.tombstones.holds("Well, i collect  QUETZALCOATLUS bones!")
    assert not vault.tombstones.holds("I collect bones")
    assert not vault.tombstones.holds("")
    assert leftovers(folder, "I collect Quetzalcoatlus bones", "quetzalcoatl") == []


def test_the_place_of_a_forgotten_sentence_is_known_again(vault: Vault, now: datetime) -> None:
    message = say(vault, "Hello. I live in Porto.")
    vault.forget(learn(vault, message, "I live in Porto").id, time=now)
    assert vault.tombstones.holds_message(message.id, 7, 22)
    assert not vault.tombstones.holds_message(message.id, 0, 5)
    assert not vault.tombstones.holds_message("another", 7, 22)


def test_a_forgotten_sentence_does_not_come_back_with_an_import(
    vault: Vault, folder: Path, now: datetime
) -> None:
    vault.messages.add_new([incoming("Hello. I live in Porto.")])
    (message,) = vault.messages.of("old")
    vault.forget(learn(vault, message, "I live in Porto").id, time=now)
    assert vault.messages.add_new([incoming("Hello. I live in Porto.")]) == 0
    assert said(vault, "old") == ["Hello. [forgotten]."]
    vault.delete_conversation("old")
    assert vault.messages.add_new([incoming("Hello. I live in Porto. And you?")]) == 1
    assert said(vault, "old") == ["Hello. [forgotten]. And you?"]
    assert leftovers(folder, "I live in Porto", "porto") == []


def test_what_was_refused_is_not_learned_but_may_come_in(vault: Vault, now: datetime) -> None:
    message = say(vault, "I live in Porto")
    proposed = learn(vault, message, "I live in Porto", status=Status.SUGGESTED)
    assert vault.refuse(proposed.id, time=now).removed == {"memories": 1}
    assert said(vault) == ["I live in Porto"]
    assert vault.tombstones.holds("I live in Porto")
    assert vault.tombstones.holds_message(message.id, 0, 15)
    vault.messages.add_new([incoming("Yes, I live in Porto")])
    assert said(vault, "old") == ["Yes, I live in Porto"]
    forget(vault, "I live in Porto", now)
    vault.messages.add_new([incoming("Yes, I live in Porto", message_id="m2")])
    assert said(vault, "old") == ["Yes, [forgotten]", "Yes, [forgotten]"]


def test_the_user_sees_when_something_was_forgotten_and_can_let_it_be_learned_again(
    vault: Vault, clock: Clock
) -> None:
    message = say(vault, "I live in Porto")
    vault.forget(learn(vault, message, "I live in Porto").id, time=clock())
    clock.advance(days=1)
    forget(vault, "I like tea", clock())
    newest, oldest = vault.tombstones.list()
    assert (newest.sentences, newest.places, newest.created) == (1, 0, clock())
    assert (oldest.sentences, oldest.places) == (1, 1)
    assert oldest.created == clock() - timedelta(days=1)
    vault.tombstones.delete(oldest.id)
    assert vault.tombstones.list() == [newest]
    assert not vault.tombstones.holds("I live in Porto")
    assert not vault.tombstones.holds_message(message.id, 0, 15)
    assert vault.tombstones.holds("I like tea")
    with pytest.raises(NotFound, match="no tombstone"):
        vault.tombstones.delete(oldest.id)


def test_two_vaults_hash_the_same_sentence_differently(
    vault: Vault, tmp_path: Path, now: datetime
) -> None:
    other = Vault(tmp_path / "other", vault._embedder)
    for each in (vault, other):
        forget(each, "I like tea", now)

    def digests(of: Vault) -> list[str]:
        with of._database.read() as connection:
            return [row["digest"] for row in connection.execute("SELECT digest FROM tombstones")]

    assert len(digests(vault)) == len(digests(other)) == 1
    assert digests(vault) != digests(other)
    other.close()
