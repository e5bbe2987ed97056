"""What one hard constraint rules out: the user's words read with the shipped rules.

A constraint that the rules do not know is taken at the user's words. Knows nothing about replies.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from assistant.constraints.amounts import Budget, budget_in
from assistant.constraints.hours import Hours, hours_in
from assistant.constraints.rules import Group, Rule, shipped_rules
from assistant.constraints.stated import listed, ruled_out_by
from assistant.constraints.words import (
    Found,
    Phrase,
    Phrases,
    Word,
    holds,
    phrase_of,
    plain,
    words_of,
)
from memory.types import Memory

_WORDS_BEFORE = 4


class Term(NamedTuple):
    """What a ruled out phrase stands for.

    `freed_by` are the words that make it fine. A `shape` is fine, too, when it is made of plants,
    and what `is_alive` where animals are spoken of and food is not.
    `contains` is the ingredient for which a dish is ruled out, in words.
    """

    freed_by: frozenset[Phrase] = frozenset()
    is_shape: bool = False
    is_alive: bool = False
    contains: str | None = None


class RuledOut(NamedTuple):
    """Phrases that are out, those that only sound like them, and where they come up."""

    terms: dict[Phrase, Term]
    fine: frozenset[Phrase]
    domains: frozenset[str]


class Constraint:
    """One hard memory, as the checks see it."""

    def __init__(self, memory_id: str, text: str, *, about: str | None = None) -> None:
        """Read the user's words; `about` is what the statement is about, where that is known."""
        self.memory_id = memory_id
        self.text = text
        words = plain(text)
        self.budget: Budget | None = budget_in(words)
        self.hours: Hours | None = None if self.budget else hours_in(words)
        rules = shipped_rules().meant_by(f"{words} ; {about or ''}")
        is_measured = self.budget is not None or self.hours is not None
        goods = [] if is_measured else _goods(words, about, has_rule=bool(rules))
        self._ruled_out = _ruled_out(tuple(_names_of(rules)), tuple(goods))
        self._rule_domains = frozenset(domain for rule in rules for domain in rule.domains)

    @classmethod
    def of(cls, memory: Memory) -> "Constraint":
        """The constraint that a memory states."""
        return cls(memory.id, memory.text, about=memory.about)

    @property
    def domains(self) -> frozenset[str]:
        """The parts of life where it comes up; empty if the rules do not know."""
        measured = self.budget.domains if self.budget else self.hours.domains if self.hours else ()
        return self._rule_domains or self._ruled_out.domains.union(measured)

    @property
    def rules_anything_out(self) -> bool:
        """Whether there is anything that a reply could be checked for."""
        return bool(self._ruled_out.terms or self.budget or self.hours)

    def mentions(self, words: Sequence[Word]) -> Iterator[Found[Term]]:
        """Where words name something that is out, without those that only sound like it."""
        spared = [(found.first, found.last) for found in self._fine.found(words)]
        end = 0  # "wine" is no news within "red wine"
        for found in self._terms.found(words):
            if found.first >= end and not any(
                first <= found.first and found.last <= last for first, last in spared
            ):
                yield found
                end = found.last

    @cached_property
    def _terms(self) -> Phrases[Term]:
        return Phrases(self._ruled_out.terms)

    @cached_property
    def _fine(self) -> Phrases[None]:
        return Phrases(dict.fromkeys(self._ruled_out.fine))


def is_freed(words: Sequence[Word], found: Found[Term], sentence: str) -> bool:
    """Whether a label makes a thing fine: before it ("vegan butter") or in brackets after it."""
    before = words[max(0, found.first - _WORDS_BEFORE) : found.first]
    if before and _breaks(sentence[before[0].start : words[found.first].start]):
        before = _after_break(before, sentence, words[found.first].start)
    after = _bracketed(sentence, words[found.last - 1].end)
    labels = found.value.freed_by | (_plants() if found.value.is_shape else frozenset())
    return holds(before, labels) or holds(words_of(after), labels)


def _goods(text: str, about: str | None, *, has_rule: bool) -> Iterator[Phrase]:
    known = shipped_rules()
    for phrase in [*ruled_out_by(text), *(listed(about) if about else ())]:
        if known.groups_called(phrase) or known.group_of(phrase) or not has_rule:
            yield phrase


def _names_of(rules: Iterable[Rule]) -> Iterator[str]:
    meant = list(rules)
    return (name for name, rule in shipped_rules().rules.items() if rule in meant)


@lru_cache(256)
def _of_rules(rule_names: tuple[str, ...], group_names: tuple[str, ...]) -> RuledOut:
    """What rules and groups rule out. Kept: it holds words of the shipped files only."""
    known = shipped_rules()
    rules = [known.rules[name] for name in rule_names]
    names = [*group_names, *(name for rule in rules for name in rule.rules_out)]
    groups = [group for name in dict.fromkeys(names) for group in known.with_included(name)]
    labels = frozenset(phrase_of(label) for rule in rules for label in rule.freed_by)
    terms: dict[Phrase, Term] = {}
    for group in groups:
        terms.update(_terms_of(group, labels))
    terms.update({phrase_of(words): Term(labels) for rule in rules for words in rule.also})
    fine = _phrases(words for group in groups for words in group.fine) - terms.keys()
    allowed = _phrases(words for rule in rules for words in rule.fine)
    for phrase in allowed:
        terms.pop(phrase, None)
    return _with_dishes(
        terms, fine | allowed, frozenset(domain for group in groups for domain in group.domains)
    )


def _ruled_out(rule_names: tuple[str, ...], goods: tuple[Phrase, ...]) -> RuledOut:
    """What rules and the user's own words rule out together."""
    known = shipped_rules()
    called = dict.fromkeys(name for good in goods for name in known.groups_called(good))
    base = _of_rules(rule_names, tuple(called))
    terms, fine, domains = dict(base.terms), set(base.fine), set(base.domains)
    single: dict[Phrase, Term] = {}
    for good in goods:
        if known.groups_called(good):
            continue
        for phrase in known.synonyms(good):
            group = known.group_of(phrase)
            labels = _phrases(group.freed_by) if group else frozenset()
            single.setdefault(phrase, Term(labels))
            if group:
                domains.update(group.domains)
                fine.update(words for words in _phrases(group.fine) if _is_within(phrase, words))
    if not single:
        return base
    terms.update(single)
    return _with_dishes(terms, frozenset(fine - terms.keys()), frozenset(domains))


def _terms_of(group: Group, labels: frozenset[Phrase]) -> Iterator[tuple[Phrase, Term]]:
    freed_by = _phrases(group.freed_by) | labels
    shapes, alive = _phrases(group.shapes), _phrases(group.alive)
    for words in group.names:
        phrase = phrase_of(words)
        yield phrase, Term(freed_by, is_shape=phrase in shapes, is_alive=phrase in alive)


def _with_dishes(
    terms: dict[Phrase, Term], fine: frozenset[Phrase], domains: frozenset[str]
) -> RuledOut:
    """The same with the dishes that contain any of it."""
    known, found, spared = shipped_rules(), Phrases(terms), Phrases(dict.fromkeys(fine))
    dishes: dict[Phrase, Term] = {}
    for dish, ingredients in known.dishes.items():
        for ingredient in ingredients:
            words = [Word(each, 0, 0) for each in ingredient]
            if next(spared.found(words), None) is None:
                inside = next(found.found(words), None)
                if inside is not None and dish not in fine:
                    contains = known.spelled(ingredient)
                    dishes.setdefault(dish, inside.value._replace(contains=contains))
                    break
    return RuledOut({**dishes, **_explained(terms, dishes)}, fine, domains)


def _explained(terms: dict[Phrase, Term], dishes: dict[Phrase, Term]) -> dict[Phrase, Term]:
    """The terms, with what a dish contains where a term is a dish."""
    return {
        phrase: term._replace(contains=dishes[phrase].contains) if phrase in dishes else term
        for phrase, term in terms.items()
    }


def _phrases(words: Iterable[str]) -> frozenset[Phrase]:
    return frozenset(phrase_of(each) for each in words)


def _is_within(phrase: Phrase, other: Phrase) -> bool:
    return any(
        other[start : start + len(phrase)] == phrase
        for start in range(len(other) - len(phrase) + 1)
    )


@lru_cache(1)
def _plants() -> frozenset[Phrase]:
    return _phrases(_PLANTS)


def _breaks(text: str) -> bool:
    return any(mark in text for mark in ",;:.!?()")


def _after_break(words: Sequence[Word], sentence: str, end: int) -> list[Word]:
    """The words after the last mark between them and `end`."""
    last = max(sentence.rfind(mark, words[0].start, end) for mark in ",;:.!?()")
    return [word for word in words if word.start > last]


def _bracketed(sentence: str, end: int) -> str:
    rest = sentence[end:].lstrip(" *_")
    return rest[1 : rest.find(")")] if rest.startswith("(") and ")" in rest else ""


_PLANTS = (
    *("vegan", "vegetarian", "plant based", "veggie", "vegetable", "meatless", "meat free", "tofu"),
    *("tempeh", "seitan", "soy", "mushroom", "portobello", "lentil", "bean", "black bean"),
    *(
        "chickpea",
        "jackfruit",
        "cauliflower",
        "eggplant",
        "aubergine",
        "beet",
        "beetroot",
        "carrot",
    ),
    *("zucchini", "quinoa", "walnut", "nut", "pea protein", "beyond", "impossible", "rice paper"),
    *("coconut", "sweet potato", "falafel", "halloumi", "paneer", "mock", "faux", "imitation"),
    *("hearts of palm", "banana peel", "konjac", "avocado", "cucumber", "spinach", "potato"),
)
