"""Running a suite: every case in every arm, each result written as it comes.

What a run costs is spent once: replies are kept by what they depend on, and a run that broke off
goes on behind its last result.
"""

import gc
import time
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import TracebackType
from typing import Self

from assistant.chat_models.opened import OpenedModel
from assistant.errors import (
    InvalidSettings,
    MissingExtra,
    MissingKey,
    ModelNotInstalled,
    UnknownModel,
)
from assistant.settings import Settings
from evals.errors import SubjectFailed, SuiteInvalid
from evals.results import RESULTS_NAME, CaseResult, RunHeader, RunWriter, load_run
from evals.running.case import CaseRun, Job, key_base, key_of
from evals.running.pool import Pool
from evals.running.replies import Replies
from evals.running.tools import CaseTools
from evals.subjects.base import Calls, TimeIsUp
from evals.subjects.opened import Subjects
from evals.suites.reading import LoadedSuite
from evals.suites.types import Persona
from memory.embeddings import Embedder

REPLIES_NAME = "evals/replies.db"
_GRACE_S = 2.0
_FIRST_PAUSE_S = 0.5
# Trying again helps with none of these.
_FOR_GOOD = (InvalidSettings, MissingExtra, MissingKey, ModelNotInstalled, UnknownModel)


class Runner:
    """Runs one suite. Use it in a `with` block: subjects are opened on entering it."""

    def __init__(
        self,
        loaded: LoadedSuite,
        *,
        settings: Settings,
        folder: Path,
        arms: Sequence[str] = (),
        embedder: Embedder | None = None,
        is_fresh: bool = False,
    ) -> None:
        """Nothing is opened yet.

        Args:
            loaded: the suite.
            settings: whatever the suite does not say itself.
            folder: the run's: a new one, or that of a run of this suite that broke off.
            arms: the names of those to run; without, all.
            embedder: in place of the settings'.
            is_fresh: whether replies of earlier runs are left alone.
        """
        self.suite = loaded.suite
        self.arms = [arm for arm in self.suite.arms if arm.name in arms or not arms]
        self.folder = folder
        self._loaded = loaded
        self._settings = settings
        self._embedder = embedder
        self._replies = Replies(None if is_fresh else settings.cache / REPLIES_NAME)
        self._models: dict[str, OpenedModel] = {}
        self._running: dict[Job, CaseRun] = {}
        self._opening = Lock()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Open what is put under test, and the judge.

        Raises:
            AssistantError: one cannot be opened; the message says what to do.
        """
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for run in list(self._running.values()):
            run.calls.is_given_up = True
        self._stack.close()

    @cached_property
    def total(self) -> int:
        """How many results the run comes to."""
        return self._loaded.runs([arm.name for arm in self.arms])

    def hosts(self) -> dict[str, str]:
        """Where something is sent: by arm, and by model for those that judge."""
        hosts = {f"arm {arm.name!r}": self._subjects.of(arm).host for arm in self.arms}
        hosts |= {f"judge {name!r}": model.host for name, model in self._models.items()}
        return {what: host for what, host in hosts.items() if host}

    def foreign(self) -> list[str]:
        """What is under test and not ours: where it sends what it gets cannot be told."""
        subjects = {self._subjects.of(arm) for arm in self.arms}
        return sorted(subject.model for subject in subjects if subject.is_foreign)

    def earlier(self) -> Iterator[CaseResult]:
        """The results that the run has already, from before it broke off.

        Errors are not among them: what failed then is run again.
        """
        if (self.folder / RESULTS_NAME).exists():
            yield from (each for each in load_run(self.folder).results if each.error is None)

    def results(self) -> Generator[CaseResult]:
        """Run what is left to run, and give each result once it is written.

        Raises:
            AssistantError: nothing more can be run; what was written stays.
        """
        known = {result.key for result in self.earlier()}
        if (self.folder / RESULTS_NAME).exists():
            writer = RunWriter.go_on(self.folder)
        else:
            writer = RunWriter.begin(self.folder, self._header())
        pool: Pool[Job, CaseResult] = Pool(
            self.suite.jobs, do=self.run, is_overdue=self._is_overdue, give_up=self._give_up
        )
        gc.freeze()  # what is loaded by now stays; looking through it takes a quarter of a second
        try:
            with closing(writer), closing(pool.results(self.jobs(known))) as done:
                for results in done:
                    writer.add(*results)
                    yield from results
        finally:
            gc.unfreeze()

    def _open(self) -> None:
        work = TemporaryDirectory(prefix="bespoke-eval-", ignore_cleanup_errors=True)
        self._subjects = Subjects(
            self.suite,
            suite_folder=self._loaded.folder,
            settings=self._settings,
            work_folder=Path(self._stack.enter_context(work)),
            embedder=self._embedder,
        )
        self._stack.callback(self._replies.close)
        self._stack.callback(self._subjects.close)
        self._stack.callback(self._close_models)
        for arm in self.arms:
            self._subjects.of(arm)
        if self.suite.judge:
            self._model(self.suite.judge)

    def _model(self, name: str) -> OpenedModel:
        """A model that judges, or plays a user."""
        with self._opening:
            if name not in self._models:
                self._models[name] = self._subjects.model(name)
            return self._models[name]

    def _close_models(self) -> None:
        for model in self._models.values():
            model.close()

    def _header(self) -> RunHeader:
        subjects = {arm.name: self._subjects.of(arm) for arm in self.arms}
        return RunHeader(
            suite=self.suite.name,
            suite_digest=self._loaded.digest,
            arms=tuple(subjects),
            repeats=self.suite.repeats,
            seed=self.suite.seed,
            models={name: subject.model for name, subject in subjects.items()},
            prompts={name: subject.prompt for name, subject in subjects.items()},
            started=datetime.now(UTC),
            version=version("bespoke-assistant"),
        )

    def jobs(self, known: Collection[str] = ()) -> Iterator[Job]:
        """What there is to do, but for the keys given: a case in all arms, then the next case."""
        subjects = [(arm, self._subjects.of(arm)) for arm in self.arms]
        bases = [(arm, subject, key_base(arm, subject, self._loaded)) for arm, subject in subjects]
        for planned in self._loaded.planned():
            for arm, subject, base in bases:
                if planned.is_in(arm.name):
                    for repeat in range(self.suite.repeats):
                        key = key_of(planned, base, repeat)
                        if key not in known:
                            yield Job(planned, arm, repeat, subject, key)

    def run(self, job: Job) -> CaseResult:
        """Run a case, and try again where that may help."""
        try:
            for attempt in range(self.suite.retries + 1):
                run = self._running[job] = self._case(job)
                try:
                    return run.run()
                except (*_FOR_GOOD, SuiteInvalid):
                    raise
                except (TimeIsUp, SubjectFailed) as error:
                    return run.result(error=str(error))
                except Exception as error:
                    failed = run.result(error=f"{type(error).__name__}: {error}")
                if attempt < self.suite.retries:
                    time.sleep(_FIRST_PAUSE_S * 2**attempt)
            return failed
        finally:
            self._running.pop(job, None)

    def _case(self, job: Job) -> CaseRun:
        limit_s = job.planned.case.timeout_s or self.suite.timeout_s
        calls = Calls(self._replies, repeat=job.repeat, limit_s=limit_s)
        tools = CaseTools(
            calls,
            open_model=self._model,
            embedder=lambda: self._subjects.embedder,
            judge=self.suite.judge,
            seed=self.suite.seed,
        )
        return CaseRun(job, self.suite, calls, tools, self._strangers)

    @cached_property
    def _strangers(self) -> Sequence[Persona]:
        is_needed = any(arm.memory == "shuffled" for arm in self.arms)
        return self._loaded.strangers() if is_needed else ()

    def _is_overdue(self, job: Job) -> bool:
        run = self._running.get(job)
        return run is not None and run.calls.is_overdue(_GRACE_S)

    def _give_up(self, job: Job) -> CaseResult:
        run = self._running[job]
        run.calls.is_given_up = True
        return run.result(error=run.calls.too_long, seconds=run.calls.limit_s)
