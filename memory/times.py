"""Times in words: "last week", "in May 2023", "two days ago", as periods, relative to a given now.

The words are found here; dates are read and reckoned with dateutil. English only.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from dateutil.parser import ParserError, parse
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta

EARLIEST = datetime.min.replace(tzinfo=UTC)

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_WEEKDAYS = {
    "monday": MO,
    "tuesday": TU,
    "wednesday": WE,
    "thursday": TH,
    "friday": FR,
    "saturday": SA,
    "sunday": SU,
}
_NUMBERS = [
    "a",
    "an",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
]
_COUNT = rf"\d{{1,3}}|{'|'.join(_NUMBERS)}|couple of|few"
_UNIT = r"day|week|month|year"


class Period(NamedTuple):
    """From `start` until before `end`, both in UTC."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Period") -> bool:
        """Whether some moment lies in both."""
        return self.start < other.end and other.start < self.end

    def contains(self, moment: datetime) -> bool:
        """Whether a moment lies in the period."""
        return self.start <= moment < self.end


def period_asked_about(text: str, now: datetime, zone: tzinfo) -> Period | None:
    """The period that a question is about, or None; "before" and "since" are understood.

    `now` is aware; days begin at midnight in `zone`.
    """
    for found, period in _mentions(text, now, zone):
        leading = {*text[: found.start()].lower().split()[-1:], found[0].split()[0].lower()}
        if leading & {"before", "until", "till"}:
            return Period(EARLIEST, period.start)
        if "after" in leading:
            return Period(period.end, now)
        if "since" in leading:
            return Period(period.start, now)
        return period
    return None


def periods_mentioned(text: str, said_at: datetime, zone: tzinfo) -> list[Period]:
    """All periods that a text speaks of, relative to when it was said."""
    return [period for _, period in _mentions(text, said_at, zone)]


def _mentions(text: str, now: datetime, zone: tzinfo) -> Iterator[tuple[re.Match[str], Period]]:
    today = datetime.combine(now.astimezone(zone), time.min, zone)
    taken: list[tuple[int, int]] = []
    for pattern, read in _READERS:
        for found in pattern.finditer(text):
            if any(found.start() < end and start < found.end() for start, end in taken):
                continue
            try:
                start, end = read(found, today)
                period = Period(start.astimezone(UTC), end.astimezone(UTC))
            except (ParserError, ValueError, OverflowError):
                continue
            taken.append(found.span())
            yield found, period


def _date(found: re.Match[str], today: datetime) -> tuple[datetime, datetime]:
    start = parse(found[0], default=today, dayfirst=False)
    if not re.search(r"\d{4}", found[0]) and start > today:
        start -= relativedelta(years=1)
    return start, start + relativedelta(days=1)


def _month(found: re.Match[str], today: datetime) -> tuple[datetime, datetime]:
    start = parse(f"1 {found['month']}", default=today)
    if found["year"]:
        start = start.replace(year=int(found["year"]))
    elif start > today:
        start -= relativedelta(years=1)
    return start, start + relativedelta(months=1)


def _year(found: re.Match[str], today: datetime) -> tuple[datetime, datetime]:
    start = today.replace(year=int(found["year"]), month=1, day=1)
    return start, start + relativedelta(years=1)


def _named_day(found: re.Match[str], today: datetime) -> tuple[datetime, datetime]:
    away = {"yesterday": -1, "tomorrow": 1, "last night": -1}.get(found[0].lower(), 0)
    return today + timedelta(days=away), today + timedelta(days=away + 1)


def _unit_away(found: re.Match[str], today: datetime) -> tuple[datetime, datetime]:
    steps = {"last": -1, "previous": -1, "this": 0, "next": 1}[found["which"].lower()]
    unit = found["unit"].lower()
    if unit == "weekend":
        saturday = today + relativedelta(weekday=MO(-1)) + timedelta(weeks=steps, days=5)
        return saturday, saturday + timedelta(days=2)
    if unit in _WEEKDAYS:
        day = today + (
            timedelta(days=-1) + relativedelta(weekday=_WEEKDAYS[unit](-1))
            if steps < 0
            else timedelta(days=1 if steps else 0) + relativedelta(weekday=_WEEKDAYS[unit](1))
        )
        return day, day + timedelta(days=1)
    begin = {
        "week": today + relativedelta(weekday=MO(-1)),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }[unit]
    step = _length(unit)
    return begin + steps * step, begin + (steps + 1) * step


def _ago(found: re.Match[str], today: datetime) -> tuple[datetime, datetime]:
    unit = found["unit"].lower()
    middle = today - _count(found["count"]) * _length(unit)
    # "Two months ago" is said of a fortnight around that day, "two days ago" of the day.
    slack = {"day": 0, "week": 3, "month": 15, "year": 183}[unit]
    return middle - timedelta(days=slack), middle + timedelta(days=slack + 1)


def _past(found: re.Match[str], today: datetime) -> tuple[datetime, datetime]:
    end = today + timedelta(days=1)
    return end - _count(found["count"]) * _length(found["unit"].lower()), end


def _count(words: str) -> int:
    words = words.lower()
    if words.isdigit():
        return int(words)
    # "a" and "an" stand before "one".
    return {"a": 1, "couple of": 2, "few": 3}.get(words) or max(1, _NUMBERS.index(words) - 1)


def _length(unit: str) -> relativedelta:
    return {
        "day": relativedelta(days=1),
        "week": relativedelta(weeks=1),
        "month": relativedelta(months=1),
        "year": relativedelta(years=1),
    }[unit]


_Reader = Callable[[re.Match[str], datetime], tuple[datetime, datetime]]

# The first that fits a place reads it, so the longer forms come first. Months are read only with a
# capital letter: "may" and "march" are words.
_READERS: list[tuple[re.Pattern[str], _Reader]] = [
    (re.compile(r"\b\d{4}-\d{2}-\d{2}\b"), _date),
    (re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTHS})(?:,? \d{{4}})?\b"), _date),
    (re.compile(rf"\b(?:{_MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b(?!\d)"), _date),
    (
        re.compile(
            rf"\b(?:[Ii]n|[Dd]uring|[Ss]ince|[Bb]efore|[Aa]fter|[Uu]ntil|[Oo]f|[Ll]ast|[Tt]his)"
            rf" (?:early |mid-|late )?(?P<month>{_MONTHS})(?:,? (?P<year>\d{{4}}))?\b"
        ),
        _month,
    ),
    (re.compile(rf"\b(?P<month>{_MONTHS}),? (?P<year>\d{{4}})\b"), _month),
    (
        re.compile(r"\b(?:in|during|since|before|after|until|of) (?P<year>(?:19|20)\d\d)\b", re.I),
        _year,
    ),
    (re.compile(r"\b(?:yesterday|today|tomorrow|tonight|last night)\b", re.I), _named_day),
    (
        re.compile(rf"\b(?:last|past) (?P<count>{_COUNT}) (?P<unit>{_UNIT})s?\b", re.I),
        _past,
    ),
    (re.compile(rf"\b(?P<count>{_COUNT}) (?P<unit>{_UNIT})s? (?:ago|back|before)\b", re.I), _ago),
    (
        re.compile(
            rf"\b(?P<which>last|previous|this|next) (?P<unit>week|weekend|month|year|"
            rf"{'|'.join(_WEEKDAYS)})\b",
            re.I,
        ),
        _unit_away,
    ),
]
