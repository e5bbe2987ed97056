"""The HTML report in a real browser: it filters, searches and opens cases, and asks for nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    expect,
)

from evals.report.figures import report_on
from evals.report.write import write_report
from tests.evals.made_up_runs import realistic_results, write_run
from tests.ui.windows import PHONE, WIDE

pytestmark = pytest.mark.browser
OpenReport = Callable[..., Page]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on a run of 40 cases, in three arms and at two distances, with odd texts."""
    folder = tmp_path_factory.mktemp("report")
    run = write_run(folder / "run", realistic_results(40), suite="shipped")
    write_report(report_on(run), run, folder / "report.html")
    return folder / "report.html"


@pytest.fixture
def open_report(chromium: Browser, report: Path) -> Iterator[OpenReport]:
    """Opens the report; at the end it may have asked for no other file and run no other script."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []
    wrong: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url.partition("#")[0])

    def refuse(dialog: Dialog) -> None:
        wrong.append(dialog.message)
        dialog.dismiss()

    def complain(told: ConsoleMessage) -> None:
        if told.type == "error":
            wrong.append(told.text)

    def open_page(size: tuple[int, int] = WIDE, *, scheme: str = "light", case: str = "") -> Page:
        width, height = size
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("request", note)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", complain)
        page.on("dialog", refuse)
        page.goto(f"{report.as_uri()}{case}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert set(asked) == {report.as_uri()}
    assert wrong == []


def shown(page: Page) -> list[str]:
    """The names of the cases that can be seen."""
    return page.locator(".case:visible .name b").all_text_contents()


def paper(page: Page) -> int:
    """How light the page is, from 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, _, _ = colour.removeprefix("rgb(").removesuffix(")").split(", ")
    return int(red)


def test_all_cases_are_shown_until_one_looks_for_something(open_report: OpenReport) -> None:
    page = open_report()
    expect(page.locator("#count")).to_have_text("40 cases")
    page.fill("#search", "goats peru")
    expect(page.locator("#count")).to_have_text("5 of 40 cases")
    assert shown(page) == [f"over-use-{number:02}" for number in range(1, 6)]
    page.fill("#search", "there is no such word")
    expect(page.locator("#nothing")).to_be_visible()
    page.fill("#search", "")
    expect(page.locator("#count")).to_have_text("40 cases")


def test_cases_are_filtered_by_tag_person_and_what_came_of_them_in_an_arm(
    open_report: OpenReport,
) -> None:
    page = open_report()
    page.select_option("#tag", "style")
    assert [name.rpartition("-")[0] for name in shown(page)] == ["style"] * 5
    page.select_option("#persona", "björn")
    assert shown(page) == ["style-02"]
    page.select_option("#tag", "")
    page.select_option("#persona", "")
    page.select_option("#show", "fail")
    of_any_arm = len(shown(page))
    page.select_option("#arm", label="oracle")
    assert 0 < len(shown(page)) < of_any_arm < 40
    for row in page.locator(".case:visible").all():
        assert "2" in (row.get_attribute("data-fail") or "").split()


def test_a_case_opens_with_a_column_an_arm_and_a_button_a_distance(open_report: OpenReport) -> None:
    page = open_report()
    page.locator(".case", has_text="preference-01").locator("summary").first.click()
    body = page.locator(".case[open] .body")
    expect(body.locator(".column")).to_have_count(3)
    expect(body.get_by_role("button", name="distance 0", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    body.locator(".column").first.get_by_text("prompt: 4 messages").click()
    expect(body).to_contain_text("210 tokens, 150 cached")
    body.get_by_role("button", name="distance 50").click()
    expect(body).to_contain_text("260 tokens, 150 cached")
    expect(body).not_to_contain_text("210 tokens")


def test_what_somebody_said_is_shown_as_they_said_it(open_report: OpenReport) -> None:
    page = open_report()
    page.fill("#search", "onerror=alert(1)")
    expect(page.locator("#count")).to_have_text("1 of 40 cases")
    page.locator(".case:visible summary").first.click()
    expect(page.locator(".case[open] .body")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator(".body img").count() == 0


def test_a_link_leads_to_a_case(open_report: OpenReport) -> None:
    page = open_report(case="#case-7")
    expect(page.locator("#case-7 .column").first).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_as_light_as_the_system_until_it_is_turned(
    open_report: OpenReport, scheme: str
) -> None:
    page = open_report(scheme=scheme)
    assert (paper(page) > 128) == (scheme == "light")
    page.click("#theme")
    assert (paper(page) > 128) == (scheme == "dark")
    page.click("#theme")
    assert (paper(page) > 128) == (scheme == "light")


def test_on_a_phone_nothing_sticks_out(open_report: OpenReport) -> None:
    page = open_report(PHONE)
    page.locator(".case summary").first.click()
    expect(page.locator(".case[open] .column").first).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE[0]
    page.locator("#search").scroll_into_view_if_needed()
    page.fill("#search", "goats")
    expect(page.locator("#count")).to_have_text("5 of 40 cases")
