"""What can be done with the keyboard alone, and what a screen reader is told meanwhile."""

import time

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant
from tests.doubles import RecordingChatModel
from tests.ui.windows import OpenWindow

pytestmark = pytest.mark.browser

MOST_STEPS = 80
FOCUSED = "document.activeElement"


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Press Tab until an element is reached."""
    for _ in range(MOST_STEPS):
        if page.evaluate(f"s => {FOCUSED}.matches(s)", selector):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{selector} cannot be reached with Tab.")


def write(page: Page, text: str) -> None:
    """Type a message where the page put the cursor, and send it."""
    page.locator("#message textarea").focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_chatting_trying_again_and_changing(
    bespoke: Assistant, model: RecordingChatModel, open_window: OpenWindow
) -> None:
    page = open_window("Ana")
    told = page.locator("#announced[role=status][aria-live=polite]")
    write(page, "Helo")
    expect(told).to_contain_text("The reply is complete.")
    model.reply = "Another one."
    tab_to(page, "#again")
    page.keyboard.press("Enter")
    expect(page.locator("#chat")).to_contain_text("Another one.")
    tab_to(page, "#change")
    page.keyboard.press("Enter")
    expect(page.locator("#message textarea")).to_have_value("Helo")
    page.locator("#message textarea").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .user-row")).to_have_text(["Hello"])
    expect(told).to_contain_text("The reply is complete.")
    ana = bespoke.user("Ana")
    (conversation,) = ana.conversations()
    assert [each.content for each in ana.messages(conversation.id)] == ["Hello", "Another one."]


def test_stopping(model: RecordingChatModel, open_window: OpenWindow) -> None:
    model.reply = "word " * 2000
    model.on_word = lambda _: time.sleep(0.01)
    page = open_window("Ana")
    write(page, "Tell me a story")
    expect(page.locator("#chat")).to_contain_text("word word")
    tab_to(page, "#message .stop-button")
    page.keyboard.press("Enter")
    expect(page.locator("#announced")).to_contain_text("The reply was stopped.")
    expect(page.locator("#message .stop-button")).to_have_count(0)


def test_forgetting_with_preview_and_receipt(bespoke: Assistant, open_window: OpenWindow) -> None:
    bespoke.user("Ana").memories.add("I cook vegetarian food")
    page = open_window("Ana")
    write(page, "What vegetarian food could I cook?")
    expect(page.locator("#announced")).to_contain_text("The reply is complete.")
    tab_to(page, "#chat a[href^='#memory/']", back=True)
    page.keyboard.press("Enter")
    expect(page.locator("#card-close")).to_be_focused()
    tab_to(page, "#forget")
    page.keyboard.press("Enter")
    expect(page.locator("#forget-preview")).to_contain_text("I cook vegetarian food")
    page.locator("#card-close").focus()
    tab_to(page, "#forget-do")
    page.keyboard.press("Enter")
    expect(page.locator("#receipt")).to_contain_text("Forgotten")
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    assert bespoke.user("Ana").memories.list() == []


def test_creating(model: RecordingChatModel, open_window: OpenWindow) -> None:
    model.reply = "Dear team, lunch is on Friday."
    page = open_window("Ana")
    tab_to(page, "#create-tab-button", back=True)
    page.keyboard.press("Enter")
    tab_to(page, "#brief textarea")
    page.keyboard.type("Invite my team to lunch")
    tab_to(page, "#write")
    page.keyboard.press("Enter")
    expect(page.locator("#shown-text")).to_contain_text("Dear team")


def test_the_card_and_the_explanation_close_each_other(
    bespoke: Assistant, open_window: OpenWindow
) -> None:
    bespoke.user("Ana").memories.add("I cook vegetarian food")
    page = open_window("Ana")
    write(page, "What vegetarian food could I cook?")
    page.locator("#chat a[href^='#memory/']").first.click()
    expect(page.locator("#card")).to_be_visible()
    page.locator("#chat a[href^='#why/']").first.dispatch_event("click")
    expect(page.locator("#why")).to_be_visible()
    expect(page.locator("#card")).to_be_hidden()
    page.locator("#chat a[href^='#memory/']").first.dispatch_event("click")
    expect(page.locator("#card")).to_be_visible()
    expect(page.locator("#why")).to_be_hidden()
