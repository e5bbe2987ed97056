from contextlib import closing

import httpx
import pytest

from assistant import Assistant
from tests.doubles import Clock
from tests.ui.browser import Browser, Refused
from tests.ui.conftest import PASSWORDS
from ui.accounts import Accounts


def signed_in(address: str, name: str = "Ana") -> Browser:
    browser = Browser(address)
    assert browser.sign_in(name, PASSWORDS[name]).headers["location"] == "/"
    return browser


def who(browser: Browser) -> str | None:
    """Who a browser speaks as, if it is signed in."""
    answer = browser.http.get("/config")
    return str(answer.json()["username"]) if answer.status_code == 200 else None


def test_one_signs_in_and_finds_what_is_ones_own(bespoke: Assistant, locked: str) -> None:
    bespoke.user("Ana").memories.add("I like tea")
    ana = signed_in(locked)
    shown = ana.open()
    assert shown["who"] == "You are **Ana** · [Account](/account)"
    assert who(ana) == "Ana"
    ana.say("Hello")
    assert [each.title for each in bespoke.user("Ana").conversations()] == ["Hello"]


def test_whoever_is_not_signed_in_is_led_to_the_door(locked: str) -> None:
    for path in ("/", "/account", "/welcome"):
        answer = httpx.get(locked + path, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    page = httpx.get(f"{locked}/sign-in")
    assert page.status_code == 200
    assert "Ana" not in page.text


def test_no_profile_can_be_chosen_where_one_signs_in(locked: str) -> None:
    browser = Browser(locked)
    answer = browser.http.post("/welcome", data={"name": "Ana"})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    ana = signed_in(locked)
    assert ana.http.post("/welcome", data={"name": "Ben"}).status_code == 404
    assert who(ana) == "Ana"


def test_an_unknown_name_is_answered_like_a_wrong_password(locked: str) -> None:
    browser = Browser(locked)
    wrong, unknown = browser.sign_in("Ana", "no idea at all"), browser.sign_in("Eve", "no idea")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text == unknown.text.replace("Eve", "Ana")
    assert "The name or the password is wrong." in wrong.text
    assert who(browser) is None


def test_what_was_typed_comes_back_as_text(locked: str) -> None:
    page = Browser(locked).sign_in("<script>alert(1)</script>", "wrong, of course").text
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "of course" not in page


def test_the_cookie_is_strict_and_secure_where_the_proxy_speaks_https(locked: str) -> None:
    data = {"name": "Ana", "password": PASSWORDS["Ana"]}
    plain = httpx.post(f"{locked}/sign-in", data=data, headers={"Origin": locked})
    host = {"Host": "bespoke.example", "Origin": "https://bespoke.example"}
    proxied = httpx.post(
        f"{locked}/sign-in", data=data, headers=host | {"X-Forwarded-Proto": "https"}
    )
    for answer in (plain, proxied):
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith(f"bespoke_{locked.rsplit(':', 1)[1]}=")
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
    assert "; secure" not in plain.headers["set-cookie"].lower()
    assert "; secure" in proxied.headers["set-cookie"].lower()


def test_a_page_from_elsewhere_can_sign_nobody_in(locked: str) -> None:
    data = {"name": "Ana", "password": PASSWORDS["Ana"]}
    for origin in ("http://evil.example", "null", locked.replace("http", "https")):
        answer = httpx.post(f"{locked}/sign-in", data=data, headers={"Origin": origin})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_after_signing_out_a_copied_cookie_is_dead(locked: str) -> None:
    ana, elsewhere = signed_in(locked), signed_in(locked)
    copy = Browser(locked, httpx.Cookies(ana.http.cookies))
    copy.open()
    answer = ana.http.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert not ana.http.cookies
    assert who(copy) is None
    assert who(elsewhere) == "Ana"
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        copy.say("Anybody there?")


def test_an_unused_sign_in_ends(locked: str, clock: Clock) -> None:
    ana = signed_in(locked)
    ana.open()
    clock.advance(hours=12)
    assert who(ana) is None
    answer = ana.http.post("/gradio_api/queue/join", json={})
    assert answer.json() == {"detail": "You are signed out. Reload the page to sign in again."}


def test_a_new_password_ends_all_other_sign_ins(locked: str, accounts: Accounts) -> None:
    here, elsewhere, ben = signed_in(locked), signed_in(locked), signed_in(locked, "Ben")
    new = {"old": PASSWORDS["Ana"], "new": "a cup of coffee", "again": "a cup of coffee"}
    page = here.http.post("/account", data=new)
    assert "The password is changed" in page.text
    assert (who(here), who(elsewhere), who(ben)) == ("Ana", None, "Ben")
    assert accounts.verified("Ana", "a cup of coffee")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"old": "not the password"}, "The name or the password is wrong."),
        ({"again": "another cup of coffee"}, "not the same both times"),
        ({"new": "short", "again": "short"}, "at least 10 characters"),
    ],
)
def test_a_password_that_cannot_be_changed_stays(
    locked: str, change: dict[str, str], told: str
) -> None:
    ana = signed_in(locked)
    data = {"old": PASSWORDS["Ana"], "new": "a cup of coffee", "again": "a cup of coffee"}
    answer = ana.http.post("/account", data=data | change)
    assert answer.status_code == 422
    assert told in answer.text
    assert who(signed_in(locked)) == who(ana) == "Ana"


def test_after_five_wrong_passwords_for_a_name_even_the_right_one_waits(
    locked: str, clock: Clock
) -> None:
    browser = Browser(locked)
    for name in ("Ana", "ana", " ANA", "Ana ", "\uff21na"):
        assert browser.sign_in(name, "no idea at all").status_code == 422
    answer = browser.sign_in("Ana", PASSWORDS["Ana"])
    assert answer.status_code == 429
    assert "Too many wrong passwords. Try again in 30 seconds." in answer.text
    assert answer.headers["retry-after"] == "30"
    assert who(signed_in(locked, "Ben")) == "Ben"
    clock.advance(seconds=30)
    assert who(signed_in(locked)) == "Ana"


def test_after_twenty_wrong_passwords_an_address_waits_and_others_do_not(
    locked: str, clock: Clock
) -> None:
    with closing(Browser(locked).http) as http:
        http.headers["X-Forwarded-For"] = "203.0.113.7"
        for number in range(20):
            wrong = http.post("/sign-in", data={"name": f"name {number}", "password": "?"})
            assert wrong.status_code == 422
        data = {"name": "Ana", "password": PASSWORDS["Ana"]}
        assert http.post("/sign-in", data=data).status_code == 429
        http.headers["X-Forwarded-For"] = "203.0.113.8"
        assert http.post("/sign-in", data=data).status_code == 303


def test_a_stranger_cannot_fill_the_memory(locked: str) -> None:
    answer = Browser(locked).sign_in("Ana", "x" * 1_000_000)
    assert answer.status_code == 400


def test_erasing_says_that_the_account_stays(locked: str, accounts: Accounts) -> None:
    ana = signed_in(locked)
    ana.open()
    ana.say("Hello")
    assert ana.click("erase", "Ana")["erased"]["visible"]
    assert who(ana) == "Ana"
    with pytest.raises(Refused, match="not the one of this profile"):
        ana.click("erase", "Ben")
    assert "Your account stays" in ana.http.get("/config").text
