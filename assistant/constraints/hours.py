"""Times that are out: "I never work on Sundays", "I can only meet after 6 pm".

Days of the week and hours of the day, compared with those that a sentence proposes. Knows no dates
and no time zones.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = frozenset(_DAYS)
_WEEKEND = frozenset(("saturday", "sunday"))
_DAY = re.compile(
    r"\b(?P<day>mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?P<weekend>weekends?)\b"
    r"|\b(?P<all>every ?day of the week|seven days a week|7 days a week|all week long)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\bonly\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:never|not|no|can'?t|cannot|don'?t|won'?t|off|free|closed|refuse|avoid|keep)\b",
    re.I,
)
_SABBATH = re.compile(r"\b(?:sabbath|shabbat|shabbos)\b", re.IGNORECASE)
_ADVENTIST = re.compile(r"\b(?:adventist|jewish|jew|shabbat|shabbos|sabbath)\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b"
    r"|\b(?P<clock>[01]?\d|2[0-3])[:.h](?P<past>[0-5]\d)\b(?!\s?(?:%|hours?|minutes?|km|euros?))"
    r"|\b(?P<oclock>1?\d)\s?o'clock\b"
    r"|\b(?P<word>noon|midday|midnight|breakfast|morning|lunch(?:time)?|afternoon|evening|night)\b",
    re.IGNORECASE,
)
_SPANS = {
    "noon": (12, 12),
    "midday": (12, 12),
    "midnight": (24, 24),
    "breakfast": (6, 10),
    "morning": (6, 12),
    "lunch": (12, 14),
    "lunchtime": (12, 14),
    "afternoon": (12, 18),
    "evening": (18, 22),
    "night": (20, 24),
}
_AFTER = re.compile(
    r"\b(?:only|just)\b.*\b(?:after|from)\b|(?:\b(?:never|not|no)|n't)\b.*\bbefore\b", re.I
)
_BEFORE = re.compile(
    r"\b(?:only|just)\b.*\b(?:before|until|till)\b"
    r"|(?:\b(?:never|not|no)|n't)\b.*\b(?:after|later than|past)\b"
    r"|\bhave to (?:leave|be home)\b.*\bby\b",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\b(?:work\w*|meet\w*|shift\w*|appointment\w*|call\w*|schedul\w*|office|email\w*|deadline\w*"
    r"|available|availability|open|job|task\w*|report\w*|project\w*|presentation\w*|stud(?:y|ying)"
    r"|rehears\w*|edit\w*|draft\w*|writ\w*|review\w*|prepar\w*|finali[sz]e|train\w*|practi[cs]e)\b",
    re.IGNORECASE,
)
_PLAN = re.compile(r"\b(?:rotas?|rosters?|timetables?|calendar|agenda|days|week)\b", re.IGNORECASE)
_REST = re.compile(
    r"\b(?:rest\w*|relax\w*|days? off|off|free|break|recharge|famil\w+|clos(?:e|ed)|sleep|holiday"
    r"|church|worship|leisure|hobb\w+|unwind|nap|fun|brunch|no work|non-?working)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^[\s#*_\d.)-]*(?:day \d+\W*)?\w+days?(?:\s?(?:and|&|-)\s?\w+day)?[\s:*_()\d-]*$", re.I
)


class Moment(NamedTuple):
    """A day or a time of the day at the characters `start` to `end` of a text."""

    start: int
    end: int


class Hours(NamedTuple):
    """The days that are out, and the hours within which something may be (24 hours: always)."""

    days_out: frozenset[str]
    earliest: float
    latest: float
    domains: tuple[str, ...] = ("work", "people_and_occasions", "health")

    def is_about(self, request: str) -> bool:
        """Whether a request is about something to do at some time."""
        return bool(_WORK.search(request) or _PLAN.search(request))

    def is_busy(self, text: str, *, is_touched: bool) -> bool:
        """Whether a sentence speaks of something to do, and not of rest."""
        return not _REST.search(text) and (is_touched or _WORK.search(text) is not None)

    def broken_by(self, text: str, *, is_touched: bool) -> Iterator[Moment]:
        """The moments in a text that are out; none where it speaks of rest, or of nothing to do."""
        if not self.is_busy(text, is_touched=is_touched):
            return
        for match in _DAY.finditer(text):
            days = _days(match)
            if days & self.days_out and (days <= self.days_out or not match["weekend"]):
                yield Moment(match.start(), match.end())
        for match in _TIME.finditer(text):
            first, last = _hours(match)
            if last < self.earliest or first > self.latest:
                yield Moment(match.start(), match.end())


def is_bare_day(text: str) -> bool:
    """Whether a heading says a day and no more, so that what follows tells what it is for."""
    return _BARE.match(text) is not None


def hours_in(text: str) -> Hours | None:
    """The days and hours that a statement of the user rules out, if any."""
    days = _days_out(text)
    times = [_hours(match)[0] for match in _TIME.finditer(text) if not match["word"]]
    times += [
        float(found)
        for found in re.findall(r"\b(?:after|before|until|past) (\d{1,2})\b(?![:\d])", text)
    ]
    earliest, latest = 0.0, 24.0
    if times and _AFTER.search(text):
        earliest = times[0]
    elif times and _BEFORE.search(text):
        latest = times[0]
    if not days and (earliest, latest) == (0.0, 24.0):
        return None
    return Hours(days, earliest, latest)


def _days_out(text: str) -> frozenset[str]:
    named = frozenset[str]().union(*(_days(match) for match in _DAY.finditer(text)))
    if _SABBATH.search(text) and _ADVENTIST.search(text) and not named:
        return frozenset(("saturday",))
    if not named or named == _WEEK:
        return frozenset()
    if _ONLY.search(text) and not re.search(r"\bonly (?:day|time)\b", text, re.IGNORECASE):
        return _WEEK - named
    return named if _NOT.search(text) else frozenset()


def _days(match: re.Match[str]) -> frozenset[str]:
    if match["day"]:
        return frozenset((f"{match['day'].lower()}day",))
    return _WEEKEND if match["weekend"] else _WEEK


def _hours(match: re.Match[str]) -> tuple[float, float]:
    if match["word"]:
        first, last = _SPANS[match["word"].lower()]
        return float(first), float(last)
    if match["hour"]:
        hour = int(match["hour"]) % 12 + (12 if match["half"].lower() == "p" else 0)
        time = hour + int(match["minute"] or 0) / 60
    elif match["clock"]:
        time = int(match["clock"]) + int(match["past"]) / 60
    else:
        time = float(match["oclock"])
    return time, time
