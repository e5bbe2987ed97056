"""The forms of a report, by the ending of the file that it is written to."""

from collections.abc import Callable, Mapping
from pathlib import Path

from evals.errors import UnknownFormat
from evals.report.figures import Report
from evals.report.junit import write_junit
from evals.report.markdown import as_markdown
from evals.report.page import write_page
from evals.results import Run


def write_report(report: Report, run: Run, path: Path) -> None:
    """Write a report as `.html`, `.md`, `.json` or `.xml` (JUnit), whichever the file ends in.

    Raises:
        UnknownFormat: it ends in something else.
    """
    write = _FORMS.get(path.suffix.lower())
    if write is None:
        known = ", ".join(_FORMS)
        raise UnknownFormat(f"Cannot tell the form of {str(path)!r}. End it in one of: {known}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    write(report, run, path)


def _html(report: Report, run: Run, path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="replace") as file:
        write_page(report, run.results, file)


def _markdown(report: Report, run: Run, path: Path) -> None:  # noqa: ARG001
    path.write_text(as_markdown(report), "utf-8")


def _json(report: Report, run: Run, path: Path) -> None:  # noqa: ARG001
    path.write_text(report.model_dump_json(indent=1) + "\n", "utf-8")


def _junit(report: Report, run: Run, path: Path) -> None:
    with path.open("wb") as file:
        write_junit(run.results, file, arms=[each.arm for each in report.arms])


_FORMS: Mapping[str, Callable[[Report, Run, Path], None]] = {
    ".html": _html,
    ".md": _markdown,
    ".json": _json,
    ".xml": _junit,
}
