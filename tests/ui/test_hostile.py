"""Words that would like to be more than words: each page shows them as they are."""

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant
from tests.doubles import RecordingChatModel
from tests.ui.windows import PHONE, OpenWindow, say, turn_to

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> ${alert(1)} {{7*7}} <script>alert(1)</script>"
ARABIC = "مرحبا، أحب الشاي \u202eabc 🎉"
LONG = "wörter " * 14_000  # 112 KB
UNBROKEN = "x" * 3_000


def is_as_wide_as_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"))


def test_a_chat_and_its_title_show_hostile_words_as_text(
    model: RecordingChatModel, open_window: OpenWindow
) -> None:
    model.reply = HOSTILE
    page = open_window("Ana")
    say(page, HOSTILE)
    assert page.locator("#chat .user-row .prose").inner_text().strip() == HOSTILE
    expect(page.locator("#chat .bot-row").first).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator("#conversations label")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#chat img, #conversations img, #chat script").count() == 0
    page.click("#change")
    expect(page.locator("#message textarea")).to_have_value(HOSTILE)


def test_long_words_and_long_messages_stay_within_a_phone(
    bespoke: Assistant, model: RecordingChatModel, open_window: OpenWindow
) -> None:
    page = open_window("Ana", PHONE)
    say(page, LONG)
    model.reply = UNBROKEN
    say(page, UNBROKEN)
    assert is_as_wide_as_the_window(page)
    ana = bespoke.user("Ana")
    (conversation,) = ana.conversations()
    assert ana.messages(conversation.id)[0].content.strip() == LONG.strip()


def test_arabic_runs_from_right_to_left(model: RecordingChatModel, open_window: OpenWindow) -> None:
    model.reply = ARABIC
    page = open_window("Ana")
    say(page, ARABIC)
    for row in (".user-row", ".bot-row"):
        words = page.locator(f"#chat {row} .prose p").first
        expect(words).to_contain_text("أحب الشاي")
        assert words.evaluate("e => getComputedStyle(e).unicodeBidi") == "plaintext"
    page.fill("#message textarea", ARABIC)


def test_a_text_that_was_made_shows_hostile_words_as_text(
    model: RecordingChatModel, open_window: OpenWindow
) -> None:
    model.reply = HOSTILE
    page = open_window("Ana")
    turn_to(page, "Create")
    page.fill("#brief textarea", HOSTILE)
    page.click("#write")
    expect(page.locator("#copy")).to_be_visible()
    expect(page.locator("#shown-text")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#create-tab img, #shown-text script").count() == 0
