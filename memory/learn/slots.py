"""Slots that hold one value at a time (home, job, age …), read off a clause by patterns.

The patterns are data of the language (`english/slots.yaml`). Nothing here knows what a slot means.
"""

import re
from functools import cached_property
from typing import NamedTuple

from memory.learn.language import Language

_UP_TO_TEN = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_TEENS = "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
NUMBER = rf"(?:\d{{1,3}}|(?:{_TENS}|hundred)(?:[- ](?:{_UP_TO_TEN}))?|{_TEENS}|{_UP_TO_TEN})"
_MACROS = {
    "WHATNOT": r"[^,.;:!?()]+?(?=END)",
    "NUMBER": NUMBER,
    "COUNT": rf"(?:an?|no|{_UP_TO_TEN}|\d{{1,2}})",
    "NAMED": r"(?:[\w'-]+(?: (?-i:[A-Z])[\w'-]*){0,2})",
    "NAME": r"(?:(?-i:[A-Z])[\w'-]+(?: (?-i:[A-Z])[\w'-]+)?)",
    "ME": r"\b(?:i'm|i am|im|we're|we are) ADV",
    "END": r"[,.;:!?()]|\s*$| and (?:i|my|we|am|have|was|live|work|love|like|enjoy|want|our|it)\b"
    r"|\b(?: ?(?:but|because|since|with my|with our|where|which|who|that|so|now|at the moment"
    r"|these days|right now|this|last|next|currently|though|although|when|while|as well|too|ago"
    r"|until|after|before|again|anymore|any more|instead|nowadays|for (?:the|about|over|many|a|\d+|"
    r"almost|nearly|two|three|four|five|six|ten|now|work|years)|in (?:the )?(?:19|20)\d\d|"
    r"(?:\d+|two|three|a few|some|several|many|a couple of|six|five|ten) (?:years|months|weeks|"
    r"days)|a (?:year|month|week) ago|and (?:he|she|they|there)|if|as (?:an?|my)|to be|to study"
    r"|to work"
    r"|btw|actually|please|lol|haha|yesterday|today|since))\b",
}
_NO_NAMES = re.compile(
    r"^(?:not|so|very|a|an|the|now|here|just|also|really|back|sure|sorry|glad|happy|fine|ok|okay"
    r"|good"
    r"|looking|trying|going|feeling|always|never|still|on|in|at|from|allergic|vegan|single|married"
    r"|i|i'm|my|we)$",
    re.IGNORECASE,
)
_SPELLINGS = ((r"\bfavorites?\b|\bfavourites\b", "favourite"), (r"\bcolor\b", "colour"))
_WITHOUT = re.compile(r"^(?:new|current|actual|all-time|absolute|the|my|of) |\bfor (?:my|the)\b ?")
_PLURALS = {
    "kids": "children",
    "kid": "children",
    "child": "children",
    "pet": "pets",
    "twin": "twins",
    "grandkids": "grandchildren",
}
_COUNTED = "count"
_NAMED_BY_WORDS = frozenset({"favourite", "count", "possession", "budget"})


class Filled(NamedTuple):
    """A slot, its value in the user's words, and where in the clause that stands."""

    slot: str
    value: str
    start: int


class SlotReader:
    """Finds which slots a clause fills."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def read(self, clause: str) -> list[Filled]:
        """The slots that a clause fills, those named first in the language's file first."""
        plain = plainly(clause)
        return [
            filled
            for slot, patterns in self._patterns.items()
            if (filled := self._first(slot, patterns, plain, clause))
        ]

    def wish(self, clause: str) -> str | None:
        """What a wish about replies is about, as a slot; None if it is about nothing known."""
        plain = plainly(clause)
        return next((name for name, sign in self._wishes.items() if sign.search(plain)), None)

    def _first(
        self, slot: str, patterns: list[re.Pattern[str]], plain: str, clause: str
    ) -> Filled | None:
        for pattern in patterns:
            if found := pattern.search(plain):
                groups = found.groupdict()
                key = "v" if groups.get("v") else "w" if groups.get("w") else None
                start, end = found.span(key) if key else found.span()
                value = clause[start:end].strip()
                if slot == "name" and (
                    _NO_NAMES.match(value.split()[0]) or self._is_word(value.split()[0])
                ):
                    continue
                name = _name(slot, groups.get("what"))
                if value:
                    return Filled(name, value, start)
        return None

    def _is_word(self, word: str) -> bool:
        """Whether a capitalised word is no name: a nationality, a diet, a job."""
        small = word.lower()
        return any(
            self._language.has(each, small)
            for each in ("nationalities", "diets", "jobs", "relationships", "conditions", "faiths")
        )

    @cached_property
    def _patterns(self) -> dict[str, list[re.Pattern[str]]]:
        return {
            slot: [self._compiled(pattern) for pattern in patterns]
            for slot, patterns in self._language.slots.items()
        }

    @cached_property
    def _wishes(self) -> dict[str, re.Pattern[str]]:
        return {
            name: re.compile(pattern, re.IGNORECASE)
            for name, pattern in self._language.wishes.items()
        }

    def _compiled(self, pattern: str) -> re.Pattern[str]:
        pattern = pattern.replace(r"\bi ADV", r"\b(?:i|we|i've|we've|i'll|i have) ADV")
        pattern = re.sub(r"(?<!\w)WHAT(?!NOT)", "(?P<v>WHATNOT)", pattern)
        for name, meaning in _MACROS.items():
            pattern = re.sub(rf"{name}(?![A-Z])", meaning.replace("\\", r"\\"), pattern)
        for name, words in (("JOB", "jobs"), ("DIET", "diets")):
            pattern = pattern.replace(name, self._one_of(words))
        pattern = pattern.replace("END", _MACROS["END"]).replace("ADV", self._language.adverbs)
        return re.compile(pattern, re.IGNORECASE)

    def _one_of(self, list_name: str) -> str:
        words = sorted(self._language.words[list_name], key=len, reverse=True)
        return "(?:" + "|".join(map(re.escape, words)) + ")"


def plainly(text: str) -> str:
    """The text with plain apostrophes and blanks; no character moves."""
    return re.sub(r"\s", " ", text.replace("’", "'").replace("`", "'"))


def _name(slot: str, what: str | None) -> str:
    if what is None or slot not in _NAMED_BY_WORDS:
        return slot
    name = what.lower().strip()
    for spelling, usual in _SPELLINGS:
        name = re.sub(spelling, usual, name)
    name = _WITHOUT.sub("", name).strip()
    if slot == _COUNTED:
        return f"number of {_PLURALS.get(name, name if name.endswith(('s', 'en')) else name + 's')}"
    return name
