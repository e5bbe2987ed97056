import pytest

from memory.relations import find_relations, is_pet, relation_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My daughter Mia is six", [("daughter", "Mia")]),
        ("I have a daughter called Mia who is six.", [("daughter", "Mia")]),
        ("my daughter\u2019s name is Mia", [("daughter", "Mia")]),
        ("Mia is my daughter", [("daughter", "Mia")]),
        ("My mother is Portuguese", [("mother", None)]),
        ("my mum lives in Leeds", [("mother", None)]),
        ("We have two kids, Rui and Marta", [("child", "Rui"), ("child", "Marta")]),
        ("my daughters Mia and Zoe love chess", [("daughter", "Mia"), ("daughter", "Zoe")]),
        ("My husband Paul's parents own a farm", [("husband", "Paul")]),
        ("My mother-in-law Rosa visits on Sundays", [("mother-in-law", "Rosa")]),
        ("Our son starts school in September.", [("son", None)]),
        ("My sister Élodie sings", [("sister", "Élodie")]),
        ("My best friend is getting married in June.", [("friend", None)]),
        ("My dad and I fish", [("father", None)]),
    ],
)
def test_people_are_found_with_their_names(
    text: str, expected: list[tuple[str, str | None]]
) -> None:
    found = find_relations(text)
    assert [(each.relation, each.name) for each in found] == expected
    assert not any(each.is_pet for each in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my dog is called biscuit", ("dog", "biscuit")),
        ("we have three cats", ("cat", None)),
        ("I just got a kitten, Miso", ("cat", "Miso")),
        ("I've got a guinea pig named Otto", ("guinea pig", "Otto")),
    ],
)
def test_pets_are_found_with_their_names(text: str, expected: tuple[str, str | None]) -> None:
    (found,) = find_relations(text)
    assert (found.relation, found.name) == expected
    assert found.is_pet


@pytest.mark.parametrize(
    "text",
    [
        "I'm Tom and I live in Bristol",
        "My friend's dog Rex is loud",
        "my cat allergy is getting worse",
        "I have a doctor appointment",
        "my ex-wife lives in Rome",
        "I had chicken for lunch",
        "Dogs are better than cats",
        "The daughter in that film was great",
    ],
)
def test_nobody_is_found_where_nobody_belongs_to_the_user(text: str) -> None:
    assert find_relations(text) == []


@pytest.mark.parametrize(
    ("text", "is_subject"),
    [
        ("My daughter Mia loves horses", True),
        ("Well, my brother lives in Canada", True),
        ("I love cooking with my sister Eva", False),
        ("I have a dog named Rex", True),
        ("I live in Porto with my dog Rex", False),
    ],
)
def test_it_is_told_whom_a_statement_is_about(text: str, is_subject: bool) -> None:
    assert [each.is_subject for each in find_relations(text)] == [is_subject]


def test_every_word_for_a_relation_leads_to_it() -> None:
    assert (relation_of("Kids"), relation_of("grandma"), relation_of("table")) == (
        "child",
        "grandmother",
        None,
    )
    assert is_pet("guinea pig")
    assert not is_pet("daughter")
