from datetime import timedelta

from tests.doubles import Clock
from ui.attempts import Attempts


def test_some_failures_cost_nothing_and_each_further_one_doubles_the_wait(clock: Clock) -> None:
    attempts = Attempts(free=3, clock=clock)
    waits = []
    for _ in range(9):
        attempts.failed("ana")
        waits.append(attempts.wait("ana").total_seconds())
    assert waits == [0, 0, 30, 60, 120, 240, 480, 900, 900]
    assert attempts.wait("ben") == timedelta()


def test_the_wait_passes(clock: Clock) -> None:
    attempts = Attempts(free=1, clock=clock)
    attempts.failed("ana")
    clock.advance(seconds=20)
    assert attempts.wait("ana") == timedelta(seconds=10)
    clock.advance(seconds=10)
    assert attempts.wait("ana") == timedelta()
    attempts.failed("ana")
    assert attempts.wait("ana") == timedelta(seconds=60)


def test_success_and_an_hour_of_peace_begin_anew(clock: Clock) -> None:
    attempts = Attempts(free=1, clock=clock)
    attempts.failed("ana")
    attempts.succeeded("ana")
    assert attempts.wait("ana") == timedelta()
    attempts.failed("ben")
    clock.advance(hours=1, seconds=1)
    attempts.failed("ben")
    assert attempts.wait("ben") == timedelta(seconds=30)
