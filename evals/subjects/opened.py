"""From what a suite says about an arm to the subject that is put under test in it."""

from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable

from assistant.chat_models.opened import OpenedModel, open_model
from assistant.embedders import load_embeddings
from assistant.settings import Settings
from evals.errors import SuiteInvalid
from evals.loading import load_named
from evals.subjects.base import Subject
from evals.subjects.embedding import RememberingEmbeddings
from evals.subjects.function import FunctionSubject
from evals.suites import types
from evals.suites.types import Arm, Sampling, Suite
from memory.embeddings import Embedder


class Subjects:
    """Opens the subjects of a suite's arms; arms that differ in memory alone share one."""

    def __init__(
        self,
        suite: Suite,
        *,
        suite_folder: Path,
        settings: Settings,
        work_folder: Path,
        embedder: Embedder | None = None,
    ) -> None:
        """`work_folder` is an empty folder for what subjects write."""
        self._suite = suite
        self._suite_folder = suite_folder
        self._settings = settings
        self._work_folder = work_folder
        self._given_embedder = embedder
        self._opened: dict[str, Subject] = {}

    def of(self, arm: Arm) -> Subject:
        """The subject of an arm.

        Raises:
            AssistantError: it cannot be opened; the message says what to do.
        """
        key = arm.model_dump_json(exclude={"name", "memory"})
        if key not in self._opened:
            self._opened[key] = self._open(arm)
        return self._opened[key]

    def close(self) -> None:
        """Free all."""
        for subject in self._opened.values():
            subject.close()

    @cached_property
    def embedder(self) -> Embedder:
        """The embedder of the settings, which remembers what it embedded last."""
        if self._given_embedder is not None:
            return self._given_embedder
        settings = self._settings
        return Embedder(
            settings.embedder,
            lambda: RememberingEmbeddings(load_embeddings(settings)),
            cache=settings.cache / "embedded",
        )

    def model(self, name: str) -> OpenedModel:
        """A chat model that judges, or plays a user; the caller closes it."""
        return self._model(name, Sampling(reply_tokens=100))

    def _open(self, arm: Arm) -> Subject:
        subject = arm.subject or self._suite.subject
        sampling = arm.settings or self._suite.settings
        prices = arm.prices or self._suite.prices
        name = arm.model or self._suite.model
        match subject:
            case types.FunctionSubject():
                return FunctionSubject(self._load(subject.function), subject.function)
            case types.RunnableSubject():
                return self._runnable(subject.runnable)
            case types.AddressSubject():
                from evals.subjects.messages import ModelSubject

                opened = self._at_address(subject, sampling)
                return ModelSubject(opened, sampling=sampling, prices=prices)
            case types.NamedSubject(name="model"):
                from evals.subjects.messages import ModelSubject

                return ModelSubject(self._model(name, sampling), sampling=sampling, prices=prices)
        from evals.subjects.bespoke import BespokeSubject

        folder = self._work_folder / f"subject-{len(self._opened)}"
        folder.mkdir()
        return BespokeSubject(
            self._model(name, sampling),
            self._settings,
            self.embedder,
            sampling=sampling,
            prompts=arm.prompts or self._suite.prompts,
            prices=prices,
            folder=folder,
        )

    def _model(self, name: str | None, sampling: Sampling) -> OpenedModel:
        """A chat model by a name as the settings take it, or 'file.py:name' of a LangChain one."""
        settings = self._settings.model_copy(update=sampling.model_dump())
        name = name or settings.model
        if not name.rpartition(":")[0].endswith(".py"):
            return open_model(name, settings)
        chat = self._load(name)
        if callable(chat) and not isinstance(chat, BaseChatModel):
            chat = chat()
        if not isinstance(chat, BaseChatModel):
            raise SuiteInvalid(f"{name!r} is no chat model of LangChain: {type(chat).__name__}.")
        return open_model(chat, settings)

    def _at_address(self, subject: types.AddressSubject, sampling: Sampling) -> OpenedModel:
        given = sampling.model_dump() | {"base_url": subject.openai}
        return open_model(subject.model, self._settings.model_copy(update=given))

    def _runnable(self, name: str) -> Subject:
        from evals.subjects.messages import RunnableSubject

        made = self._load(name)
        if callable(made) and not isinstance(made, Runnable):
            made = made()
        if not isinstance(made, Runnable):
            raise SuiteInvalid(f"{name!r} is no runnable of LangChain: {type(made).__name__}.")
        return RunnableSubject(made, name, repr(made)[:2000])

    def _load(self, name: str) -> Any:
        return load_named(name, self._suite_folder)
