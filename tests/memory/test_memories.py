from datetime import datetime, timedelta

import pytest

from memory.errors import InvalidMemory, NotFound
from memory.types import Evidence, MemoryKind, Status, Strength
from memory.vault import Vault
from tests.doubles import Clock


def test_a_memory_by_hand_is_an_active_fact_whose_evidence_is_the_hand(
    vault: Vault, now: datetime
) -> None:
    added = vault.memories.add("  I live in Porto ", time=now)
    assert (added.text, added.kind, added.strength, added.status) == (
        "I live in Porto",
        "fact",
        "soft",
        Status.ACTIVE,
    )
    assert added.evidence == (Evidence(message_id=None, start=0, end=15),)
    assert (added.origin, added.confidence, added.created) == ("manual", 1.0, now)
    assert vault.memories.get(added.id) == added


@pytest.mark.parametrize(
    ("kind", "strength", "expected"),
    [
        ("constraint", None, "hard"),
        ("constraint", "soft", "soft"),
        ("preference", None, "soft"),
        ("preference", "hard", "hard"),
    ],
)
def test_a_constraint_is_hard_unless_said_otherwise(
    vault: Vault, kind: MemoryKind, strength: Strength | None, expected: Strength, now: datetime
) -> None:
    assert vault.memories.add("x", kind=kind, strength=strength, time=now).strength == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        (" \n\t", "is empty"),
        ("secret " * 400, "has 2799 characters; 2000 is the most"),
        ("secret\ud800", "half a character at position 6"),
    ],
)
def test_what_cannot_be_a_memory_is_refused_and_never_repeated(
    vault: Vault, text: str, message: str, now: datetime
) -> None:
    with pytest.raises(InvalidMemory, match=message) as caught:
        vault.memories.add(text, time=now)
    assert "secret" not in str(caught.value)
    assert vault.memories.list() == []


@pytest.mark.parametrize("given", [{"kind": "opinion"}, {"strength": "iron"}])
def test_an_unknown_kind_or_strength_is_refused(
    vault: Vault, given: dict[str, str], now: datetime
) -> None:
    with pytest.raises(InvalidMemory):
        vault.memories.add("x", time=now, **given)  # type: ignore[arg-type]


def test_the_longest_memory_fits(vault: Vault, now: datetime) -> None:
    assert vault.memories.add("x" * 2000, time=now).text == "x" * 2000


def test_an_edited_memory_is_superseded_and_dated_not_overwritten(
    vault: Vault, clock: Clock
) -> None:
    old = vault.memories.add("I live in Porto", kind="fact", time=clock())
    vault.memories.set_pinned(old.id, True, time=clock())
    clock.advance(days=1)
    new = vault.memories.edit(old.id, "I live in Braga", time=clock())
    assert (new.supersedes, new.pinned, new.kind, new.valid_from) == (old.id, True, "fact", clock())
    kept = vault.memories.get(old.id)
    assert (kept.text, kept.status, kept.valid_to) == (
        "I live in Porto",
        Status.SUPERSEDED,
        clock(),
    )
    assert not kept.pinned


def test_a_superseded_memory_is_changed_no_more_and_names_its_successor(
    vault: Vault, now: datetime
) -> None:
    old = vault.memories.add("I live in Porto", time=now)
    new = vault.memories.edit(old.id, "I live in Braga", time=now)
    with pytest.raises(InvalidMemory, match=f"superseded by '{new.id}'"):
        vault.memories.edit(old.id, "I live in Faro", time=now)
    with pytest.raises(InvalidMemory, match=f"superseded by '{new.id}'"):
        vault.memories.set_pinned(old.id, True, time=now)
    with pytest.raises(InvalidMemory, match="is superseded; only an active"):
        vault.memories.set_hidden(old.id, True, time=now)


def test_history_tells_all_that_happened_through_every_edit(vault: Vault, clock: Clock) -> None:
    first = vault.memories.add("I live in Porto", time=clock())
    clock.advance(hours=1)
    vault.memories.set_pinned(first.id, True, time=clock())
    clock.advance(hours=1)
    second = vault.memories.edit(first.id, "I live in Braga", time=clock())
    clock.advance(hours=1)
    vault.memories.set_hidden(second.id, True, time=clock())
    assert [(event.action, event.text) for event in vault.memories.history(second.id)] == [
        ("added", "I live in Porto"),
        ("pinned", "I live in Porto"),
        ("superseded", "I live in Porto"),
        ("edited", "I live in Braga"),
        ("hidden", "I live in Braga"),
    ]
    assert [event.action for event in vault.memories.history(first.id)] == [
        "added",
        "pinned",
        "superseded",
    ]


def test_the_list_has_pinned_ones_first_then_the_newest_and_no_superseded_ones(
    vault: Vault, now: datetime
) -> None:
    a, b, c, d = (vault.memories.add(text, time=now) for text in "abcd")
    vault.memories.set_pinned(b.id, True, time=now)
    edited = vault.memories.edit(c.id, "c2", time=now)
    vault.memories.set_hidden(a.id, True, time=now)
    assert [each.text for each in vault.memories.list()] == ["b", "c2", "d", "a"]
    assert [each.text for each in vault.memories.list(limit=2)] == ["b", "c2"]
    assert [each.id for each in vault.memories.list(status=Status.ACTIVE)] == [
        b.id,
        edited.id,
        d.id,
    ]
    assert [each.id for each in vault.memories.list(status=Status.HIDDEN)] == [a.id]
    assert [each.id for each in vault.memories.list(status=Status.SUPERSEDED)] == [c.id]
    assert vault.memories.list(status=Status.QUARANTINED) == []


def test_a_hidden_memory_is_found_by_nothing_until_it_is_unhidden(
    vault: Vault, now: datetime
) -> None:
    hidden = vault.memories.add("I love horror films", time=now)
    vault.memories.set_hidden(hidden.id, True, time=now)
    assert vault.recall("horror films", gate=False, now=now) == []
    assert vault.memories.strongest(10, now=now) == []
    assert vault.memories.added_since(now - timedelta(days=1), now=now) == []
    shown = vault.memories.set_hidden(hidden.id, False, time=now)
    assert shown.status is Status.ACTIVE
    assert [item.id for item in vault.recall("horror films", gate=False, now=now)] == [hidden.id]


def test_what_binds_most_comes_first_in_a_snapshot(vault: Vault, now: datetime) -> None:
    soft = vault.memories.add("soft", time=now)
    style = vault.memories.add("style", kind="style", time=now)
    pinned = vault.memories.add("pinned", time=now)
    hard = vault.memories.add("hard", kind="constraint", time=now)
    newest = vault.memories.add("newest", time=now)
    vault.memories.set_pinned(pinned.id, True, time=now)
    ordered = [each.id for each in vault.memories.strongest(10, now=now)]
    assert ordered == [hard.id, pinned.id, style.id, newest.id, soft.id]
    assert [each.id for each in vault.memories.strongest(2, now=now)] == [hard.id, pinned.id]
    assert [each.id for each in vault.memories.of_kind("style", now=now)] == [style.id]


@pytest.mark.parametrize("method", ["get", "history"])
def test_reading_an_unknown_memory_is_not_found(vault: Vault, method: str) -> None:
    with pytest.raises(NotFound, match="no memory 'nope'"):
        getattr(vault.memories, method)("nope")


def test_changing_an_unknown_memory_is_not_found(vault: Vault, now: datetime) -> None:
    with pytest.raises(NotFound):
        vault.memories.edit("nope", "x", time=now)
    with pytest.raises(NotFound):
        vault.memories.set_pinned("nope", True, time=now)
    with pytest.raises(NotFound):
        vault.memories.set_hidden("nope", True, time=now)


def test_seven_hundred_memories_come_with_their_evidence(vault: Vault, now: datetime) -> None:
    for number in range(700):
        vault.memories.add(f"fact {number}", time=now)
    assert [each.text for each in vault.memories.list()[-2:]] == ["fact 1", "fact 0"]


def test_undoing_a_change_brings_the_old_memory_back_and_again_the_new_one(
    vault: Vault, clock: Clock
) -> None:
    first = vault.memories.add("I live in Porto", time=clock())
    old = vault.memories.edit(first.id, "I live in Braga", time=clock())
    vault.memories.set_pinned(old.id, True, time=clock())
    clock.advance(days=1)
    new = vault.memories.edit(old.id, "I live in Faro", time=clock())
    clock.advance(days=1)
    restored = vault.memories.undo(new.id, time=clock())
    assert (restored.id, restored.status, restored.valid_to, restored.pinned) == (
        old.id,
        Status.ACTIVE,
        None,
        True,
    )
    retired = vault.memories.get(new.id)
    assert (retired.status, retired.valid_to, retired.pinned) == (
        Status.SUPERSEDED,
        clock(),
        False,
    )
    assert [event.action for event in vault.memories.history(old.id)] == [
        "added",
        "superseded",
        "edited",
        "pinned",
        "superseded",
        "edited",
        "superseded",
        "restored",
    ]
    again = vault.memories.undo(new.id, time=clock())
    assert (again.id, again.status, again.pinned) == (new.id, Status.ACTIVE, True)
    assert [each.text for each in vault.memories.list()] == ["I live in Faro"]


def test_undo_takes_back_hiding_first(vault: Vault, now: datetime) -> None:
    old = vault.memories.add("I live in Porto", time=now)
    new = vault.memories.edit(old.id, "I live in Braga", time=now)
    vault.memories.set_hidden(new.id, True, time=now)
    assert vault.memories.undo(new.id, time=now).text == "I live in Braga"
    assert vault.memories.undo(old.id, time=now).text == "I live in Porto"


def test_only_the_latest_change_can_be_undone(vault: Vault, now: datetime) -> None:
    first = vault.memories.add("I live in Porto", time=now)
    with pytest.raises(InvalidMemory, match="nothing to undo"):
        vault.memories.undo(first.id, time=now)
    second = vault.memories.edit(first.id, "I live in Braga", time=now)
    vault.memories.edit(second.id, "I live in Faro", time=now)
    with pytest.raises(InvalidMemory, match="Undo the latest change first"):
        vault.memories.undo(first.id, time=now)
    with pytest.raises(NotFound):
        vault.memories.undo("nope", time=now)


def test_a_memory_that_ended_without_a_successor_is_brought_back(
    vault: Vault, now: datetime
) -> None:
    ended = vault.memories.add("I live in Porto", time=now)
    with vault._database.write() as connection:
        connection.execute(
            "UPDATE memories SET status = 'superseded', valid_to = ?", (now.isoformat(),)
        )
    assert vault.memories.undo(ended.id, time=now) == ended
