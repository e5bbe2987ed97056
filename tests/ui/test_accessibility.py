"""Every page, light and dark, is looked at by axe-core."""

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant
from tests.doubles import RecordingChatModel
from tests.ui.accessibility import grave_violations
from tests.ui.windows import OpenWindow, say, turn_to

pytestmark = pytest.mark.browser

REPLY = "# A title\n\nSome *words* and `code`.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"


@pytest.fixture(params=["light", "dark"])
def page(
    request: pytest.FixtureRequest,
    bespoke: Assistant,
    model: RecordingChatModel,
    open_window: OpenWindow,
) -> Page:
    """Ana's page in one of the two colour schemes, with something in it."""
    model.reply = REPLY
    ana = bespoke.user("Ana")
    ana.memories.add("I cook vegetarian food", kind="constraint")
    ana.memories.add("I love jazz", kind="preference")
    page = open_window("Ana")
    if request.param == "dark":
        page.emulate_media(color_scheme="dark")
        page.reload()
    expect(page.locator("#model")).not_to_contain_text("Getting the model ready")
    return page


def test_the_chat_with_its_card_and_its_explanation(page: Page) -> None:
    assert grave_violations(page) == []
    say(page, "What vegetarian food could I cook?")
    assert grave_violations(page) == []
    page.locator("#chat a[href^='#memory/']").first.click()
    expect(page.locator("#card")).to_be_visible()
    assert grave_violations(page) == []
    page.locator("#forget").click()
    expect(page.locator("#forget-do")).to_be_visible()
    assert grave_violations(page) == []
    page.locator("#chat a[href^='#why/']").first.dispatch_event("click")
    expect(page.locator("#why")).to_be_visible()
    assert grave_violations(page) == []


def test_what_is_known(page: Page) -> None:
    turn_to(page, "What I know about you")
    for tab in ("At a glance", "All memories", "To review", "Map"):
        turn_to(page, tab)
        page.wait_for_timeout(500)
        assert (tab, grave_violations(page)) == (tab, [])


def test_a_text_that_was_made(page: Page) -> None:
    turn_to(page, "Create")
    page.fill("#brief textarea", "Invite my team to lunch")
    page.click("#write")
    expect(page.locator("#copy")).to_be_visible()
    assert grave_violations(page) == []


def test_privacy(page: Page) -> None:
    turn_to(page, "Privacy")
    page.wait_for_timeout(500)
    assert grave_violations(page) == []


def test_the_welcome(page: Page) -> None:
    page.goto(page.url.rstrip("/").split("?")[0].rstrip("/") + "/welcome")
    assert grave_violations(page) == []
