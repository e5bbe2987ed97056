"""`bespoke eval report`: what a run came to, to read and to hand on."""

from pathlib import Path

import click

from evals.commands.extra import require_extra
from evals.commands.runs import RUN_HELP, find_run

_NAME = "report.html"


@click.command(epilog=RUN_HELP)
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "-o",
    "paths",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    help="A file ending in .html, .md, .json or .xml (JUnit); can be repeated.  "
    "[default: report.html in the run's folder]",
)
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    help="An earlier run of the suite, to hold each arm against.",
)
def report(run: Path, paths: tuple[Path, ...], since: Path | None) -> None:
    """Write a report on a run.

    The HTML file holds all that was said in the run, and needs nothing else to be read.
    """
    require_extra()
    from evals.report.figures import report_on
    from evals.report.write import write_report

    opened = find_run(run)
    found = report_on(opened, earlier=find_run(since) if since else None)
    for path in paths or (opened.folder / _NAME,):
        write_report(found, opened, path)
        click.echo(path)
