from pathlib import Path

import pytest

from tests.doubles import Clock
from ui.accounts import Accounts
from ui.sign_ins import SignIns


@pytest.fixture
def signed_in(accounts: Accounts, clock: Clock) -> SignIns:
    return SignIns(accounts, clock=clock)


def begin(signed_in: SignIns, accounts: Accounts, name: str) -> str:
    account = accounts.find(name)
    assert account is not None
    return signed_in.begin(account)


def test_a_token_speaks_for_its_account_until_it_is_ended(
    signed_in: SignIns, accounts: Accounts
) -> None:
    ana, ben = (begin(signed_in, accounts, name) for name in ("Ana", "Ben"))
    assert (signed_in.user(ana), signed_in.user(ben)) == ("Ana", "Ben")
    signed_in.end(ana)
    assert (signed_in.user(ana), signed_in.user(ben)) == (None, "Ben")
    assert signed_in.user("") is None


def test_unused_for_half_a_day_it_ends(
    signed_in: SignIns, accounts: Accounts, clock: Clock
) -> None:
    token = begin(signed_in, accounts, "Ana")
    clock.advance(hours=11)
    assert signed_in.user(token) == "Ana"
    clock.advance(hours=11)
    assert signed_in.user(token) == "Ana"
    clock.advance(hours=12)
    assert signed_in.user(token) is None


def test_after_two_weeks_it_ends_however_much_it_is_used(
    signed_in: SignIns, accounts: Accounts, clock: Clock
) -> None:
    token = begin(signed_in, accounts, "Ana")
    for _ in range(28):
        assert signed_in.user(token) == "Ana"
        clock.advance(hours=12, seconds=-1)
    clock.advance(minutes=1)
    assert signed_in.user(token) is None


def test_another_password_or_none_ends_it_whoever_changes_that(
    signed_in: SignIns, accounts: Accounts, home: Path
) -> None:
    ana, ben = (begin(signed_in, accounts, name) for name in ("Ana", "Ben"))
    Accounts(home).set_password("Ana", "a cup of coffee")
    assert signed_in.user(ana) is None
    Accounts(home).remove("Ben")
    assert signed_in.user(ben) is None


def test_an_account_that_was_made_anew_is_another_one(
    signed_in: SignIns, accounts: Accounts
) -> None:
    token = begin(signed_in, accounts, "Ana")
    accounts.remove("Ana")
    accounts.add("Ana", "green tea at noon")
    assert signed_in.user(token) is None
