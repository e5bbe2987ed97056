"""A real browser: Chromium, driven by Playwright. Tests that use it are marked `browser`."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect, sync_playwright

WIDE = (1280, 860)
PHONE = (390, 844)
_NAMES = ("chromium", "chromium-browser", "google-chrome")

OpenWindow = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; tests are skipped where there is none."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip("needs a browser; on Debian: apt-get install chromium")
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_window(chromium: Browser, address: str) -> Iterator[OpenWindow]:
    """Opens the app as somebody; at the end no script of a user's may have run."""
    contexts: list[BrowserContext] = []
    ran: list[str] = []

    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    def open_as(profile: str, size: tuple[int, int] = WIDE) -> Page:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("dialog", note)
        page.on("pageerror", lambda error: ran.append(str(error)))
        page.goto(f"{address}/welcome")
        page.fill("#name", profile)
        page.click(".new button")
        expect(page.locator("#model")).not_to_contain_text("Getting the model ready")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert ran == []


def turn_to(page: Page, *tabs: str) -> None:
    """Choose tabs by their names, also where they are folded away."""
    for name in tabs:
        tab = page.get_by_role("tab", name=name, exact=True).locator("visible=true")
        menu = page.locator(
            ".overflow-menu", has=page.locator(".overflow-dropdown button", has_text=name)
        )
        tab.or_(menu).first.wait_for()
        if tab.count():
            tab.first.click()
        else:
            menu.locator("> button").first.click()
            menu.locator(".overflow-dropdown button", has_text=name).click()


def say(page: Page, text: str) -> None:
    """Send a message, and wait for the end of the reply."""
    said = page.locator("#chat .user-row").count()
    page.fill("#message textarea", text)
    page.press("#message textarea", "Enter")
    expect(page.locator("#chat .user-row")).to_have_count(said + 1)
    expect(page.locator("#message .stop-button")).to_have_count(0)
