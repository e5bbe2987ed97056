"""The create page and the panel that explains a reply, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant
from tests.doubles import RecordingChatModel, ScoringChatModel
from tests.ui.windows import PHONE, WIDE, OpenWindow, say, turn_to

pytestmark = pytest.mark.browser

BRIEF = "What vegetarian food could I cook?"
COOKS = "I cook vegetarian food"
WHY = '#chat a[href^="#why/"]'
HOSTILE = "<img src=x onerror=alert(1)> ${alert(1)} [x](javascript:alert(1)) مرحبا 🎉"


@pytest.fixture
def model() -> RecordingChatModel:
    return ScoringChatModel(reply="That sounds good.")


def write(page: Page, brief: str = BRIEF) -> None:
    turn_to(page, "Create")
    page.fill("#brief textarea", brief)
    page.click("#write")
    expect(page.locator("#copy")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_a_text_is_made_compared_and_changed(
    bespoke: Assistant, model: RecordingChatModel, open_window: OpenWindow, size: tuple[int, int]
) -> None:
    bespoke.user("Ana").memories.add(COOKS)
    page = open_window("Ana", size)
    model.reply = "For Ana."
    write(page)
    expect(page.locator("#shown-text")).to_contain_text("For Ana.")
    expect(page.locator("#shown-used")).to_contain_text(f"Used: “{COOKS}”")
    model.reply = "For anybody."
    page.click("#twin")
    expect(page.locator("#beside-text")).to_contain_text("For anybody.")
    expect(page.locator("#shown-text")).to_contain_text("For Ana.")
    model.reply = "Short."
    page.fill("#revise textarea", "Make it shorter")
    page.press("#revise textarea", "Enter")
    expect(page.locator("#shown-text")).to_contain_text("Short.")
    expect(page.locator("#beside")).to_be_hidden()
    expect(page.locator("#versions label")).to_have_count(3)
    wider = "document.documentElement.scrollWidth > window.innerWidth"
    assert page.evaluate(wider) is False


def test_a_text_is_copied_and_downloaded_as_it_is(
    model: RecordingChatModel, open_window: OpenWindow
) -> None:
    page = open_window("Ana")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    model.reply = "*Dear* <b>all</b>, hello."
    write(page)
    page.click("#copy")
    expect(page.locator("#copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == model.reply
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "email.md"
    assert Path(download.value.path()).read_text("utf-8") == model.reply


def test_hostile_words_run_nowhere(
    bespoke: Assistant, model: RecordingChatModel, open_window: OpenWindow
) -> None:
    bespoke.user("Ana").memories.add(f"I cook vegetarian food {HOSTILE}")
    page = open_window("Ana")
    model.reply = f"Well: {HOSTILE}"
    write(page, f"{BRIEF} {HOSTILE}")
    page.locator("#shown-used button").click()
    expect(page.locator("#shown-details")).to_contain_text("onerror=alert(1)")
    page.fill("#revise textarea", HOSTILE)
    page.press("#revise textarea", "Enter")
    expect(page.locator("#versions label")).to_have_count(2)
    assert page.locator("#create-tab img, #create-tab a[href^=javascript]").count() == 0
    turn_to(page, "Chat")
    say(page, BRIEF)
    page.locator(WHY).click()
    expect(page.locator("#why-given")).to_contain_text("onerror=alert(1)")
    assert page.locator("#why img, #why a[href^=javascript]").count() == 0


def test_the_keyboard_alone_makes_a_text(open_window: OpenWindow) -> None:
    page = open_window("Ana")
    page.get_by_role("tab", name="Create", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("#brief textarea").focus()
    page.keyboard.type(BRIEF)
    page.locator("#write").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#shown-text")).to_contain_text("That sounds good.")


def test_the_panel_opens_measures_and_gives_the_focus_back(
    bespoke: Assistant, open_window: OpenWindow
) -> None:
    bespoke.user("Ana").memories.add(COOKS)
    page = open_window("Ana")
    say(page, BRIEF)
    page.locator(WHY).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#why-close")).to_be_focused()
    expect(page.locator("#why-given")).to_contain_text(COOKS)
    page.click("#measure")
    expect(page.locator("#why-measured")).to_contain_text("Measured by reading the reply again")
    page.keyboard.press("Escape")
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator(WHY)).to_be_focused()


def test_on_a_phone_the_panel_covers_the_page(bespoke: Assistant, open_window: OpenWindow) -> None:
    page = open_window("Ana", PHONE)
    say(page, BRIEF)
    page.locator(WHY).click()
    expect(page.locator("#why-close")).to_be_in_viewport()
    box = page.locator("#why").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, PHONE[0])
