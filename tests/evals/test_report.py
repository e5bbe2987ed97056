"""Reports on runs: what stands in them, that no text can break out of them, and how large."""

import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evals.errors import UnknownFormat
from evals.report.figures import Report, report_on
from evals.report.markdown import as_markdown
from evals.report.page import write_page
from evals.report.write import write_report
from evals.results import CaseResult, Offered, Run, SentMessage, TurnRecord
from tests.evals.made_up_runs import realistic_results, result, verdict, write_run

HOSTILE = "</template></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}"


class Page(HTMLParser):
    """The elements of a page with their attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element with this tag."""
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(run: Run, *, most_details: int = 5000) -> Page:
    file = StringIO()
    write_page(report_on(run), run.results, file, most_details=most_details)
    return Page(file.getvalue())


@pytest.fixture(scope="module")
def realistic(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("runs") / "run"
    return write_run(folder, realistic_results(40), suite="shipped")


def figures(folder: Path, results: Iterable[CaseResult]) -> Report:
    return report_on(write_run(folder / "run", results))


def test_the_figures_of_an_arm_are_those_of_its_cases(tmp_path: Path) -> None:
    report = figures(
        tmp_path,
        [
            result("a"),
            result("b", False),
            result("c", None),
            result("d", error="no answer"),
            result("e", repeat=0),
            result("e", False, repeat=1),
        ],
    )
    (arm,) = report.arms
    assert arm.passes
    assert arm.passes.mean == pytest.approx((1 + 0 + 0 + 0.5) / 4)
    assert (arm.cases, arm.errors, arm.unscored, arm.mixed) == (5, 1, 1, 1)


def test_an_arm_that_passes_everything_is_still_not_certain(tmp_path: Path) -> None:
    (arm,) = figures(tmp_path, [result(f"{number}") for number in range(20)]).arms
    assert arm.passes
    assert arm.passes.low == pytest.approx(0.839, abs=0.001), "Wilson's for 20 of 20"


def test_distances_make_a_curve(tmp_path: Path) -> None:
    (curve,) = figures(
        tmp_path,
        [result(f"{number}", number % 4 < 3, distance=0) for number in range(8)]
        + [result(f"{number}", number % 4 < 1, distance=50) for number in range(8)],
    ).curves
    assert [(each.distance, each.passes.mean) for each in curve.points] == [(0, 0.75), (50, 0.25)]


def test_a_run_without_distances_tags_or_scored_cases_can_be_told(tmp_path: Path) -> None:
    page = page_of(write_run(tmp_path / "run", [result("a", None)]))
    assert "nothing could be scored" in page.text
    assert "By distance" not in page.text


def test_a_run_that_was_killed_before_its_first_result_can_be_told(tmp_path: Path) -> None:
    assert "No case fits." in page_of(write_run(tmp_path / "run", [])).text


def test_no_text_of_a_run_becomes_markup(tmp_path: Path) -> None:
    turn = TurnRecord(
        user=HOSTILE,
        reply=HOSTILE,
        prompt=(SentMessage(role="user", text=HOSTILE),),
        offered=(Offered(id="m", text=HOSTILE, is_used=True, why=HOSTILE),),
        learned=(HOSTILE,),
        verdicts=(verdict(False, HOSTILE),),
    )
    odd = result(HOSTILE, arm=HOSTILE, persona=HOSTILE, tags=(HOSTILE,), turns=(turn,))
    broken = odd.model_copy(update={"case": "b", "error": HOSTILE})
    page = page_of(write_run(tmp_path / "run", [odd, broken], suite=HOSTILE))
    assert len(page.of("script")) == 1
    assert not page.of("img")
    assert len(page.of("template")) == 2
    assert page.text.count(HOSTILE) > 10, "all of it stands there as text"
    assert "49" not in page.text


def test_the_page_needs_nothing_from_elsewhere_and_may_load_nothing(realistic: Run) -> None:
    page = page_of(realistic)
    outside = {"src", "srcset", "action", "data", "poster", "background"}
    for _, attributes in page.elements:
        assert not outside & attributes.keys()
        assert (attributes.get("href") or "#").startswith("#")
    policy = page.of("meta")[2]["content"]
    assert policy
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-\S+='; script-src 'sha256-\S+='", policy
    )
    assert not any("style" in attributes for _, attributes in page.elements), "it is forbidden"


def test_what_was_said_is_inert_until_a_case_is_opened(realistic: Run) -> None:
    page = page_of(realistic)
    said = [at for at, (_, attributes) in enumerate(page.elements) if "data-s" in attributes]
    first = next(at for at, (tag, _) in enumerate(page.elements) if tag == "template")
    assert min(said) > first
    assert len(page.of("template")) == 40 * 3 * 2


def test_of_a_long_run_the_cases_that_passed_are_left_out_first(realistic: Run) -> None:
    failed = sum(not each.passed for each in realistic.results)
    page = page_of(realistic, most_details=failed + 5)
    assert len(page.of("template")) == failed + 5
    assert f"Details of {240 - failed - 5} results are left out" in page.text
    assert len(page_of(realistic, most_details=10).of("template")) == 10


def test_a_prompt_that_goes_on_is_told_from_where_it_is_new(realistic: Run) -> None:
    assert "The first 2 messages are those of the turn before." in page_of(realistic).text


def test_markdown_holds_the_figures_and_names_what_was_lost(tmp_path: Path) -> None:
    run = write_run(
        tmp_path / "run",
        [result("a|b", arm="off"), result("a|b", False, arm="on")],
        suite="<b>food</b>",
    )
    text = as_markdown(report_on(run))
    assert "# \\<b\\>food\\</b\\>" in text
    assert "| on against off | 1 | 0 | 1 | -100.0 [" in text
    assert "Lost: a\\|b." in text


def test_an_earlier_run_is_held_against_this_one_arm_by_arm(tmp_path: Path) -> None:
    before = write_run(tmp_path / "before", [result("a"), result("b")])
    now = write_run(tmp_path / "now", [result("a"), result("b", False)])
    (since,) = report_on(now, earlier=before).since
    assert (since.first, since.second, len(since.lost)) == ("on before", "on", 1)


@pytest.mark.parametrize("ending", ["html", "md", "json", "xml"])
def test_every_form_is_chosen_by_its_ending(realistic: Run, tmp_path: Path, ending: str) -> None:
    path = tmp_path / "new" / f"report.{ending}"
    write_report(report_on(realistic), realistic, path)
    assert path.stat().st_size > 1000


def test_another_ending_is_refused(realistic: Run, tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match=r"\.html, \.md, \.json, \.xml"):
        write_report(report_on(realistic), realistic, tmp_path / "report.pdf")


def test_json_holds_every_figure_and_can_be_read_again(realistic: Run, tmp_path: Path) -> None:
    write_report(report_on(realistic), realistic, tmp_path / "report.json")
    text = (tmp_path / "report.json").read_text("utf-8")
    assert Report.model_validate_json(text) == report_on(realistic)
    assert "Here is what fits you" not in text
    assert json.loads(text)["arms"][0]["arm"] == "off"


def test_junit_tells_failures_errors_and_what_was_skipped(tmp_path: Path) -> None:
    run = write_run(
        tmp_path / "run",
        [
            result("a"),
            result("b", False, distance=10),
            result("c", None),
            result("d", error="no\x00answer"),
        ],
    )
    write_report(report_on(run), run, tmp_path / "junit.xml")
    (suite,) = ElementTree.parse(tmp_path / "junit.xml").getroot()
    counts = [suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")]
    assert counts == ["on", "4", "1", "1", "1"]
    failure = suite.find("testcase[@name='b@10']/failure")
    assert failure is not None
    assert failure.text == "contains: Celsius: it is not there"
