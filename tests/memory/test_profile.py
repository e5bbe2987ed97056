from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from memory.backing import most_needed
from memory.embeddings import Embedder
from memory.profile import Profile, profile_of
from memory.types import Memory, Status
from memory.vault import Vault
from tests.doubles import TopicEmbeddings
from tests.memory.memories import a_memory


def likes(text: str, about: str, **given: Any) -> Memory:
    return a_memory(text, kind="preference", polarity="positive", about=about, **given)


def of(*memories: Memory, now: datetime, **given: Any) -> Profile:
    return profile_of(memories, now=now, **given)


def test_every_kind_has_its_place_and_the_slots_come_first(now: datetime) -> None:
    profile = of(
        a_memory("I wear glasses"),
        a_memory("I live in Porto", slot="home"),
        a_memory("My name is Ana", slot="name"),
        a_memory("I drink little", kind="constraint"),
        a_memory("I'm allergic to peanuts", kind="constraint", strength="hard", about="peanuts"),
        a_memory("Keep it short", kind="style"),
        a_memory("I want to learn Italian", kind="goal"),
        likes("I love jazz", "jazz"),
        now=now,
    )
    assert [each.text for each in profile.facts] == [
        "My name is Ana",
        "I live in Porto",
        "I wear glasses",
    ]
    assert [(each.text, each.is_hard) for each in profile.constraints] == [
        ("I'm allergic to peanuts", True),
        ("I drink little", False),
    ]
    assert profile.lines() == [
        "must: I'm allergic to peanuts",
        "rather: I drink little",
        "name: My name is Ana",
        "home: I live in Porto",
        "fact: I wear glasses",
        "style: Keep it short",
        "likes (other): I love jazz",
        "goal: I want to learn Italian",
    ]
    assert profile.lines(2)[2:] == ["and 6 more"]
    assert [each.text for each in profile.entries()] == [
        line.split(": ")[1] for line in profile.lines()
    ]


def test_an_empty_profile_has_no_lines(now: datetime) -> None:
    assert of(now=now).lines() == []
    assert of(now=now).slot("name") is None


def test_a_slot_is_found_wherever_it_stands(now: datetime) -> None:
    strict = a_memory("I'm vegan", kind="constraint", strength="hard", slot="diet")
    found = of(strict, now=now).slot("diet")
    assert found is not None
    assert found.memories == ("I'm vegan",)


@pytest.mark.parametrize(
    "gone",
    [
        {"status": Status.HIDDEN},
        {"status": Status.SUPERSEDED},
        {"status": Status.QUARANTINED},
        {"status": Status.SUGGESTED},
        {"valid_to": datetime.fromisoformat("2026-01-05T08:00+00:00")},
        {"valid_from": datetime.fromisoformat("2026-02-05T08:00+00:00")},
    ],
)
def test_only_what_holds_now_counts(now: datetime, gone: dict[str, object]) -> None:
    left = a_memory("I live in Porto").model_copy(update=gone)
    assert of(left, now=now) == Profile()
    assert most_needed([left], now=now) == []


def test_a_weight_grows_by_half_as_much_with_every_statement(now: datetime) -> None:
    weights = [
        of(likes("I love jazz", "jazz", times=times), now=now).interests[0].weight
        for times in (1, 2, 3)
    ]
    assert weights == [0.5, 0.75, 0.875]


def test_what_was_said_half_a_year_ago_counts_half(now: datetime) -> None:
    old = likes("I love jazz", "jazz", said=now - timedelta(days=180))
    assert of(old, now=now).interests[0].weight == round(1 - 0.5**0.5, 4)
    again = of(old, now=now, strengthened={old.id: [now]})
    assert again.interests[0].weight == round(1 - 0.5**1.5, 4)
    pinned = old.model_copy(update={"pinned": True})
    assert of(pinned, now=now).interests[0].weight == 0.5
    fact = a_memory("I play the cello", said=now - timedelta(days=900))
    assert of(fact, now=now).facts[0].weight == 0.5


def test_what_is_less_sure_weighs_less(now: datetime) -> None:
    sure, guessed = likes("I love jazz", "jazz"), likes("I like tea", "tea", confidence=0.5)
    weights = [each.weight for each in of(guessed, sure, now=now).interests]
    assert weights == [0.5, round(1 - 0.5**0.5, 4)]


def test_the_order_is_the_same_whatever_order_they_come_in_and_as_time_goes_by(
    now: datetime,
) -> None:
    memories = [
        likes("I love jazz", "jazz", said=now - timedelta(days=300), times=3),
        likes("I like tea", "tea", said=now - timedelta(days=20)),
        likes("I like penguins", "penguins", said=now - timedelta(days=20)),
        likes("I adore Lisbon", "Lisbon", said=now - timedelta(days=700), times=2),
        likes("I like chess", "chess", said=now - timedelta(days=800), pinned=True),
    ]
    order = [each.about for each in of(*memories, now=now).interests]
    assert order == ["chess", "jazz", "penguins", "tea", "Lisbon"]
    assert of(*reversed(memories), now=now) == of(*memories, now=now)
    later = of(*memories, now=now + timedelta(days=365))
    assert [each.about for each in later.interests] == order


def test_what_says_the_same_is_one_interest_in_the_newest_words(now: datetime) -> None:
    first = likes("I love spicy food", "spicy food", said=now - timedelta(days=9))
    second = likes("Spicy foods are the best", "spicy foods")
    (interest,) = of(first, second, now=now).interests
    assert interest.text == "Spicy foods are the best"
    assert interest.memories == (second.id, first.id)


def test_opposite_feelings_and_other_conditions_stay_apart(now: datetime) -> None:
    profile = of(
        likes("I love coffee in the morning", "coffee", scope="in the morning"),
        a_memory("I hate coffee at night", kind="preference", polarity="negative", about="coffee"),
        now=now,
    )
    assert sorted(each.polarity for each in profile.interests) == ["negative", "positive"]


def test_a_negated_statement_is_another_one(now: datetime) -> None:
    profile = of(a_memory("I have a car"), a_memory("I don't have a car"), now=now)
    assert len(profile.facts) == 2


def test_interests_are_grouped_by_topic_the_weightiest_first(now: datetime) -> None:
    memories = [
        likes("I love ramen", "ramen"),
        likes("I love jazz", "jazz"),
        likes("I like funk", "funk"),
        likes("I like things", "things"),
    ]
    topics = {"I love ramen": "food", "I love jazz": "music", "I like funk": "music"}
    profile = of(*memories, now=now, topics=topics)
    assert [(each.name, each.weight) for each in profile.topics] == [
        ("music", 0.75),
        ("food", 0.5),
        ("other", 0.5),
    ]


def test_people_and_pets_have_names_and_what_was_said_of_them(now: datetime) -> None:
    memories = [
        a_memory("My daughter Mia is six", said=now - timedelta(days=3)),
        a_memory("My daughter loves horses", kind="preference", polarity="positive"),
        a_memory("We have a dog called Rex"),
        a_memory("My son is allergic to nuts", kind="constraint", strength="hard"),
        a_memory("I love cooking with my sister Eva", kind="preference", polarity="positive"),
        a_memory("I live in Porto with my dog Rex"),
    ]
    profile = of(*memories, now=now)
    assert [(each.relation, each.name) for each in profile.people] == [
        ("daughter", "Mia"),
        ("sister", "Eva"),
        ("son", None),
    ]
    assert profile.people[0].memories == ("My daughter Mia is six", "My daughter loves horses")
    assert [(each.relation, each.name) for each in profile.pets] == [("dog", "Rex")]
    assert [each.text for each in profile.facts] == ["I live in Porto with my dog Rex"]
    assert [each.text for each in profile.pets[0].entries] == [
        "I live in Porto with my dog Rex",
        "We have a dog called Rex",
    ]
    assert [each.text for each in profile.constraints] == ["My son is allergic to nuts"]
    assert [each.text for each in profile.interests] == ["I love cooking with my sister Eva"]
    assert len(profile.entries()) == 6


def test_two_daughters_are_not_mixed_up(now: datetime) -> None:
    profile = of(
        a_memory("My daughter Mia is six"),
        a_memory("My daughter Zoe is nine"),
        a_memory("My daughter starts school"),
        now=now,
    )
    assert {(each.name, len(each.entries)) for each in profile.people} == {
        ("Mia", 1),
        ("Zoe", 1),
        (None, 1),
    }


def test_a_reply_needs_to_know_constraints_first_then_name_pinned_style_slots(
    now: datetime,
) -> None:
    memories = [
        likes("I love jazz", "jazz", times=5),
        a_memory("I wear glasses"),
        a_memory("I live in Porto", slot="home"),
        a_memory("Keep it short", kind="style"),
        a_memory("I row", pinned=True),
        a_memory("My name is Ana", slot="name"),
        a_memory("I'm vegan", kind="constraint", strength="hard"),
    ]
    assert [each.text for each in most_needed(memories, now=now)] == [
        "I'm vegan",
        "My name is Ana",
        "I row",
        "Keep it short",
        "I live in Porto",
        "I love jazz",
        "I wear glasses",
    ]


def test_what_was_said_twice_is_needed_once(now: datetime) -> None:
    old = a_memory("I live in Porto.", id="old", said=now - timedelta(days=1))
    new = a_memory("i live in porto", id="new")
    assert [each.id for each in most_needed([old, new], now=now)] == ["new"]


def test_a_vault_groups_interests_by_what_they_are_about(folder: Path, now: datetime) -> None:
    words = {"mushrooms": "food", "films": "film_and_series", "nothing": "general"}
    vault = Vault(folder, Embedder.of(TopicEmbeddings(words)))
    vault.memories.add("I'm allergic to peanuts", kind="constraint", time=now)
    vault.memories.add("I love mushrooms", kind="preference", time=now)
    vault.settle()
    vault.memories.add("I love old films", kind="preference", time=now)
    vault.memories.add("I love nothing", kind="preference", time=now)
    vault.memories.add("I love quux", kind="preference", time=now)
    expected = {
        "food": ["I love mushrooms"],
        "film and series": ["I love old films"],
        "other": ["I love nothing", "I love quux"],
    }
    profile = vault.profile(now=now)
    assert [each.text for each in profile.constraints] == ["I'm allergic to peanuts"]
    assert {
        topic.name: sorted(each.text for each in topic.interests) for topic in profile.topics
    } == expected
    assert profile.topics[-1].name == "other"
    vault.close()
