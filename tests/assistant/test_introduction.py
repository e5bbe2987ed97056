import pytest

from assistant import Assistant
from assistant.introduction import Introduction, memories_of
from memory.errors import InvalidMemory

ALL = Introduction(
    name="Ana",
    interests="cooking, my garden",
    length="short",
    tone="casual",
    never="peanuts, pork",
)


def test_answers_become_memories_in_the_words_of_the_user(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    kept = ana.interface.introduce(ALL)
    assert [(each.kind, each.strength, each.text) for each in kept] == [
        ("style", "soft", "Call me Ana"),
        ("preference", "soft", "I like to talk about cooking"),
        ("preference", "soft", "I like to talk about my garden"),
        ("style", "soft", "Keep your replies short"),
        ("style", "soft", "Be casual with me"),
        ("constraint", "hard", "Never suggest peanuts"),
        ("constraint", "hard", "Never suggest pork"),
    ]
    assert {each.origin for each in kept} == {"manual"}
    assert {each.id for each in ana.memories.list()} == {each.id for each in kept}


def test_answers_shape_replies(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.interface.introduce(ALL)
    style = ana.style()
    assert (style.name.value, style.length.value, style.formality.value) == (
        "Ana",
        "short",
        "casual",
    )
    reply = ana.chat("Could you suggest a snack with peanuts?")
    assert [each.text for each in reply.minded] == ["Never suggest peanuts"]


@pytest.mark.parametrize(
    ("never", "texts"),
    [
        ("", []),
        ("  ", []),
        (
            "nuts; pork\ngluten.",
            ["Never suggest nuts", "Never suggest pork", "Never suggest gluten"],
        ),
        ("vegan, a nut allergy", ["I'm vegan", "I have a nut allergy"]),
        ("kosher, lactose intolerant", ["I eat kosher", "I'm lactose intolerant"]),
        ("allergic to bees", ["I'm allergic to bees"]),
        ("I'm vegan, and I hate noise", ["I'm vegan, and I hate noise"]),
        ("I'm vegan. I hate noise.", ["I'm vegan", "I hate noise"]),
    ],
)
def test_a_list_is_taken_apart_and_a_sentence_is_left_as_it_is(
    never: str, texts: list[str]
) -> None:
    assert [each.text for each in memories_of(Introduction(never=never))] == texts


def test_it_is_over_once_it_was_answered_or_skipped(bespoke: Assistant) -> None:
    ana, ben = bespoke.user("ana"), bespoke.user("ben")
    assert not ana.interface.is_introduced()
    assert bespoke.users() == []
    ana.interface.introduce(Introduction(name="Ana"))
    assert ben.interface.introduce() == []
    assert bespoke.user("ana").interface.is_introduced()
    assert bespoke.user("ben").interface.is_introduced()


def test_whoever_is_known_already_needs_none(bespoke: Assistant) -> None:
    ana, ben = bespoke.user("ana"), bespoke.user("ben")
    ana.chat("Hello")
    ben.memories.add("I live in Porto")
    assert ana.interface.is_introduced()
    assert ben.interface.is_introduced()


def test_after_erasing_everything_it_begins_anew(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.interface.introduce()
    ana.erase()
    assert not ana.interface.is_introduced()


def test_an_answer_that_cannot_be_kept_keeps_nothing(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    with pytest.raises(InvalidMemory):
        ana.interface.introduce(Introduction(name="Ana", interests="x" * 3000))
    assert ana.memories.list() == []
    assert not ana.interface.is_introduced()
