"""Budgets: an amount of money that the user does not want to pay more than.

Amounts are compared where currency and period fit; a month counts 30 days. Knows no exchange rates.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.constraints.words import Phrase, holds, phrase_of, words_of

_CURRENCIES = {
    "eur": ("€", "eur", "euro", "euros"),
    "usd": ("$", "us$", "usd", "dollar", "dollars", "bucks"),
    "gbp": ("£", "gbp", "pound", "pounds", "quid"),
    "chf": ("chf", "franc", "francs"),
    "jpy": ("¥", "jpy", "yen"),
    "inr": ("₹", "inr", "rupee", "rupees", "rs"),
    "sek": ("sek", "kronor"),
    "nok": ("nok", "kroner"),
    "pln": ("pln", "zloty"),
}
_BY_SIGN = {sign: code for code, signs in _CURRENCIES.items() for sign in signs}
_SIGN = "|".join(sorted(map(re.escape, _BY_SIGN), key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[,. ]\d{3})+(?:\.\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?P<before>{_SIGN})\s?)?(?P<number>{_NUMBER})(?P<thousand>\s?k\b)?"
    rf"(?:\s?-\s?(?:{_SIGN})?\s?(?P<upper>{_NUMBER})|\s(?:to|and)\s(?:{_SIGN})?\s?(?P<top>{_NUMBER}))?"
    rf"(?:\s?(?P<after>{_SIGN})(?!\w))?",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"^[^.;!?\d]{0,25}?(?:/\s?|\bper\s|\ba\s|\ban\s|\beach\s|\bevery\s)(?P<unit>day|night|week|month|year)"
    r"|^[^.;!?\d]{0,12}?\b(?P<adverb>daily|nightly|weekly|monthly|yearly|annually)",
    re.IGNORECASE,
)
_DAYS = {
    **dict.fromkeys(("day", "night", "daily", "nightly"), 1),
    **dict.fromkeys(("week", "weekly"), 7),
    **dict.fromkeys(("month", "monthly"), 30),
    **dict.fromkeys(("year", "yearly", "annually"), 365),
}
_BUDGET = re.compile(
    r"\b(?:budget\w*|afford|at most|max(?:imum)?|(?:no|not|never) more than|never (?:spend|pay)"
    r"|(?:can'?t|cannot|don'?t|do not|won't) (?:want to )?(?:spend|pay|afford)"
    r"|only (?:spend|pay|have)"
    r"|up to|limit|more than|cap)\b",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"\bfor (?:my |our |a |an |the )?(?P<after>[a-z ]+?)(?= is\b| of\b| a\b| per\b| each\b|[.,;]|$)"
    r"|\b(?P<before>[a-z]+) budget\b|\b(?:on|in) (?:my |a )?(?P<on>[a-z]+)",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:deposits?|salar(?:y|ies)|incomes?|earn\w*|sav(?:e|es|ing|ings)|refund|square|sq"
    r"|(?:over|above|beyond|exceeds?|outside|more than|higher than)"
    r" (?:your|the|that|this) (?:monthly )?"
    r"(?:budget|limit)|out of (?:your )?(?:budget|reach)|too (?:expensive|high|much))\b",
    re.IGNORECASE,
)
_HOMES = ("rent", "apartment", "flat", "studio", "room", "house", "lodging", "lease", "housing")
_TOPICS = {
    **dict.fromkeys(_HOMES, (_HOMES, ("lodging", "home", "money"))),
    **dict.fromkeys(("food", "grocery", "groceries", "dinner", "meal"), (("food",), ("food",))),
    **dict.fromkeys(("holiday", "vacation", "trip", "travel"), (("trip",), ("travel", "lodging"))),
    **dict.fromkeys(("hotel", "hotels"), (("hotel",), ("lodging", "travel"))),
    **dict.fromkeys(("phone", "laptop", "computer", "tablet"), ((), ("technology",))),
    **dict.fromkeys(("gift", "gifts", "present", "presents"), ((), ("people_and_occasions",))),
    **dict.fromkeys(("car",), (("car",), ("vehicles",))),
    **dict.fromkeys(("clothes", "shoes", "clothing"), ((), ("fashion",))),
}


class Amount(NamedTuple):
    """Money at the characters `start` to `end` of a text; `days` is the period that it is for."""

    value: float
    currency: str | None
    days: int | None
    start: int
    end: int


class Budget(NamedTuple):
    """The most that is to be paid, for what, and the parts of life where that comes up."""

    most: Amount
    topic: tuple[Phrase, ...]
    domains: tuple[str, ...]

    def is_about(self, request: str) -> bool:
        """Whether a request is about what the money is for."""
        return holds(words_of(request), self.topic)

    def exceeded_by(self, text: str, *, is_touched: bool) -> Iterator[Amount]:
        """The amounts in a text that are more; none where it speaks of other money.

        `is_touched` says that the conversation is about what the budget is for.
        """
        if _OTHER.search(text) or not (is_touched or holds(words_of(text), self.topic)):
            return
        for amount in amounts_in(text):
            if amount.currency is not None and self._is_more(amount):
                yield amount

    def _is_more(self, amount: Amount) -> bool:
        if self.most.currency not in (None, amount.currency):
            return False
        if self.most.days and amount.days:
            return amount.value / amount.days > self.most.value / self.most.days * 1.02
        return amount.value > self.most.value


def budget_in(text: str) -> Budget | None:
    """The budget that a statement of the user names, if any."""
    amounts = [amount for amount in amounts_in(text) if amount.value > 0]
    if not amounts or not _BUDGET.search(text):
        return None
    named = [amount for amount in amounts if amount.currency] or amounts
    words = [found for match in _TOPIC.finditer(text.lower()) for found in match.groups() if found]
    topics = [word for found in words for word in found.split()]
    known = next((_TOPICS[word] for word in topics if word in _TOPICS), None)
    synonyms, domains = known or ((), ("money",))
    phrases = (*map(phrase_of, topics), *map(phrase_of, synonyms))
    return Budget(named[0], tuple(phrase for phrase in phrases if phrase), domains)


def amounts_in(text: str) -> Iterator[Amount]:
    """All numbers in a text that may be money; of a range the upper end."""
    for match in _AMOUNT.finditer(text):
        sign = match["before"] or match["after"]
        number = match["upper"] or match["top"] or match["number"]
        period = _PERIOD.match(text[match.end() :])
        unit = (period["unit"] or period["adverb"]).lower() if period else None
        yield Amount(
            value=_value(number) * (1000 if match["thousand"] else 1),
            currency=_BY_SIGN[sign.lower()] if sign else None,
            days=_DAYS[unit] if unit else None,
            start=match.start(),
            end=match.end(),
        )


def _value(number: str) -> float:
    grouped = re.fullmatch(r"\d{1,3}(?:[,. ]\d{3})+(\.\d{1,2})?", number)
    if grouped:
        cents = grouped[1] or ""
        whole = number.removesuffix(cents)
        return float(re.sub(r"[,. ]", "", whole) + cents)
    return float(number.replace(",", "."))
