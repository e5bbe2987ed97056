"""Accounts in a real browser."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.doubles import RecordingChatModel
from tests.ui.conftest import PASSWORDS
from tests.ui.windows import PHONE, WIDE, say

pytestmark = pytest.mark.browser


def at_the_door(
    chromium: Browser, address: str, size: tuple[int, int] = WIDE, *, is_dark: bool = False
) -> Page:
    """A window of a browser of its own that asks for the app."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if is_dark else "light",
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(address)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    return page


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_two_people_sign_in_chat_and_sign_out(
    chromium: Browser, locked: str, model: RecordingChatModel
) -> None:
    ana, ben = at_the_door(chromium, locked), at_the_door(chromium, locked)
    sign_in(ana, "Ana", "not the password")
    expect(ana.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    expect(ana.get_by_label("Name")).to_have_value("Ana")
    for page, name in ((ana, "Ana"), (ben, "Ben")):
        sign_in(page, name, PASSWORDS[name])
        expect(page.locator("#who")).to_contain_text(f"You are {name}")
        expect(page.locator("#model")).not_to_contain_text("Getting the model ready")
        say(page, f"I am {name}, and this is mine")
        expect(page.locator("#chat")).to_contain_text("That sounds good.")
    for page, other in ((ana, "Ben"), (ben, "Ana")):
        page.reload()
        expect(page.locator("#conversations label")).to_have_count(1)
        expect(page.locator("body")).not_to_contain_text(f"I am {other}")
    copied = ana.context.cookies()
    ana.get_by_role("button", name="Sign out").click()
    expect(ana.get_by_role("button", name="Sign in")).to_be_visible()
    ana.go_back()
    expect(ana.get_by_role("button", name="Sign in")).to_be_visible()
    ana.context.add_cookies(
        [{"name": str(c["name"]), "value": str(c["value"]), "url": locked} for c in copied]
    )
    ana.goto(locked)
    expect(ana.get_by_role("button", name="Sign in")).to_be_visible()
    say(ben, "Still here?")
    expect(ben.locator("#chat .user-row")).to_have_count(1)


def test_a_page_whose_sign_in_was_ended_says_what_to_do(chromium: Browser, locked: str) -> None:
    page = at_the_door(chromium, locked)
    sign_in(page, "Ana", PASSWORDS["Ana"])
    expect(page.locator("#who")).to_contain_text("You are Ana")
    other = page.context.new_page()
    other.goto(f"{locked}/account")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
    page.fill("#message textarea", "Hello?")
    page.press("#message textarea", "Enter")
    expect(page.locator(".toast-wrap")).to_contain_text("You are signed out. Reload the page")


@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize("is_dark", [False, True])
def test_the_pages_fit_every_screen(
    chromium: Browser, locked: str, size: tuple[int, int], is_dark: bool
) -> None:
    page = at_the_door(chromium, locked, size, is_dark=is_dark)
    assert fits(page)
    sign_in(page, "Ana", PASSWORDS["Ana"])
    expect(page.locator("#who")).to_contain_text("You are Ana")
    page.goto(f"{locked}/account")
    expect(page.get_by_role("button", name="Change password")).to_be_visible()
    assert fits(page)


def fits(page: Page) -> bool:
    """Whether nothing is cut off at the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
