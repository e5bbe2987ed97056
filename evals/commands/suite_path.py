"""The arguments that the commands on suites and runs share."""

from importlib.resources import files
from pathlib import Path

import click

RUNS = click.Path(file_okay=False, path_type=Path)


class _SuiteType(click.ParamType[Path]):
    """A suite's file, or the name of one that ships."""

    name = "suite"

    def convert(
        self,
        value: str | Path,
        param: click.Parameter | None,  # noqa: ARG002
        ctx: click.Context | None,  # noqa: ARG002
    ) -> Path:
        """The file that is meant."""
        given = Path(value)
        if given.is_file():
            return given
        known = shipped()
        if str(value) in known:
            return known[str(value)]
        names = ", ".join(sorted(known))
        raise click.BadParameter(
            f"there is no file {str(value)!r}, and no suite of that name ships ({names})"
        )


SUITE = _SuiteType()


def shipped() -> dict[str, Path]:
    """The suites that ship, by name."""
    folder = Path(str(files("evals").joinpath("suites/shipped")))
    return {file.stem: file for file in sorted(folder.glob("*.yaml"))}
