from typing import Any

import pytest

from memory.learn.effects import Effects
from memory.learn.language import english
from memory.learn.resolve import Decision, Near, Resolver
from memory.learn.statements import Statement
from memory.types import Memory
from tests.memory.learn.statements import a_statement
from tests.memory.memories import a_memory

HOME = a_memory("I live in Porto", slot="home")
LIKES_TEA = a_memory("I like green tea", kind="preference", polarity="positive", about="green tea")
ALLERGIC = a_memory(
    "I'm allergic to peanuts",
    kind="constraint",
    polarity="negative",
    strength="hard",
    about="peanuts",
)


def decide(said: Statement, *near: tuple[Memory, float]) -> Decision:
    return Resolver(english()).decide(said, [Near(memory, cosine) for memory, cosine in near])


def likes(text: str, about: str, **given: Any) -> Statement:
    return a_statement(
        text, **{"kind": "preference", "polarity": "positive", "about": about} | given
    )


def test_what_nothing_is_near_to_is_added() -> None:
    assert decide(a_statement("I ski")) == Decision("added")


@pytest.mark.parametrize("text", ["I live in Porto", "i live in porto!", "I live in  Porto."])
def test_the_same_words_strengthen(text: str) -> None:
    said = a_statement(text, slot="home", value="Porto")
    assert decide(said, (HOME, 0.95)) == Decision("strengthened", repeats=HOME)


@pytest.mark.parametrize(
    ("cosine", "action"), [(0.81, "strengthened"), (0.79, "added"), (0.93, "strengthened")]
)
def test_other_words_for_the_same_thing_strengthen_where_they_are_near(
    cosine: float, action: str
) -> None:
    said = likes("I enjoy green tea", "green tea")
    assert decide(said, (LIKES_TEA, cosine)).action == action


def test_another_condition_is_another_thing() -> None:
    said = likes("I like green tea at work", "green tea", scope="at work")
    assert decide(said, (LIKES_TEA, 0.95)) == Decision("added")


@pytest.mark.parametrize(
    ("slot", "old", "new"),
    [
        ("home", "I live in Porto", "I moved to Lisbon"),
        ("job", "I work as a nurse", "I'm a teacher now"),
        ("age", "I'm 34", "I turned 35"),
    ],
)
def test_a_slot_holds_one_value_however_far_the_words_are(slot: str, old: str, new: str) -> None:
    held = a_memory(old, slot=slot)
    said = a_statement(new, slot=slot)
    assert decide(said, (held, 0.1)) == Decision("updated", replaces=(held,))


def test_another_slot_is_left_alone() -> None:
    assert decide(a_statement("I'm 34", slot="age"), (HOME, 0.7)) == Decision("added")


def test_one_of_several_counts_none() -> None:
    two = a_memory("I have two dogs", slot="number of dogs")
    said = a_statement("I have a dog called Rex", slot="number of dogs", value="a")
    assert decide(said, (two, 0.7)) == Decision("added")


def test_losing_a_job_ends_the_employer_too() -> None:
    job = a_memory("I work as a nurse", slot="job")
    employer = a_memory("I work for Siemens", slot="employer")
    said = a_statement("I lost my job", slot="job", is_end=True)
    assert decide(said, (job, 0.5), (employer, 0.4)) == Decision("ended", replaces=(job, employer))


def test_an_end_takes_what_shares_a_telling_word() -> None:
    coffee, tea = a_memory("I drink coffee every morning"), a_memory("I drink tea")
    said = a_statement("I don't drink coffee any more", is_end=True)
    assert decide(said, (tea, 0.58), (coffee, 0.5)) == Decision("ended", replaces=(coffee,))


def test_an_end_of_what_was_never_told_ends_nothing() -> None:
    said = a_statement("I quit smoking", is_end=True)
    assert decide(said, (HOME, 0.3)) == Decision("added")


@pytest.mark.parametrize(
    ("about", "action"), [("green tea", "updated"), ("black tea", "added"), ("coffee", "added")]
)
def test_a_dislike_takes_the_place_of_liking_the_very_same_thing(about: str, action: str) -> None:
    said = likes(f"I hate {about}", about, polarity="negative")
    assert decide(said, (LIKES_TEA, 0.7)).action == action


def test_a_liking_leaves_a_hard_constraint_and_is_to_be_asked_about() -> None:
    said = likes("I love peanuts", "peanuts")
    assert decide(said, (ALLERGIC, 0.7)) == Decision("added", contradicts=ALLERGIC)


def test_a_liking_of_part_of_what_hurts_is_to_be_asked_about() -> None:
    said = likes("I love salted peanuts", "salted peanuts")
    assert decide(said, (ALLERGIC, 0.7)) == Decision("added", contradicts=ALLERGIC)


def test_a_plain_change_replaces_a_hard_constraint_unasked() -> None:
    said = likes("I actually love peanuts again", "peanuts", is_change=True)
    assert decide(said, (ALLERGIC, 0.7)) == Decision("updated", replaces=(ALLERGIC,))


def test_one_choice_takes_the_place_of_another() -> None:
    coffee = a_memory("I drink coffee")
    said = a_statement("I drink tea these days", is_change=True)
    assert decide(said, (coffee, 0.65)) == Decision("updated", replaces=(coffee,))
    assert decide(said.model_copy(update={"is_change": False}), (coffee, 0.65)).replaces == ()


def test_the_nearest_is_looked_at_first() -> None:
    far, near = a_memory("I like tea."), a_memory("I like tea", id="near")
    assert decide(a_statement("I like tea"), (far, 0.8), (near, 0.9)).repeats == near


def with_effects(memory: Memory, cosine: float, *, retires: float) -> Near:
    effects = Effects(replaces=retires, ends=0.0, repeats=0.0, keeps=1 - retires)
    return Near(memory, cosine, effects)


def test_what_is_read_as_retired_is_replaced_without_a_word_of_change() -> None:
    vegan = a_memory("I'm a strict vegan")
    said = likes("My steak has to be rare", "steak")
    near = [with_effects(vegan, 0.3, retires=0.95), with_effects(HOME, 0.2, retires=0.1)]
    assert Resolver(english()).decide(said, near) == Decision("updated", replaces=(vegan,))


def test_words_of_change_are_not_heeded_where_both_are_read_as_holding() -> None:
    coffee = a_memory("I drink coffee")
    said = a_statement("I drink tea these days", is_change=True)
    decided = Resolver(english()).decide(said, [with_effects(coffee, 0.65, retires=0.01)])
    assert decided.replaces == ()


def test_a_hard_constraint_that_is_read_as_retired_is_asked_about_first() -> None:
    said = likes("I had peanuts for lunch and loved them", "lunch")
    near = [with_effects(ALLERGIC, 0.5, retires=0.99)]
    assert Resolver(english()).decide(said, near) == Decision("added", contradicts=ALLERGIC)
