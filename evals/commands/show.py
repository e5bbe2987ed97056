"""`bespoke eval show`: a run, case by case, or one case with all that was sent and said."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.runs import RUN_HELP, find_run

if TYPE_CHECKING:
    from evals.results import CaseResult, TurnRecord, Verdict

_MARKS = {True: "passed", False: "failed", None: "unscored"}


@click.command(epilog=RUN_HELP)
@click.argument("run", type=click.Path(exists=True, path_type=Path))
@click.argument("case", required=False)
@click.option("--arm", help="Only this arm.")
@click.option("--failed", "is_failed", is_flag=True, help="Only what did not pass.")
@click.option("--prompt", "has_prompt", is_flag=True, help="With the whole prompt.")
def show(
    run: Path, case: str | None, *, arm: str | None, is_failed: bool, has_prompt: bool
) -> None:
    """Show a run: a line a result; with a CASE, all that was said and why it passed or not."""
    from evals.errors import DataNotFound

    opened, is_there = find_run(run), False
    for result in opened.results:
        if case not in (None, result.case):
            continue
        is_there = True
        if arm in (None, result.arm) and not (is_failed and result.passed is not False):
            lines = _whole(result, has_prompt=has_prompt) if case else [_line(result)]
            click.echo("\n".join(lines))
    if case and not is_there:
        folder = opened.folder
        raise DataNotFound(
            f"There is no case {case!r} in {str(folder)!r}. See: bespoke eval show {folder}"
        )


def _line(result: "CaseResult") -> str:
    why = result.error or next(
        (f"{each.check}: {each.reason}" for each in result.all_verdicts if each.passed is False), ""
    )
    repeat = f" #{result.repeat + 1}" if result.repeat else ""
    return f"{_MARKS[result.passed]:9}{result.arm:12} {result.case}{repeat}  {why}".rstrip()


def _whole(result: "CaseResult", *, has_prompt: bool) -> Iterator[str]:
    yield f"== {result.case} in {result.arm}: {_MARKS[result.passed]}"
    for turn in result.turns:
        yield from _turn(turn, has_prompt=has_prompt)
    yield from map(_verdict, result.verdicts)
    if result.error:
        yield f"  error: {result.error}"
    yield ""


def _turn(turn: "TurnRecord", *, has_prompt: bool) -> Iterator[str]:
    if has_prompt:
        for message in turn.prompt:
            yield f"  | {message.role}: " + message.text.replace("\n", "\n  |   ")
    yield f"  user: {turn.user}"
    yield f"  assistant: {turn.reply}"
    for item in turn.offered:
        yield f"  {'used' if item.is_used else 'offered'}: {item.text} ({item.why or 'known'})"
    for text in turn.learned:
        yield f"  learned: {text}"
    yield from map(_verdict, turn.verdicts)


def _verdict(verdict: "Verdict") -> str:
    return f"  {_MARKS[verdict.passed]}: {verdict.check}: {verdict.reason}"
