"""A pytest plugin: a suite file is collected as tests, one for each case in each arm.

Files called `suite_*.yaml` or `*.suite.yaml` are suites. A case that fails in an arm is a failed
test, with what was said and why it did not pass. It is switched on by `-p evals.plugin`, or in a
`conftest.py` by `pytest_plugins = ["evals.plugin"]`.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from evals.errors import EvalError
from evals.results import CaseResult, Verdict
from evals.running.case import Job

_ARMS = "eval_arms"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting that picks the arms."""
    parser.addini(
        _ARMS, "the arms in which suites are run; without, those whose memory is on", type="args"
    )


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> "SuiteFile | None":
    """Collect suites."""
    name = file_path.name
    is_suite = name.endswith(".suite.yaml") or (
        name.startswith("suite_") and file_path.suffix == ".yaml"
    )
    return SuiteFile.from_parent(parent, path=file_path) if is_suite else None


class SuiteFile(pytest.File):
    """A suite; what it needs is opened with its first test and closed behind its last."""

    def collect(self) -> Iterator["CaseItem"]:
        """A test for each case in each arm.

        Arms whose memory is not on are there to compare with, and left out, unless the setting
        `eval_arms` names them, or there are no others.
        """
        from evals.suites.reading import read_suite

        try:
            self._loaded = read_suite(self.path)
        except EvalError as error:
            raise self.CollectError(str(error)) from None
        self._stack = ExitStack()
        self._jobs: dict[tuple[str, str, int], Job] = {}
        self._arms = self._chosen_arms()
        for planned in self._loaded.planned():
            for arm in filter(planned.is_in, self._arms):
                for repeat in range(self._loaded.suite.repeats):
                    yield CaseItem.of(self, planned.id, arm, repeat, planned.case.tags)

    def _chosen_arms(self) -> list[str]:
        arms = self._loaded.suite.arms
        wanted = self.config.getini(_ARMS) or [arm.name for arm in arms if arm.memory == "on"]
        return [arm.name for arm in arms if arm.name in wanted] or [arm.name for arm in arms]

    def setup(self) -> None:
        """Open what is put under test."""
        from assistant.settings import load_settings
        from evals.running.runner import Runner

        folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="bespoke-eval-")))
        runner = Runner(
            self._loaded, settings=load_settings(), folder=folder / "run", arms=self._arms
        )
        self.runner = self._stack.enter_context(runner)
        self._jobs = {(job.planned.id, job.arm.name, job.repeat): job for job in runner.jobs()}

    def run_case(self, case: str, arm: str, repeat: int) -> CaseResult:
        """Run one case in one arm."""
        return self.runner.run(self._jobs[case, arm, repeat])

    def teardown(self) -> None:
        """Free it."""
        self._stack.close()


class CaseFailed(AssertionError):
    """A case did not pass."""


class CaseItem(pytest.Item):
    """A case in an arm."""

    parent: SuiteFile

    @classmethod
    def of(
        cls, suite: SuiteFile, case: str, arm: str, repeat: int, tags: tuple[str, ...]
    ) -> "CaseItem":
        """Make one; tags that are names become marks."""
        item: CaseItem = cls.from_parent(suite, name=f"{case}[{arm}-{repeat + 1}]")
        item.place = (case, arm, repeat)
        item.keywords.update(dict.fromkeys(tags, True))
        return item

    place: tuple[str, str, int]

    def runtest(self) -> None:
        """Run it; skipped where nothing could be scored."""
        result = self.parent.run_case(*self.place)
        if result.passed is False:
            raise CaseFailed(_told(result))
        if result.passed is None:
            pytest.skip("nothing was scored")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was said and why it did not pass; for any other error, where it was raised."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, 0, f"{self.path.name}: {self.name}"


def _told(result: CaseResult) -> str:
    lines = [line for turn in result.turns for line in _said(turn.user, turn.reply)]
    lines += [_verdict(each) for each in result.all_verdicts if each.passed is False]
    lines += [f"error: {result.error}"] if result.error else []
    return "\n".join(lines)


def _said(user: str, reply: str) -> Iterator[str]:
    yield f"user: {user}"
    yield f"assistant: {reply}"


def _verdict(verdict: Verdict) -> str:
    return f"failed: {verdict.check}: {verdict.reason}"
