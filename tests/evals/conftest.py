"""What holds for all tests of evaluations: own checks of one test are gone in the next."""

from collections.abc import Iterator

import pytest

from evals.checks.base import REGISTERED
from evals.checks.register import checks


@pytest.fixture(autouse=True)
def own_checks_are_gone_afterwards() -> Iterator[None]:
    before = dict(checks())
    yield
    REGISTERED.clear()
    REGISTERED.update(before)
