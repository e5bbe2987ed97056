from datetime import UTC, datetime, timedelta

import pytest

from assistant import Assistant
from assistant.errors import InvalidChoice
from assistant.starters import Known, choose, is_delicate, known_starters
from assistant.use import use_weights
from memory.types import Purpose
from tests.doubles import Clock

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def ids(known: Known, *, local: datetime = MONDAY, limit: int = 4, **weights: float) -> list[str]:
    return [each.id for each in choose(known, weights, local=local, limit=limit)]


def test_a_user_of_whom_nothing_is_known_gets_good_general_ones(bespoke: Assistant) -> None:
    starters = bespoke.user("ana").interface.starters()
    assert len(starters) == 4
    assert {each.reason for each in starters} <= {"time", "general"}
    assert bespoke.users() == []


def test_goals_and_interests_are_offered_in_the_users_words_with_the_reason(
    bespoke: Assistant,
) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("I want to learn Portuguese.", kind="goal")
    ana.memories.add("I love hiking in the Alps", kind="preference")
    told = {each.text: each.because for each in ana.interface.starters()}
    assert told["Help me learn Portuguese"] == "It is a goal of yours."
    assert told["Tell me something new about hiking in the Alps"] == "You said that you like it."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to quit smoking", "goal"),
        ("I want to live with my depression", "goal"),
        ("I like my church", "preference"),
        ("I love my antidepressants and therapy", "preference"),
        ("I hate hiking", "preference"),
        ("I like hiking only with my ex. Long story", "fact"),
    ],
)
def test_what_is_delicate_or_not_liked_is_not_put_on_the_screen(
    bespoke: Assistant, text: str, kind: str
) -> None:
    ana = bespoke.user("ana")
    ana.memories.add(text, kind=kind)  # type: ignore[arg-type]
    assert {each.id for each in ana.interface.starters()} & {"goal", "interest"} == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I'd like to visit Japan, in spring", "Help me visit Japan"),
        ("My goal is to run a marathon", "Help me run a marathon"),
        ("I\u2019m planning to build a shed", "Help me build a shed"),
    ],
)
def test_a_goal_is_read_from_the_way_it_is_said(bespoke: Assistant, text: str, words: str) -> None:
    ana = bespoke.user("ana")
    ana.memories.add(text, kind="goal")
    assert words in {each.text for each in ana.interface.starters()}


@pytest.mark.parametrize("text", ["I want a new laptop", "World peace", "I want to " + "x" * 80])
def test_a_goal_that_would_read_badly_is_left_out(bespoke: Assistant, text: str) -> None:
    ana = bespoke.user("ana")
    ana.memories.add(text, kind="goal")
    assert "goal" not in {each.id for each in ana.interface.starters()}


def test_what_is_hidden_is_not_offered(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.memories.hide(ana.memories.add("I want to learn Portuguese", kind="goal").id)
    assert "goal" not in {each.id for each in ana.interface.starters()}


def test_what_is_delicate_is_told_by_the_part_of_life_and_by_words() -> None:
    assert is_delicate("I like long walks", "health")
    assert is_delicate("Meine Schulden drücken")
    assert not is_delicate("I like long walks", "travel")
    assert not is_delicate("I love painting, translating and lentils today", "travel")


def test_the_last_one_has_nothing_to_do_with_what_is_known() -> None:
    known = Known(goals=["learn Portuguese"], topics=["food", "music"], recent=["travel"])
    for day in range(30):
        *_, last = choose(known, {}, local=MONDAY + timedelta(days=day), limit=4)
        assert (last.reason, last.words) == ("new", "")
        assert last.domain not in {"food", "music", "travel"}


def test_each_is_about_another_part_of_life() -> None:
    chosen = choose(Known(topics=["food"]), {}, local=MONDAY.replace(hour=20), limit=4)
    assert len({each.domain for each in chosen}) == 4


def test_the_time_of_day_counts() -> None:
    assert {"plan_day", "lunch", "write_email"} & {*ids(Known())}
    evening = ids(Known(), local=MONDAY.replace(hour=20))
    assert {"dinner", "evening_in"} & {*evening}
    assert "plan_day" not in evening


def test_what_is_used_comes_first_and_the_rest_takes_turns() -> None:
    assert ids(Known(), gift=5)[0] == "gift"
    assert choose(Known(), {"gift": 5}, local=MONDAY, limit=4)[0].reason == "use"
    seen = {
        each
        for day in range(60)
        for hour in (9, 15, 20)
        for each in ids(Known(), local=(MONDAY + timedelta(days=day)).replace(hour=hour), gift=50)
    }
    assert seen >= {*known_starters()} - {"goal", "interest", "lunch", "unwind"}


def test_a_use_counts_half_after_thirty_days() -> None:
    uses = [("gift", MONDAY), ("gift", MONDAY - timedelta(days=30))]
    assert use_weights(uses, MONDAY) == {"gift": 1.5}


def test_use_is_remembered_and_can_be_switched_off(bespoke: Assistant, clock: Clock) -> None:
    ana = bespoke.user("ana")
    for _ in range(5):
        ana.interface.note_use("gift")
    assert ana.interface.starters()[0].id == "gift"
    ana.interface.set("order", "fixed")
    fixed = ana.interface.starters()
    assert fixed[0].id != "gift"
    clock.advance(days=1)
    assert ana.interface.starters() == fixed
    ana.interface.set("order", None)
    ana.consent.revoke(Purpose.ADAPT_STYLE)
    assert ana.interface.starters()[0].id != "gift"


def test_without_consent_no_use_is_noted(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.consent.revoke(Purpose.ADAPT_STYLE)
    ana.interface.note_use("gift")
    ana.consent.grant(Purpose.ADAPT_STYLE)
    assert {each.reason for each in ana.interface.starters()} <= {"time", "general"}


def test_an_unknown_starter_is_refused(bespoke: Assistant) -> None:
    with pytest.raises(InvalidChoice):
        bespoke.user("ana").interface.note_use("my secret plan")


def test_kinds_of_text_come_in_the_order_of_use_and_none_is_lost(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    alphabetical = ana.creations.kinds()
    assert ana.creations.kinds(by_use=True) == alphabetical
    ana.create("story", "A lighthouse")
    by_use = ana.creations.kinds(by_use=True)
    assert by_use[0].name == "story"
    assert sorted(each.name for each in by_use) == sorted(each.name for each in alphabetical)
    ana.interface.set("order", "fixed")
    assert ana.creations.kinds(by_use=True) == alphabetical
