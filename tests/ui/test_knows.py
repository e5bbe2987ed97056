"""The card and the page "What I know about you", in a real browser."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant
from assistant.records import Purpose
from memory.types import Evidence
from tests.doubles import RecordingChatModel
from tests.ui.conftest import wait_until
from tests.ui.windows import PHONE, OpenWindow, say, turn_to
from ui.transcript import NOTHING_USED

pytestmark = pytest.mark.browser

KNOWS = "What I know about you"
QUESTION = "What vegetarian food could I cook?"
COOKS = "I cook vegetarian food"
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "${alert(1)} {{7*7}} #{alert(1)}",
    "x](javascript:alert(1)) **b** [y](http://example.org)",
    "<script>alert(1)</script> & &lt;b&gt;",
    "مرحبا، أحب الشاي \u202eabc 🎉",
]
CHIP = '#chat a[href^="#memory/"]'


def card_of_chip(page: Page) -> None:
    say(page, QUESTION)
    page.locator(CHIP).first.click()
    expect(page.locator("#card-close")).to_be_focused()


def test_a_chip_opens_the_memory_and_says_why_it_came(
    bespoke: Assistant, open_window: OpenWindow
) -> None:
    bespoke.user("Ana").memories.add(COOKS)
    page = open_window("Ana")
    card_of_chip(page)
    expect(page.locator("#card-text")).to_contain_text(COOKS)
    expect(page.locator("#card-why")).to_contain_text("vegetarian")
    expect(page.locator("#card-source")).to_contain_text("by hand")
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    expect(page.locator(CHIP).first).to_be_focused()


def test_it_can_be_corrected_undone_and_put_out_of_use(
    bespoke: Assistant, open_window: OpenWindow
) -> None:
    memories = bespoke.user("Ana").memories
    memories.add(COOKS)
    page = open_window("Ana")
    card_of_chip(page)
    page.fill("#edited textarea", "I cook vegan food")
    page.click("#save")
    expect(page.locator("#card-note")).to_contain_text("Corrected")
    assert [each.text for each in memories.list()] == ["I cook vegan food"]
    page.click("#undo")
    expect(page.locator("#card-text")).to_contain_text(COOKS)
    page.click("#hide")
    expect(page.locator("#hide")).to_have_text("Use it again")
    [hidden] = memories.list()
    assert (hidden.text, str(hidden.status)) == (COOKS, "hidden")


def test_a_memory_that_is_not_relevant_is_left_out_of_this_chat(
    bespoke: Assistant, model: RecordingChatModel, open_window: OpenWindow
) -> None:
    bespoke.user("Ana").memories.add(COOKS)
    page = open_window("Ana")
    card_of_chip(page)
    page.click("#aside")
    expect(page.locator("#card-note")).to_contain_text("does without it")
    page.click("#card-close")
    say(page, QUESTION)
    assert COOKS not in model.prompt()


def test_forgetting_shows_what_would_go_and_gives_a_receipt(
    bespoke: Assistant, open_window: OpenWindow
) -> None:
    memories = bespoke.user("Ana").memories
    memories.add(COOKS)
    memories.add("I cook vegetarian meals")
    page = open_window("Ana")
    say(page, QUESTION)
    page.locator(CHIP, has_text=f"“{COOKS}”").click()
    page.click("#forget")
    expect(page.locator("#forget-preview")).to_contain_text("cannot be undone")
    page.click("#forget-keep")
    expect(page.locator("#forget-preview")).to_be_hidden()
    page.click("#forget")
    page.locator("#forget-similar label", has_text="meals").locator("input").check()
    page.click("#forget-do")
    expect(page.locator("#receipt")).to_contain_text("2 memories")
    expect(page.locator("#receipt")).to_contain_text("cannot be reached")
    assert memories.list() == []


def suggested(bespoke: Assistant, said: str) -> str:
    """Have Ana say something, and let the model have concluded a memory from its beginning."""
    ana = bespoke.user("Ana")
    message = ana.messages(ana.chat(said).conversation_id)[0]
    with ana._access.writing() as vault:
        memory = vault.memories.suggest(
            "Ana likes nuts",
            quotes=Evidence(message_id=message.id, start=0, end=4),
            confidence=0.5,
            time=message.time,
        )
    assert memory is not None
    return memory.id


def test_a_source_is_shown_in_its_chat(bespoke: Assistant, open_window: OpenWindow) -> None:
    suggested(bespoke, "Nuts are what I like. " + "long " * 20_000)
    page = open_window("Ana")
    turn_to(page, KNOWS, "All memories")
    page.locator("#memories a").click()
    expect(page.locator("#card-source strong").last).to_have_text("Nuts")
    page.click("#card-go")
    expect(page.locator("#card")).to_be_hidden()
    expect(page.locator("#chat .user").first).to_contain_text("Nuts are what I like")


def test_thumbs_are_kept_with_a_word(bespoke: Assistant, open_window: OpenWindow) -> None:
    page = open_window("Ana")
    say(page, "Hello")
    page.locator("#chat button[aria-label=Dislike]").last.click()
    page.fill("#why-word textarea", "too long")
    page.press("#why-word textarea", "Enter")
    expect(page.locator("#why-word")).to_be_hidden()
    ana = bespoke.user("Ana")
    reply = ana.messages(ana.conversations()[0].id)[-1].id
    [opinion] = ana.opinions([reply])
    assert (opinion.is_liked, opinion.words) == (False, "too long")


def test_hostile_memories_are_text_everywhere(bespoke: Assistant, open_window: OpenWindow) -> None:
    for text in HOSTILE:
        bespoke.user("Ana").memories.add(f"{text} vegetarian food", kind="preference")
    page = open_window("Ana")
    say(page, QUESTION)
    turn_to(page, KNOWS)
    for text in HOSTILE:
        expect(page.locator("#interests .text", has_text=text.split()[0]).first).to_be_visible()
    turn_to(page, "All memories")
    rows = page.locator("#memories .text")
    expect(rows).to_have_count(len(HOSTILE))
    shown = rows.all_text_contents()
    assert shown == [f"{text} vegetarian food" for text in reversed(HOSTILE)]
    for place in range(len(HOSTILE)):
        rows.nth(place).click()
        expect(page.locator("#edited textarea")).to_have_value(shown[place])
        page.click("#forget")
        expect(page.locator("#forget-preview")).to_be_visible()
        page.click("#card-close")
        expect(page.locator("#card")).to_be_hidden()
    turn_to(page, "Map")
    page.locator("#map svg a").first.hover()
    assert page.locator("#map .caption strong").text_content() in shown
    assert page.locator("img[src=x]").count() == 0


def test_the_map_opens_a_memory(bespoke: Assistant, open_window: OpenWindow) -> None:
    for text in ("I like tea", "My bike is red", "I want to learn to sail"):
        bespoke.user("Ana").memories.add(text)
    page = open_window("Ana")
    turn_to(page, KNOWS, "Map")
    page.get_by_role("link", name="My bike is red").focus()
    expect(page.locator("#map .caption")).to_contain_text("My bike is red")
    page.keyboard.press("Enter")
    expect(page.locator("#card-text")).to_contain_text("My bike is red")


def test_with_the_keyboard_alone_a_memory_is_forgotten(
    bespoke: Assistant, open_window: OpenWindow
) -> None:
    bespoke.user("Ana").memories.add(COOKS)
    page = open_window("Ana")
    turn_to(page, KNOWS, "All memories")
    page.locator("#memories a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#card-close")).to_be_focused()
    for button in ("#forget", "#forget-do"):
        for _ in range(30):
            if page.evaluate("document.activeElement.closest('button')?.id") == button[1:]:
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_timeout(600)
    expect(page.locator("#receipt")).to_contain_text("Forgotten")
    expect(page.locator("#memories a")).to_have_count(0)


def test_what_was_held_back_is_used_only_once_it_is_accepted(
    bespoke: Assistant, open_window: OpenWindow
) -> None:
    suggested(bespoke, "Nuts are fine")
    page = open_window("Ana")
    turn_to(page, KNOWS, "To review")
    expect(page.locator("#suggested a")).to_have_count(1)
    page.locator("#suggested a").click()
    page.click("#accept")
    expect(page.locator("#card-note")).to_contain_text("used from now on")
    expect(page.locator("#suggested a")).to_have_count(0)
    [accepted] = bespoke.user("Ana").memories.list()
    assert str(accepted.status) == "active"


def test_without_consent_nothing_is_used(bespoke: Assistant, open_window: OpenWindow) -> None:
    bespoke.user("Ana").memories.add(COOKS)
    page = open_window("Ana")
    turn_to(page, "Privacy")
    switch = page.locator("#allow-use_in_replies input")
    expect(switch).to_be_checked()
    switch.uncheck()
    wait_until(lambda: not bespoke.user("Ana").consent[Purpose.USE_IN_REPLIES])
    turn_to(page, "Chat")
    say(page, QUESTION)
    expect(page.locator("#chat")).to_contain_text(NOTHING_USED)
    assert page.locator(CHIP).count() == 0


def test_chats_come_in_and_everything_goes_out(
    bespoke: Assistant, open_window: OpenWindow, address: str, tmp_path: Path
) -> None:
    given = tmp_path / "chats.jsonl"
    lines = [{"id": str(n), "role": "user", "content": f"Message {n}"} for n in range(30)]
    given.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    page = open_window("Ana")
    turn_to(page, "Privacy")
    with page.expect_file_chooser() as chosen:
        page.click("#import-file")
    chosen.value.set_files(given)
    expect(page.locator("#imported")).to_contain_text("30 new messages")
    uploads = bespoke.settings.home / "ui_temporary"
    assert not [path for path in uploads.rglob("*") if path.is_file()]
    page.click("#export")
    link = page.locator("#exported a")
    expect(link).to_be_visible()
    where = str(link.get_attribute("href"))
    stranger = open_window("Ben")
    assert stranger.request.get(f"{address}{where}").status == 404
    got = page.request.get(f"{address}{where}")
    assert sum('"record":"message"' in line for line in got.text().splitlines()) == 30
    assert page.request.get(f"{address}{where}").status == 404
    assert not list((bespoke.settings.home / "ui_downloads").iterdir())


def test_erasing_everything_needs_the_name(bespoke: Assistant, open_window: OpenWindow) -> None:
    page = open_window("Ana")
    say(page, "Hello")
    turn_to(page, "Privacy")
    page.fill("#erase-name textarea, #erase-name input", "Anna")
    page.click("#erase")
    expect(page.get_by_text("nothing was erased")).to_be_visible()
    assert bespoke.users() == ["Ana"]
    page.fill("#erase-name textarea, #erase-name input", "Ana")
    page.click("#erase")
    expect(page.locator("#erased")).to_contain_text("Erased")
    assert bespoke.users() == []
    turn_to(page, "Chat")
    expect(page.locator("#conversations label")).to_have_count(0)


def test_on_a_phone_nothing_is_cut_off(bespoke: Assistant, open_window: OpenWindow) -> None:
    bespoke.user("Ana").memories.add(COOKS + " " + "verylongword" * 40, kind="preference")
    page = open_window("Ana", PHONE)
    say(page, QUESTION)
    for tabs in (["Chat"], [KNOWS], ["All memories"], ["Map"], ["Privacy"]):
        turn_to(page, *tabs)
        page.wait_for_timeout(400)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], tabs
    turn_to(page, "Chat")
    page.locator(CHIP).first.click()
    expect(page.locator("#card-close")).to_be_focused()
    box = page.locator("#card").bounding_box()
    assert box is not None
    assert (box["x"], round(box["x"] + box["width"])) == (0, PHONE[0])
