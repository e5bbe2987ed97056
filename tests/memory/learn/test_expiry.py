from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from memory.learn.expiry import holds_until

WEDNESDAY = datetime(2026, 1, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("I'm tired today", 2026, 1, 8),
        ("I'm out this evening", 2026, 1, 8),
        ("I travel tomorrow", 2026, 1, 9),
        ("I'm away this week", 2026, 1, 12),
        ("I'm away this weekend", 2026, 1, 12),
        ("I'm broke this month", 2026, 2, 1),
        ("I study this year", 2027, 1, 1),
        ("I'm in Berlin until Wednesday", 2026, 1, 8),
        ("I'm in Berlin until Friday", 2026, 1, 10),
        ("I'm in Berlin till next week", 2026, 1, 12),
        ("I'm in Berlin until 3 February", 2026, 2, 4),
        ("I'm in Berlin until 3rd of February", 2026, 2, 4),
        ("I'm in Berlin until 3 January", 2027, 1, 4),
        ("I'm in Berlin until March", 2026, 3, 1),
        ("I'm in Berlin until January", 2027, 1, 1),
        ("I'm in Berlin until the end of January", 2026, 2, 1),
        ("I'm in Berlin until the end of the month", 2026, 2, 1),
        ("I'm in Berlin until Easter", 2026, 4, 5),
        ("I'm in Berlin until Christmas", 2026, 12, 25),
        ("I'm off sugar for the next two weeks", 2026, 1, 22),
        ("I'm off sugar for the next few days", 2026, 1, 11),
        ("I'm off sugar for the rest of the year", 2027, 1, 1),
    ],
)
def test_what_is_temporary_is_over_at_midnight_after_its_last_day(
    text: str, year: int, month: int, day: int
) -> None:
    assert holds_until(text, WEDNESDAY, UTC) == datetime(year, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["I live in Porto", "I love this book", "I have been here for two weeks", "Not until 8"]
)
def test_what_names_no_end_has_none(text: str) -> None:
    assert holds_until(text, WEDNESDAY, UTC) is None


def test_today_is_the_users_day() -> None:
    late = datetime(2026, 1, 7, 23, 30, tzinfo=UTC)  # the morning of the 8th in Tokyo
    assert holds_until("I'm tired today", late, ZoneInfo("Asia/Tokyo")) == datetime(
        2026, 1, 8, 15, tzinfo=UTC
    )


def test_a_month_without_such_a_day_is_no_trap() -> None:
    said = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert holds_until("until the end of February", said, UTC) == datetime(2026, 3, 1, tzinfo=UTC)
    assert holds_until("until February", said, UTC) == datetime(2026, 2, 1, tzinfo=UTC)
    assert holds_until("until 30 February", said, UTC) is None


def test_the_next_easter_is_meant() -> None:
    said = datetime(2026, 5, 1, tzinfo=UTC)
    assert holds_until("until Easter", said, UTC) == datetime(2027, 3, 28, tzinfo=UTC)
