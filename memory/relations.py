"""Who belongs to the user: "my daughter Mia" says that there is a daughter, and her name.

Reads single statements of the user, by rules, in English. Whose statements they are, and whether
they still hold, others know.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from memory.types import Record


class Relation(Record):
    """Somebody whom a statement mentions as the user's own: what they are, and their name.

    `relation` is singular and in lower case ("daughter"). `is_subject` says that the statement
    begins with them, or with the user's having them: so that it tells nothing else of the user.
    """

    relation: str
    name: str | None
    is_pet: bool
    is_subject: bool = False


_NAME = r"[^\W\d_a-zß-öø-ÿ][\w'-]*(?: [^\W\d_a-zß-öø-ÿ][\w'-]*)?"
_ANY_NAME = r"[^\W\d_][\w'-]*"
_CURLY_APOSTROPHE = "\u2019"
_OPENING = r"\W*(?:(?:and|but|so|well|oh|also|actually|btw|by the way|yes|no)\b\W*)*"
# "My cat allergy" has no cat, and after "I have a dog" a noun would make it something else.
_NOT_THEM = r"(?!-| (?i:allerg|hair|fur|food|walker|sitter|person|lover|phobia|appointment))"
_GOES_ON = r"(?=\W*$|[,.;:!]| (?i:and|but|who|that|which|in|at|with|from|as|now|too|here)\b)"
_MOST_BETWEEN = 2  # adjectives, as in "my two lovely daughters"


def find_relations(text: str) -> list[Relation]:
    """The people and animals that a statement mentions as the user's own, in order."""
    text = text.replace(_CURLY_APOSTROPHE, "'")
    found: dict[tuple[str, str | None], Relation] = {}
    for pattern in _patterns():
        for match in pattern.finditer(text):
            for each in _read(match, text):
                found.setdefault((each.relation, each.name), each)
    named = {each.relation for each in found.values() if each.name}
    return [each for each in found.values() if each.name or each.relation not in named]


def relation_of(word: str) -> str | None:
    """The relation that a word names ("kids": "child"); None if it names none."""
    return _words().get(" ".join(word.casefold().split()))


def is_pet(relation: str) -> bool:
    """Whether a relation, as `relation_of` gives it, is an animal's."""
    return relation in _read_words()["pets"]


def _read(match: re.Match[str], text: str) -> Iterator[Relation]:
    groups = match.groupdict()
    relation = _words()[" ".join(groups["relation"].casefold().split())]
    names = [name for name in (groups.get("name"), groups.get("second")) if _is_name(name)]
    for name in names or [None]:
        yield Relation(
            relation=relation,
            name=name and _without_possessive(name),
            is_pet=is_pet(relation),
            is_subject=re.fullmatch(_OPENING, text[: match.start()], re.IGNORECASE) is not None,
        )


def _is_name(name: str | None) -> bool:
    return name is not None and name.split()[0] not in _read_words()["no_names"]


def _without_possessive(name: str) -> str:
    return re.sub(r"'s$", "", name)


@cache
def _patterns() -> list[re.Pattern[str]]:
    """The most telling first. Names are capitalised, unless the words say that it is a name."""
    words = "|".join(sorted(map(re.escape, _words()), key=len, reverse=True))
    relation = rf"(?P<relation>(?i:{words}))\b{_NOT_THEM}"
    between = rf"(?:[\w-]+ ){{0,{_MOST_BETWEEN}}}?"
    mine = rf"\b(?i:my|our) {between}{relation}"
    have = (
        r"\b(?i:(?:i|we)(?:'ve|'ve got| have| have got| got| own| adopted"
        rf"| just adopted| just got)) {between}{relation}"
    )
    called = rf" ?,? ?(?i:(?:is |are |who is )?(?:called|named)) (?P<name>{_ANY_NAME})"
    second = rf"(?:,? (?i:and) (?P<second>{_NAME}))?"
    return [
        re.compile(pattern)
        for pattern in (
            rf"{mine}(?:'s|s'?)? (?i:names? (?:is|are)) (?P<name>{_ANY_NAME}){second}",
            rf"{mine}{called}{second}",
            rf"{have}{called}{second}",
            rf"{have}, (?P<name>{_NAME}){second}",
            rf"{mine}(?!'),? (?P<name>{_NAME}){second}",
            rf"(?P<name>{_NAME})(?:,| (?i:is|was)) (?:[\w-]+ )?{mine}(?!')",
            rf"{mine}(?!')",
            rf"{have}{_GOES_ON}",
        )
    ]


@cache
def _words() -> dict[str, str]:
    """Every word for a relation, and the relation."""
    return {
        word: relation
        for relations in (_read_words()["people"], _read_words()["pets"])
        for relation, others in relations.items()
        for word in (relation, *others)
    }


@cache
def _read_words() -> dict[str, Any]:
    loaded = yaml.safe_load(files("memory").joinpath("relations.yaml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded
