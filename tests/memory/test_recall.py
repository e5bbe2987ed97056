"""Recall over a vault: what is found, in which order, why, and what the gate keeps back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from memory.domains import GENERAL
from memory.embeddings import Embedder
from memory.recall.features import WORDS, Features, Gate, opens, shipped_weights
from memory.types import Memory, Message, Recollection, RecollectionKind
from memory.vault import Vault
from tests.doubles import Clock, TopicEmbeddings, WordEmbeddings

NOW = Clock().now  # Monday, 5 January 2026, 9:00 UTC
ANY_FEATURE = "When did you suggest to Ines what she whistled last week?"


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """One for all tests, so that it learns the domains once."""
    return Embedder.of(WordEmbeddings())


@pytest.fixture
def vault(embedder: Embedder) -> Iterator[Vault]:
    opened = Vault(None, embedder)
    yield opened
    opened.close()


def say(vault: Vault, text: str, *, conversation: str = "c1", days_ago: float = 0) -> Message:
    return vault.messages.add(conversation, "user", text, time=NOW - timedelta(days=days_ago))


def reply(vault: Vault, text: str, *, conversation: str = "c1") -> Message:
    return vault.messages.add(conversation, "assistant", text, time=NOW)


def tell(vault: Vault, name: str, text: str, *, conversation: str = "c1") -> Message:
    """A named person says something."""
    return vault.messages.add(conversation, "user", text, time=NOW, name=name)


def note(vault: Vault, text: str, *, days_ago: float = 1) -> Memory:
    return vault.memories.add(text, time=NOW - timedelta(days=days_ago))


def change(vault: Vault, memory: Memory, column: str, value: object) -> None:
    """Set what nothing writes yet but learning will."""
    with vault.memories._database.write() as connection:
        connection.execute(f"UPDATE memories SET {column} = ? WHERE id = ?", (value, memory.id))


def recalled(
    vault: Vault, text: str, kind: RecollectionKind = "message", *, gate: bool = False
) -> list[Recollection]:
    return vault.recall(text, gate=gate, kinds=(kind,), now=NOW)


def feature(
    vault: Vault, name: str, text: str, kind: RecollectionKind = "message"
) -> dict[str, float]:
    """The values of one feature for a text, by the id of the candidate."""
    ids, features = vault.candidates(text, kind=kind, now=NOW)
    return dict(zip(ids, features.columns[name].tolist(), strict=True))


def group(vault: Vault, message: Message) -> str:
    """The group of weights that a message falls into."""
    ids, features = vault.candidates("anything at all", kind="message", now=NOW)
    (found,) = (name for name, is_in in features.groups.items() if is_in[ids.index(message.id)])
    return found


def rank(found: list[Recollection], item: Message | Memory) -> int:
    return [each.id for each in found].index(item.id)


def amount(item: Recollection, name: str) -> float:
    return sum(reason.amount for reason in item.reasons if reason.feature == name)


@pytest.mark.parametrize("kind", ["message", "memory"])
def test_the_reasons_add_up_to_the_score(vault: Vault, kind: RecollectionKind) -> None:
    for text in ("My parrot Kiko whistles", "I like my bread dark", "It rains"):
        say(vault, text)
        note(vault, text)
    found = recalled(vault, "Which bread did I like last week?", kind)
    assert len(found) == 3
    for item in found:
        assert sum(reason.amount for reason in item.reasons) == pytest.approx(item.score)
    assert [item.score for item in found] == sorted((i.score for i in found), reverse=True)


@pytest.mark.parametrize("kind", ["message", "memory"])
def test_why_names_the_words_that_are_shared_and_nothing_that_spoke_against(
    vault: Vault, kind: RecollectionKind
) -> None:
    say(vault, "My parrot Kiko whistles")
    note(vault, "My parrot Kiko whistles")
    (item,) = recalled(vault, "What does the parrot whistle?", kind)
    words = next(reason.words for reason in item.reasons if reason.feature == "words")
    assert words in {
        f"has words of yours: {pair}" for pair in ("parrot, whistle", "whistle, parrot")
    }
    assert words in "; ".join(reason.words for reason in item.reasons)
    assert {reason.words for reason in item.reasons if reason.amount < 0} == {""}
    assert item.reasons[0].words in item.why


def test_what_is_the_same_but_stands_among_messages_about_the_question_ranks_higher(
    vault: Vault,
) -> None:
    say(vault, "my parrot whistled a song", conversation="birds")
    among_birds = say(vault, "it was so funny", conversation="birds")
    say(vault, "grey clouds came", conversation="weather")
    in_the_weather = say(vault, "it was so funny", conversation="weather")
    found = recalled(vault, "Which song did the parrot whistle?")
    assert rank(found, among_birds) < rank(found, in_the_weather)
    around = feature(vault, "words_around", "Which song did the parrot whistle?")
    assert around[among_birds.id] > around[in_the_weather.id] == 0


def test_neighbours_are_those_of_the_same_conversation_however_it_was_interleaved(
    vault: Vault,
) -> None:
    say(vault, "my parrot whistled", conversation="birds")
    say(vault, "grey clouds came", conversation="weather")
    after_the_parrot = say(vault, "it was funny", conversation="birds")
    after_the_clouds = say(vault, "it was wet", conversation="weather")
    around = feature(vault, "words_around", "Did the parrot whistle?")
    assert around[after_the_parrot.id] > 0
    assert around[after_the_clouds.id] == 0


def test_a_window_ends_with_its_conversation(vault: Vault) -> None:
    first = say(vault, "my parrot whistled", conversation="birds")
    next_one = say(vault, "it was funny", conversation="next")
    around = feature(vault, "words_around", "Did the parrot whistle?")
    assert around[first.id] > 0
    assert around[next_one.id] == 0
    near = feature(vault, "meaning_around", "my parrot whistled")
    assert near[first.id] == pytest.approx(1)
    assert near[next_one.id] == pytest.approx(0, abs=0.2)


def test_a_conversation_about_the_question_lifts_only_the_messages_of_that_day(
    vault: Vault,
) -> None:
    say(vault, "my parrot whistled", days_ago=1)
    same_day = say(vault, "it was funny", days_ago=1)
    next_day = say(vault, "it was wet")
    session = feature(vault, "words_in_session", "Did the parrot whistle?")
    assert session[same_day.id] > 0
    assert session[next_day.id] == 0


def test_the_person_who_is_asked_about_ranks_first(vault: Vault) -> None:
    tell(vault, "Tom Reed", "the kayak is red")
    by_ines = tell(vault, "Ines Silva", "the kayak is red")
    tell(vault, "Joana", "the kayak is red")
    found = recalled(vault, "Which kayak does Ines like?")
    assert found[0].id == by_ines.id
    assert amount(found[0], "speaker") > 0
    assert "was said by the person you ask about" in [each.words for each in found[0].reasons]


def test_a_name_that_was_written_into_the_text_counts_as_the_speaker_s(vault: Vault) -> None:
    by_ines = [say(vault, f"[8 May 2023] Ines: kayak {number} is red") for number in range(3)]
    by_tom = [say(vault, f"Tom: kayak {number} is red") for number in range(3)]
    speaker = feature(vault, "speaker", "Which kayak does Ines like?")
    assert speaker == {each.id: 1 for each in by_ines} | {each.id: 0 for each in by_tom}


def test_a_label_before_a_colon_is_no_speaker(vault: Vault) -> None:
    noted = say(vault, "Note: the kayak is red")
    _, features = vault.candidates("Which kayak?", kind="message", now=NOW)
    assert noted
    assert not features.groups["between_people"].any()


def test_a_question_about_last_week_prefers_what_was_said_then(vault: Vault) -> None:
    long_ago = say(vault, "I met a friend", days_ago=30, conversation="a")
    last_week = say(vault, "I met a friend", days_ago=5, conversation="b")
    today = say(vault, "I met a friend", conversation="c")
    found = recalled(vault, "Whom did I meet last week?")
    assert found[0].id == last_week.id
    assert amount(found[0], "time") > 0
    time = feature(vault, "time", "Whom did I meet last week?")
    assert time == {long_ago.id: 0, last_week.id: 1, today.id: 0}


def test_what_speaks_of_the_time_that_is_asked_about_counts_too(vault: Vault) -> None:
    speaks_of_it = say(vault, "Yesterday I met a friend")  # on Sunday, so last week
    does_not = say(vault, "I met a friend")
    time = feature(vault, "time", "Whom did I meet last week?")
    assert time == {speaks_of_it.id: 1, does_not.id: 0}


def test_without_a_time_in_the_question_there_is_no_such_feature(vault: Vault) -> None:
    say(vault, "Yesterday I met a friend")
    _, features = vault.candidates("Whom did I meet?", kind="message", now=NOW)
    assert "time" not in features.columns


@pytest.mark.parametrize(
    ("question", "fitting"),
    [
        ("What did I cook before I moved to Porto?", {"before"}),
        ("What did I cook after I moved to Porto?", {"move", "later"}),
        ("What did I cook since I moved to Porto?", {"move", "later"}),
        ("What did I cook before I married Ana?", None),
    ],
)
def test_an_event_s_time_is_that_of_what_was_said_about_it(
    vault: Vault, question: str, fitting: set[str] | None
) -> None:
    texts = {"before": ("rice", 90), "move": ("I moved to Porto", 60), "later": ("fish", 30)}
    ids = {say(vault, text, days_ago=days).id: name for name, (text, days) in texts.items()}
    _, features = vault.candidates(question, kind="message", now=NOW)
    if fitting is None:
        assert "time" not in features.columns
    else:
        time = feature(vault, "time", question)
        assert {ids[each] for each, value in time.items() if value} == fitting


@pytest.mark.parametrize("wish", ["Always give an example", "From now on, keep replies short"])
@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Explain how loops work", 1),
        ("How do loops work?", 1),
        ("What did I say about loops?", 0),
        ("Who wrote my loops?", 0),
    ],
)
def test_standing_wishes_come_up_for_requests_only(
    vault: Vault, wish: str, text: str, counts: int
) -> None:
    wished = say(vault, wish)
    by_assistant = reply(vault, wish)
    found = feature(vault, "standing_wish", text)
    assert found == {wished.id: counts, by_assistant.id: 0}


def test_what_the_assistant_said_counts_where_it_is_asked_for(vault: Vault) -> None:
    said = say(vault, "a book about trees")
    replied = reply(vault, "a book about trees")
    asked = feature(vault, "said_as_asked", "Which book did you recommend?")
    assert asked == {said.id: 0, replied.id: 1}
    not_asked = feature(vault, "said_as_asked", "Which book did I recommend?")
    assert set(not_asked.values()) == {0}
    assert recalled(vault, "Which book did you recommend about trees?")[0].id == replied.id
    assert recalled(vault, "Which book did I recommend about trees?")[0].id == said.id


@pytest.mark.parametrize(
    ("text", "is_about_self"),
    [
        ("I moved to Porto. It rains.", 1),
        ("Yesterday my parrot whistled", 1),
        ("It rains. I moved to Porto.", 0),
        ("Mining is hard", 0),
    ],
)
def test_the_first_sentence_says_whether_it_is_about_the_speaker(
    vault: Vault, text: str, is_about_self: int
) -> None:
    said = say(vault, text)
    assert feature(vault, "about_self", "What rains?") == {said.id: is_about_self}


def test_questions_length_and_words_of_time_are_told(vault: Vault) -> None:
    said = say(vault, "Is it on Monday or on Tuesday, last or next?  ")
    assert feature(vault, "is_question", "When is it?") == {said.id: 1}
    assert feature(vault, "length", "When is it?")[said.id] == pytest.approx(np.log1p(46) / 6)
    assert feature(vault, "tells_when", "When is it?") == {said.id: 3}, "three are enough"
    assert feature(vault, "tells_when", "What is it?") == {said.id: 0}


def test_two_people_who_talk_are_told_from_a_user_with_an_assistant(vault: Vault) -> None:
    between = [tell(vault, "Ines", "a red kayak"), tell(vault, "Tom", "a blue one")]
    assert {group(vault, each) for each in between} == {"between_people"}
    with_assistant = [
        tell(vault, "Ines", "a red kayak", conversation="c2"),
        reply(vault, "a fine one", conversation="c2"),
        say(vault, "a nameless user's kayak", conversation="c3"),
    ]
    assert {group(vault, each) for each in with_assistant} == {"with_assistant"}


def test_only_the_weights_of_its_group_add_to_a_message(vault: Vault) -> None:
    tell(vault, "Ines", "the kayak is red")
    say(vault, "the kayak is red", conversation="c2")
    weights = shipped_weights().scores
    for item in recalled(vault, "Which kayak is red?"):
        names = {reason.feature for reason in item.reasons} - {"any"}
        own = "with_assistant" if amount(item, "length") == 0 else "between_people"
        assert names <= weights[own].keys()
    features = [amount(item, "length") for item in recalled(vault, "Which kayak is red?")]
    assert sorted(value > 0 for value in features) == [False, True]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Where do I live?", {"I live in Braga"}),
        ("Where did I live last month?", {"I live in Porto", "I live in Braga"}),
        ("Where did I live in 2023?", {"I live in Braga"}),
        ("Where did I live yesterday?", {"I live in Braga"}),
    ],
)
def test_a_superseded_memory_is_found_only_for_the_time_in_which_it_held(
    vault: Vault, question: str, found: set[str]
) -> None:
    porto = note(vault, "I live in Porto", days_ago=200)
    vault.memories.edit(porto.id, "I live in Braga", time=NOW - timedelta(days=20))
    assert {item.text for item in recalled(vault, question, "memory")} == found


def test_a_hidden_memory_is_never_found(vault: Vault) -> None:
    hidden = note(vault, "I live in Porto")
    vault.memories.set_hidden(hidden.id, True, time=NOW)
    assert recalled(vault, "Where did I live last week?", "memory") == []


def test_memories_that_hold_are_found_behind_many_that_do_not(vault: Vault) -> None:
    for number in range(130):
        hidden = note(vault, f"parrot {number}")
        change(vault, hidden, "status", "hidden")
    kept = note(vault, "something else altogether")
    assert [item.id for item in recalled(vault, "parrot", "memory")] == [kept.id]


@pytest.mark.parametrize(
    ("question", "column", "value", "name"),
    [
        ("What about bread?", "is_pinned", 1, "pinned"),
        ("What do I drink at breakfast?", "scope", "breakfasts", "scope"),
        ("Which bread do I like?", "polarity", "positive", "polarity"),
        ("Which bread do I hate?", "polarity", "negative", "polarity"),
        ("Which bread can't I eat?", "polarity", "neutral", ""),
        ("Which bread do I hate?", "polarity", "positive", ""),
        ("What about bread?", "scope", "breakfasts", ""),
    ],
)
def test_pinned_scope_and_polarity_add_to_the_score(
    vault: Vault, question: str, column: str, value: object, name: str
) -> None:
    plain, special = note(vault, "dark bread"), note(vault, "dark bread")
    change(vault, special, column, value)
    found = {item.id: item for item in recalled(vault, question, "memory")}
    weight = shipped_weights().scores["memory"].get(name, 0)
    assert found[special.id].score == pytest.approx(found[plain.id].score + weight)
    if name:
        assert amount(found[special.id], name) == pytest.approx(weight)


def test_what_helped_before_is_a_little_likelier_to_help_again(vault: Vault) -> None:
    used, unused = note(vault, "dark bread"), note(vault, "dark bread")
    question = say(vault, "Which bread?")
    answer = question.model_copy(update={"id": "r1", "role": "assistant", "content": "Dark."})
    offered = [("memory", used.id)]
    vault.messages.add_reply(answer, to=question, sent="Which bread?", offered=offered, trace="{}")
    assert feature(vault, "used", "Which bread?", "memory") == {
        used.id: pytest.approx(np.log(2)),
        unused.id: 0,
    }


def test_what_is_hard_passes_a_sum_that_is_too_low_for_the_rest() -> None:
    gate = Gate(weights={"score": 2.0, "general": -1.0}, threshold=3.0, threshold_if_hard=1.0)
    columns = {
        "is_hard": np.array([0.0, 1.0, 0.0, 1.0]),
        "general": np.array([1.0, 1.0, 1.0, 1.0]),
    }
    features = Features("memory", np.arange(4), columns, {})
    # 2 x score - 1: two at 2, one at 3, one below 1.
    passes = opens(features, np.array([1.5, 1.5, 2.0, 0.9]), gate)
    assert passes.tolist() == [False, True, True, False]


def test_the_shipped_gate_opens_earlier_for_hard_memories_and_not_for_general_questions() -> None:
    gates = shipped_weights().gates
    assert gates["memory"].threshold_if_hard < gates["memory"].threshold
    assert gates["message"].threshold_if_hard == gates["message"].threshold
    assert all(gate.weights["general"] < 0 < gate.weights["score"] for gate in gates.values())


@pytest.mark.parametrize("text", ["", "parrot", "  parrot  ", "parrot\n"])
def test_one_word_passes_nothing(vault: Vault, text: str) -> None:
    say(vault, "my parrot is a parrot")
    note(vault, "my parrot is a parrot")
    assert vault.recall(text, now=NOW) == []
    assert len(vault.recall(text, now=NOW, gate=False)) == 2


def test_what_fits_passes_the_gate_and_what_does_not_stays_out(vault: Vault) -> None:
    kiko = say(vault, "my parrot Kiko whistles a song")
    say(vault, "grey clouds came")
    vault.settle()
    found = recalled(vault, "Which song does my parrot Kiko whistle?", gate=True)
    assert [item.id for item in found] == [kiko.id]


@pytest.fixture
def topics() -> TopicEmbeddings:
    return TopicEmbeddings(
        {"noodles": "food", "peanuts": "food", "kayak": "leisure_and_culture", "prime": GENERAL}
    )


def test_a_question_of_general_knowledge_is_given_nothing_of_the_user_s(
    topics: TopicEmbeddings,
) -> None:
    vault = Vault(None, Embedder.of(topics))
    peanuts = note(vault, "I avoid peanuts")
    note(vault, "I paddle a kayak")
    say(vault, "yesterday peanuts fell off a truck")
    assert vault.recall("Is 91 prime or composite?", now=NOW) == []
    found = vault.recall("Recipes with noodles?", kinds=("memory",), now=NOW)
    assert [item.id for item in found] == [peanuts.id]
    vault.close()


def test_a_domain_in_common_is_named(topics: TopicEmbeddings) -> None:
    vault = Vault(None, Embedder.of(topics))
    note(vault, "I avoid peanuts")
    (item,) = recalled(vault, "Recipes with noodles?", "memory")
    assert "is about the same part of your life: food" in item.why
    vault.close()


@pytest.mark.parametrize("left_out", [0, 1, 5])
@pytest.mark.parametrize("limit", [1, 4, 15])
def test_without_the_gate_exactly_as_many_come_back_whatever_is_left_out(
    vault: Vault, limit: int, left_out: int
) -> None:
    ids = [say(vault, f"message number{number}").id for number in range(10)]
    ids += [note(vault, f"memory number{number}").id for number in range(10)]
    call = partial(vault.recall, "Which number1 is it?", gate=False, now=NOW)
    known = [item.id for item in call(limit=left_out)] if left_out else []
    found = [item.id for item in call(limit=limit, leave_out=known)]
    assert len(set(found)) == len(found) == limit
    assert not set(found) & set(known)
    assert known + found == [item.id for item in call(limit=limit + left_out)]


def test_what_only_repeats_the_text_does_not_come_back_through_the_gate(vault: Vault) -> None:
    say(vault, "My parrot  Kiko\nwhistles")
    other = say(vault, "My parrot Kiko whistles loudly")
    vault.settle()
    found = recalled(vault, "my parrot kiko whistles", gate=True)
    assert [item.id for item in found] == [other.id]
    assert len(recalled(vault, "my parrot kiko whistles")) == 2


def test_a_short_message_comes_with_the_question_that_it_answers(vault: Vault) -> None:
    reply(vault, "That is a nice city. When did you move there?")
    say(vault, "In May, with my sister")
    reply(vault, "And then?")
    say(vault, "long answers need no question " * 3)
    answers = {item.text[:4]: item.answers for item in recalled(vault, "When did I move?")}
    assert answers == {
        "That": None,
        "In M": "When did you move there?",
        "And ": None,
        "long": None,
    }


@pytest.fixture
def with_everything(vault: Vault) -> Vault:
    tell(vault, "Ines", "Yesterday I whistled")
    reply(vault, "I suggested that", conversation="c2")
    note(vault, "I whistle")
    return vault


@pytest.mark.parametrize("name", ["between_people", "with_assistant", "memory"])
def test_every_weight_is_for_a_feature_that_there_is(with_everything: Vault, name: str) -> None:
    kind: RecollectionKind = "memory" if name == "memory" else "message"
    _, features = with_everything.candidates(ANY_FEATURE, kind=kind, now=NOW)
    weights = shipped_weights()
    assert name in features.groups
    assert weights.scores[name].keys() <= features.columns.keys()
    assert weights.gates[kind].weights.keys() <= {*features.columns, "score"}


def test_whatever_speaks_for_a_candidate_has_words() -> None:
    weights = shipped_weights()
    assert weights.scores.keys() == weights.intercepts.keys()
    speaking = {
        name for group in weights.scores.values() for name, weight in group.items() if weight > 0
    }
    assert speaking - WORDS.keys() == {"length"}


@pytest.mark.parametrize("kind", ["message", "memory"])
def test_every_candidate_belongs_to_exactly_one_group(
    with_everything: Vault, kind: RecollectionKind
) -> None:
    _, features = with_everything.candidates(ANY_FEATURE, kind=kind, now=NOW)
    belongs = np.stack(list(features.groups.values())).sum(axis=0)
    assert belongs.tolist() == [1] * len(features.seqs)


@pytest.mark.parametrize("kind", ["message", "memory"])
def test_an_empty_vault_has_no_candidates(vault: Vault, kind: RecollectionKind) -> None:
    ids, features = vault.candidates("Where is my parrot?", kind=kind, now=NOW)
    assert (ids, features.columns) == ([], {})
    assert recalled(vault, "Where is my parrot?", kind, gate=True) == []


def test_a_second_look_adds_to_the_score_and_changes_the_order(embedder: Embedder) -> None:
    def shorter_is_better(question: str, texts: object) -> list[float]:
        assert question == "Which parrot is it?"
        assert isinstance(texts, list)
        return [-float(len(text)) for text in texts]

    vault = Vault(None, embedder, reranker=shorter_is_better)
    say(vault, "a parrot, which is a bird")
    short = say(vault, "rain")
    found = vault.recall("Which parrot is it?", gate=False, limit=1, now=NOW)
    assert [item.id for item in found] == [short.id]
    assert amount(found[0], "reranker") == -4
    assert sum(reason.amount for reason in found[0].reasons) == pytest.approx(found[0].score)
    vault.close()


def test_the_time_zone_of_the_user_says_when_a_day_begins(vault: Vault) -> None:
    said = vault.messages.add(
        "c1", "user", "late at night", time=datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
    )
    question = partial(vault.candidates, "What did I say yesterday?", kind="message", now=NOW)
    for zone, value in ((ZoneInfo("America/New_York"), 1), (UTC, 0)):
        ids, features = question(zone=zone)
        assert (ids, features.columns["time"].tolist()) == ([said.id], [value])
