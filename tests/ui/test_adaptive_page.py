"""The first run, starters, look and language, in a real browser."""

import pytest
from playwright.sync_api import Locator, Page, expect

from assistant import Assistant
from tests.ui.windows import PHONE, WIDE, OpenWindow, say, turn_to

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> ${alert(1)} [x](javascript:alert(1))"
WIDER = "document.documentElement.scrollWidth > window.innerWidth"


def starters(page: Page) -> Locator:
    return page.locator("#starters li button")


def text_height(page: Page) -> float:
    """The size of the words in the first starter, in pixels."""
    size = starters(page).first.evaluate("each => getComputedStyle(each).fontSize")
    return float(str(size).removesuffix("px"))


def choose(page: Page, field: str, name: str) -> None:
    page.locator(f"#look-{field} input").click()
    page.get_by_role("option", name=name, exact=True).click()


def open_look_form(page: Page) -> None:
    toggle = page.locator(".sidebar:not(.open) .toggle-button")
    if toggle.count():
        toggle.click()
    page.locator("#look-form > button").click()


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_a_first_run_with_answers(
    bespoke: Assistant, open_window: OpenWindow, size: tuple[int, int]
) -> None:
    page = open_window("Ana", size)
    expect(page.locator("#first-run")).to_contain_text(str(bespoke.settings.home))
    expect(page.locator("#first-kept")).to_contain_text("Nothing you write leaves it")
    expect(page.locator("#first-save")).to_be_in_viewport()
    page.fill("#first-name input, #first-name textarea", "Ana")
    page.get_by_label("Casual").check()
    page.fill("#first-never input, #first-never textarea", "peanuts")
    page.click("#first-save")
    expect(page.locator("#first-run")).to_have_count(0)
    expect(starters(page)).to_have_count(4)
    assert page.evaluate(WIDER) is False
    turn_to(page, "What I know about you")
    expect(page.locator("#known")).to_contain_text("Never suggest peanuts")
    page.reload()
    expect(starters(page)).to_have_count(4)
    expect(page.locator("#first-run")).to_have_count(0)


def test_a_first_run_that_is_skipped_with_the_keyboard(open_window: OpenWindow) -> None:
    page = open_window("Ana")
    page.locator("#first-skip").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#first-run")).to_have_count(0)
    page.reload()
    expect(starters(page)).to_have_count(4)
    expect(page.locator("#first-run")).to_have_count(0)


def test_a_message_may_be_written_right_away(open_window: OpenWindow) -> None:
    page = open_window("Ana")
    say(page, "Hello")
    expect(page.locator("#chat .bot").first).to_be_visible()
    expect(page.locator("#first-run")).to_have_count(0)
    expect(page.locator("#starters")).to_be_hidden()


def test_a_chat_is_begun_with_a_starter_and_the_keyboard_alone(
    bespoke: Assistant, open_window: OpenWindow
) -> None:
    bespoke.user("Ana").memories.add("I want to learn Portuguese", kind="goal")
    page = open_window("Ana")
    page.locator("#starters .why").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#starters")).to_contain_text("It is a goal of yours.")
    starters(page).filter(has_text="Portuguese").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#message textarea")).to_have_value("Help me learn Portuguese")
    expect(page.locator("#message textarea")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#chat .user-row")).to_have_count(1)
    expect(page.locator("#starters")).to_be_hidden()


def test_a_text_size_is_kept_after_reloading(bespoke: Assistant, open_window: OpenWindow) -> None:
    bespoke.user("Ana").interface.introduce()
    page = open_window("Ana", PHONE)
    before = text_height(page)
    open_look_form(page)
    choose(page, "text_size", "Very large")
    expect(page.locator("html[data-text-size=largest]")).to_have_count(1)
    page.reload()
    expect(page.locator("html[data-text-size=largest]")).to_have_count(1)
    expect(starters(page)).to_have_count(4)
    assert text_height(page) > 1.3 * before
    assert page.evaluate(WIDER) is False


def test_larger_text_comes_with_its_reason_and_goes_with_one_click(
    bespoke: Assistant, open_window: OpenWindow
) -> None:
    page = open_window("Ana")
    say(page, f"bigger text please {HOSTILE}")
    expect(page.locator("html[data-text-size=normal]")).to_have_count(1)
    page.reload()
    expect(page.locator("html[data-text-size=large]")).to_have_count(1)
    expect(page.locator("#adapted")).to_contain_text("because you said “bigger text please <img")
    page.click("#adapted-undo")
    expect(page.locator("html[data-text-size=normal]")).to_have_count(1)
    expect(page.locator("#adapted")).to_have_count(0)
    page.reload()
    expect(page.locator("html[data-text-size=normal]")).to_have_count(1)


def test_the_page_turns_to_another_language_and_back(
    bespoke: Assistant, open_window: OpenWindow
) -> None:
    bespoke.user("Ana").memories.add(f"I want to learn {HOSTILE}", kind="goal")
    page = open_window("Ana")
    open_look_form(page)
    choose(page, "language", "Deutsch")
    for tab in ("Schreiben", "Was ich über dich weiß", "Privatsphäre", "Chat"):
        turn_to(page, tab)
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#new-chat")).to_have_text("Neuer Chat")
    expect(page.locator("#message textarea")).to_have_attribute(
        "placeholder", "Schreib eine Nachricht"
    )
    page.reload()
    expect(page.locator("#new-chat")).to_have_text("Neuer Chat")
    say(page, "Hallo")
    expect(page.locator("#chat")).to_contain_text("Warum diese Antwort?")
    page.locator("#look-form > button").click()
    choose(page, "language", "English")
    expect(page.locator("#new-chat")).to_have_text("New chat")
    expect(page.get_by_role("tab", name="Create", exact=True)).to_be_visible()
