import stat
from pathlib import Path

import httpx
import pytest

from assistant import Assistant
from tests.conftest import MakeAssistant
from tests.ui.browser import Browser
from tests.ui.conftest import served
from ui.session import SECRET_NAME, load_secret


@pytest.mark.parametrize("path", ["/config", "/gradio_api/info", "/theme.css", "/nothing"])
def test_nothing_is_to_be_had_before_a_profile_is_chosen(address: str, path: str) -> None:
    assert httpx.get(address + path).status_code == 401


def test_the_main_page_leads_to_the_welcome_page_first(address: str) -> None:
    answer = httpx.get(address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")


@pytest.mark.parametrize("name", ["Ana", "Анна", "安娜 👩‍👩‍👧"[:2], "<b>&\"'", "o'Neil"])
def test_any_name_can_be_chosen(address: str, name: str) -> None:
    browser = Browser(address)
    browser.choose(name)
    assert browser.http.get("/config").json()["username"] == name


@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "x" * 101, "bell\a"])
def test_a_name_that_nobody_could_read_is_refused(address: str, name: str) -> None:
    answer = httpx.post(f"{address}/welcome", data={"name": name}, headers={"Origin": address})
    assert answer.status_code == 422
    assert "Type a name" in answer.text
    assert "set-cookie" not in answer.headers


def test_the_cookie_is_for_this_port_and_out_of_reach_of_scripts(address: str) -> None:
    answer = httpx.post(f"{address}/welcome", data={"name": "Ana"}, headers={"Origin": address})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"bespoke_{address.rsplit(':', 1)[1]}=")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_a_cookie_that_was_changed_is_worth_nothing(address: str, ana: Browser) -> None:
    [(name, value)] = ana.http.cookies.items()
    forged = {name: "eyJwcm9maWxlIjogIkJlbiJ9" + value[value.index(".") :]}
    assert httpx.get(f"{address}/config", cookies=forged).status_code == 401


def test_a_restart_keeps_the_profile(make_assistant: MakeAssistant) -> None:
    with served(make_assistant(), port=41_700) as address:
        before = Browser(address)
        before.choose("Ana")
    with served(make_assistant(), port=41_700) as address:
        assert Browser(address, before.http.cookies).http.get("/config").status_code == 200


def test_the_secret_is_made_once_and_for_the_owner_alone(home: Path) -> None:
    secret = load_secret(home)
    assert load_secret(home) == secret
    assert len(secret) == 64
    assert stat.S_IMODE((home / SECRET_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_the_welcome_page_lists_profiles_and_says_what_they_are(
    bespoke: Assistant, address: str
) -> None:
    for name in ("Ben", "<script>alert(1)</script>", "bad\udc80", "two\nlines"):
        bespoke.user(name).memories.add("I like tea")
    page = httpx.get(f"{address}/welcome").text
    assert 'value="Ben"' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "two" not in page
    assert "Profiles are a convenience, not a lock" in page
    assert str(bespoke.settings.home) in page
