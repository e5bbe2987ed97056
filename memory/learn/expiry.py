"""Until when a statement holds that is plainly temporary: "this week", "until Friday".

English; what has no such words holds until something else is said.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from dateutil.easter import easter
from dateutil.parser import ParserError, parse
from dateutil.relativedelta import MO, relativedelta

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_UNIT = r"(?P<unit>day|week|month|year)s?"
_THIS = re.compile(r"\bthis (?P<unit>week|weekend|month|year|morning|afternoon|evening)\b", re.I)
_TODAY = re.compile(r"\b(?P<unit>today|tonight|tomorrow)\b", re.IGNORECASE)
_FOR = re.compile(
    rf"\bfor (?:the )?(?:next|coming) (?:(?P<count>\d+|{'|'.join(_NUMBERS)}|few"
    rf"|couple of) )?{_UNIT}\b"
    rf"|\bfor (?:the )?(?P<rest>rest of the (?:day|week|month|year))\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till|til|through) (?P<when>(?:next |the end of (?:the |this )?|this )?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|weekend|month|year|tomorrow|tonight"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"(?: \d{1,2})?|\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:january|february|march|april|may|june|july"
    r"|august|september|october|november|december)|christmas|easter))\b",
    re.IGNORECASE,
)


def holds_until(text: str, said_at: datetime, zone: tzinfo) -> datetime | None:
    """The moment at which what `text` says is over, in UTC; None if it says no such thing."""
    today = said_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = _end(text, today)
    return None if end is None or end <= said_at else end.astimezone(UTC)


def _end(text: str, today: datetime) -> datetime | None:
    if found := _UNTIL.search(text):
        return _named(found["when"].lower(), today)
    if found := _FOR.search(text):
        if found["rest"]:
            return _end_of(found["rest"].split()[-1].lower(), today)
        return today + timedelta(days=1) + _length(found["unit"].lower(), _count(found["count"]))
    if found := _THIS.search(text) or _TODAY.search(text):
        return _end_of(found["unit"].lower(), today)
    return None


def _end_of(unit: str, today: datetime) -> datetime:
    """The first moment after the current day, week, month or year."""
    tomorrow = today + timedelta(days=1)
    if unit in ("week", "weekend"):
        return today + relativedelta(days=1, weekday=MO(1))
    if unit == "month":
        return today.replace(day=1) + relativedelta(months=1)
    if unit == "year":
        return today.replace(month=1, day=1) + relativedelta(years=1)
    return tomorrow + timedelta(days=1) if unit == "tomorrow" else tomorrow


def _named(when: str, today: datetime) -> datetime | None:
    last = when.split()[-1]
    if last in ("week", "month", "year", "weekend", "tonight", "tomorrow"):
        return _end_of(last, today)  # "until next week": until it begins
    if last in ("christmas", "easter"):
        found = _feast(last, today.year, today)
        return found if found > today else _feast(last, today.year + 1, today)
    is_end = when.startswith("the end of")
    is_month = not last.endswith("day") and not re.search(r"\d", when)
    try:
        date = parse(
            when.removeprefix("the end of ").removeprefix("next "),
            default=today.replace(day=1) if is_month else today,
        )
    except (ParserError, OverflowError):
        return None
    if is_month:
        first = date + relativedelta(months=1) if is_end else date
        return first if first > today else first + relativedelta(years=1)
    if date < today:
        date += relativedelta(years=1)
    if last.endswith("day") and when.startswith("next") and date - today < timedelta(days=2):
        date += timedelta(days=7)
    return date + timedelta(days=1)


def _feast(name: str, year: int, today: datetime) -> datetime:
    date = easter(year) if name == "easter" else datetime(year, 12, 25)  # noqa: DTZ001
    return today.replace(year=date.year, month=date.month, day=date.day)


def _length(unit: str, count: int) -> relativedelta:
    return {
        "day": relativedelta(days=count),
        "week": relativedelta(weeks=count),
        "month": relativedelta(months=count),
        "year": relativedelta(years=count),
    }[unit]


def _count(words: str | None) -> int:
    if words is None:
        return 1
    small = words.lower()
    if small.isdigit():
        return int(small)
    return _NUMBERS.index(small) + 1 if small in _NUMBERS else 3
