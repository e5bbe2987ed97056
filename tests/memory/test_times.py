"""Times in words, read on Monday, 5 January 2026, at nine in the morning unless it says so."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from memory.times import EARLIEST, Period, period_asked_about, periods_mentioned

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LEAP_DAY = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)
END_OF_MARCH = datetime(2023, 3, 31, 12, 0, tzinfo=UTC)
NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")


def days(text: str, now: datetime = NOW, zone: tzinfo = UTC) -> str | None:
    """The first and the last day of the period that is asked about, in the zone."""
    period = period_asked_about(text, now, zone)
    if period is None:
        return None
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    assert (start.time(), end.time()) == (time.min, time.min)
    return f"{start:%Y-%m-%d} {end - timedelta(days=1):%Y-%m-%d}"


@pytest.mark.parametrize(
    ("text", "first_and_last"),
    [
        ("What did I eat today?", "2026-01-05 2026-01-05"),
        ("Yesterday?", "2026-01-04 2026-01-04"),
        ("And tomorrow", "2026-01-06 2026-01-06"),
        ("tonight", "2026-01-05 2026-01-05"),
        ("what I dreamt last night", "2026-01-04 2026-01-04"),
        ("last week", "2025-12-29 2026-01-04"),
        ("this week", "2026-01-05 2026-01-11"),
        ("next week", "2026-01-12 2026-01-18"),
        ("LAST MONTH", "2025-12-01 2025-12-31"),
        ("the previous month", "2025-12-01 2025-12-31"),
        ("last year", "2025-01-01 2025-12-31"),
        ("this year", "2026-01-01 2026-12-31"),
        ("last weekend", "2026-01-03 2026-01-04"),
        ("this weekend", "2026-01-10 2026-01-11"),
        ("next weekend", "2026-01-17 2026-01-18"),
        ("last Friday", "2026-01-02 2026-01-02"),
        ("last Monday", "2025-12-29 2025-12-29"),
        ("last sunday", "2026-01-04 2026-01-04"),
        ("this Monday", "2026-01-05 2026-01-05"),
        ("this Friday", "2026-01-09 2026-01-09"),
        ("next Monday", "2026-01-12 2026-01-12"),
        ("next Tuesday", "2026-01-06 2026-01-06"),
    ],
)
def test_days_weeks_months_and_years_are_reckoned_from_today(
    text: str, first_and_last: str
) -> None:
    assert days(text) == first_and_last


@pytest.mark.parametrize(
    ("text", "first_and_last"),
    [
        ("in May", "2025-05-01 2025-05-31"),
        ("in January", "2026-01-01 2026-01-31"),
        ("last May", "2025-05-01 2025-05-31"),
        ("in early May", "2025-05-01 2025-05-31"),
        ("In May 2023", "2023-05-01 2023-05-31"),
        ("May 2023", "2023-05-01 2023-05-31"),
        ("May, 2023", "2023-05-01 2023-05-31"),
        ("in 2023", "2023-01-01 2023-12-31"),
        ("on 7 May", "2025-05-07 2025-05-07"),
        ("the 7th of May", "2025-05-07 2025-05-07"),
        ("May 7th", "2025-05-07 2025-05-07"),
        ("May 7th 2023", "2023-05-07 2023-05-07"),
        ("on May 7, 2023", "2023-05-07 2023-05-07"),
        ("7 May, 2023", "2023-05-07 2023-05-07"),
        ("2023-05-07", "2023-05-07 2023-05-07"),
        ("on 5 January", "2026-01-05 2026-01-05"),
        ("on 6 January", "2025-01-06 2025-01-06"),
        ("1 June 2030", "2030-06-01 2030-06-01"),
    ],
)
def test_dates_are_read_and_without_a_year_they_are_the_last_that_was(
    text: str, first_and_last: str
) -> None:
    assert days(text) == first_and_last


@pytest.mark.parametrize(
    ("text", "first_and_last"),
    [
        ("3 days ago", "2026-01-02 2026-01-02"),
        ("a couple of days ago", "2026-01-03 2026-01-03"),
        ("a few days back", "2026-01-02 2026-01-02"),
        ("a week ago", "2025-12-26 2026-01-01"),
        ("2 months ago", "2025-10-21 2025-11-20"),
        ("a year ago", "2024-07-06 2025-07-07"),
        ("the last 3 days", "2026-01-03 2026-01-05"),
        ("the past 2 weeks", "2025-12-23 2026-01-05"),
        ("in the last few weeks", "2025-12-16 2026-01-05"),
        ("0 days ago", "2026-01-05 2026-01-05"),
        ("999 days ago", "2023-04-12 2023-04-12"),
    ],
)
def test_counted_times_are_as_wide_as_people_mean_them(text: str, first_and_last: str) -> None:
    assert days(text) == first_and_last


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("since yesterday", (date(2026, 1, 4), NOW)),
        ("since last week", (date(2025, 12, 29), NOW)),
        ("since May", (date(2025, 5, 1), NOW)),
        ("since 7 May", (date(2025, 5, 7), NOW)),
        ("Since 2024", (date(2024, 1, 1), NOW)),
        ("after yesterday", (date(2026, 1, 5), NOW)),
        ("after last Friday", (date(2026, 1, 3), NOW)),
        ("after May 2023", (date(2023, 6, 1), NOW)),
        ("after 7 May 2023", (date(2023, 5, 8), NOW)),
        ("before last week", (EARLIEST, date(2025, 12, 29))),
        ("before May", (EARLIEST, date(2025, 5, 1))),
        ("until 2020", (EARLIEST, date(2020, 1, 1))),
        ("before 7 May 2023", (EARLIEST, date(2023, 5, 7))),
        ("till yesterday", (EARLIEST, date(2026, 1, 4))),
    ],
)
def test_since_after_and_before_open_a_period_to_one_side(
    text: str, period: tuple[date, date]
) -> None:
    start, end = (
        each if isinstance(each, datetime) else datetime.combine(each, time.min, UTC)
        for each in period
    )
    assert period_asked_about(f"What did I cook {text}?", NOW, UTC) == Period(start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I may go",
        "march on",
        "May I ask?",
        "April is a nice name",
        "in Mayfair",
        "Does August know?",
        "last but not least",
        "my last flat",
        "I have 3 days",
        "room 2023",
        "31 February",
        "February 31",
        "2025-13-40",
        "2025-02-29",
        "in 9999",
        "5000 years ago",
        "31 December 9999",
        "9999-12-31",
        "in December 9999",
        "May 0000",
        "0000-00-00",
        f"{10**40} days ago",
    ],
)
@pytest.mark.parametrize("zone", [UTC, NEW_YORK, ZoneInfo("Pacific/Auckland")])
def test_what_is_no_time_or_none_that_can_be_is_not_read_as_one(text: str, zone: tzinfo) -> None:
    assert period_asked_about(text, NOW, zone) is None


@pytest.mark.parametrize(
    ("text", "first_and_last"),
    [
        ("today", "2024-02-29 2024-02-29"),
        ("tomorrow", "2024-03-01 2024-03-01"),
        ("last year", "2023-01-01 2023-12-31"),
        ("last month", "2024-01-01 2024-01-31"),
        ("the last 12 months", "2023-03-01 2024-02-29"),
        ("in February", "2024-02-01 2024-02-29"),
        ("in February 2023", "2023-02-01 2023-02-28"),
        ("29 February", "2024-02-29 2024-02-29"),
        ("1 March", "2023-03-01 2023-03-01"),
        ("a year ago", "2022-08-29 2023-08-30"),
    ],
)
def test_on_a_leap_day_all_times_can_be_said(text: str, first_and_last: str) -> None:
    assert days(text, LEAP_DAY) == first_and_last


@pytest.mark.parametrize(
    ("text", "first_and_last"),
    [
        ("in February", "2023-02-01 2023-02-28"),
        ("in June", "2022-06-01 2022-06-30"),
        ("last month", "2023-02-01 2023-02-28"),
        ("next month", "2023-04-01 2023-04-30"),
    ],
)
def test_the_31st_is_no_trap_for_shorter_months(text: str, first_and_last: str) -> None:
    assert days(text, END_OF_MARCH) == first_and_last


@pytest.mark.parametrize(
    ("text", "first_and_last"),
    [
        ("today", "2026-01-04 2026-01-04"),
        ("yesterday", "2026-01-03 2026-01-03"),
        ("last week", "2025-12-22 2025-12-28"),
        ("in May 2023", "2023-05-01 2023-05-31"),
    ],
)
def test_days_are_those_of_the_user_s_zone(text: str, first_and_last: str) -> None:
    still_sunday_there = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
    assert days(text, still_sunday_there, NEW_YORK) == first_and_last


@pytest.mark.parametrize(
    ("text", "hours"), [("yesterday", 23), ("today", 24), ("last week", 7 * 24 - 1)]
)
def test_the_day_on_which_clocks_go_forward_is_an_hour_shorter(text: str, hours: int) -> None:
    monday_after = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
    period = period_asked_about(text, monday_after, BERLIN)
    assert period is not None
    assert period.end - period.start == timedelta(hours=hours)


def test_a_period_is_in_utc() -> None:
    period = period_asked_about("on 7 May", NOW, NEW_YORK)
    assert period == Period(
        datetime(2025, 5, 7, 4, 0, tzinfo=UTC), datetime(2025, 5, 8, 4, 0, tzinfo=UTC)
    )


def test_what_is_mentioned_is_relative_to_when_it_was_said() -> None:
    then = datetime(2023, 5, 8, 20, 0, tzinfo=UTC)
    mentioned = periods_mentioned("Yesterday it rained; in June 2022 too, and in March.", then, UTC)
    assert sorted(f"{start:%Y-%m-%d}" for start, _ in mentioned) == [
        "2022-06-01",
        "2023-03-01",
        "2023-05-07",
    ]


def test_a_time_is_mentioned_once_however_many_readings_it_has() -> None:
    assert len(periods_mentioned("since 7 May 2023", NOW, UTC)) == 1


def test_periods_end_before_their_end() -> None:
    monday, tuesday, wednesday = (datetime(2026, 1, day, tzinfo=UTC) for day in (5, 6, 7))
    on_monday, on_tuesday = Period(monday, tuesday), Period(tuesday, wednesday)
    assert on_monday.contains(monday)
    assert not on_monday.contains(tuesday)
    assert not on_monday.overlaps(on_tuesday)
    assert on_monday.overlaps(Period(EARLIEST, wednesday))
    assert Period(EARLIEST, wednesday).overlaps(on_monday)
