"""The way in: an assistant, and the companions that it gives to its users."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel

from assistant.chat_models.spinning import spin_briefly
from assistant.companion import Companion
from assistant.embedders import open_embedder
from assistant.settings import load_settings
from assistant.shared import Shared
from prompts.library import Library


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


class Assistant:
    """All users' assistant. Opens and downloads nothing until it is needed.

    Close it when done, or use it in a `with` block: what replies left to be done is then finished.
    """

    def __init__(
        self,
        *,
        home: Path | str | None = None,
        model: str | BaseChatModel | None = None,
        embeddings: Embeddings | None = None,
        prompts: Path | str | None = None,
        clock: Callable[[], datetime] = utc_now,
        read_only: bool = False,
    ) -> None:
        """Read the settings; what is given here wins over them.

        Args:
            home: the folder that holds all vaults.
            model: a name as `BESPOKE_MODEL` takes it, or a LangChain chat model.
            embeddings: any LangChain `Embeddings`, in place of the settings' embedder.
            prompts: a folder of templates that win over those that ship.
            clock: tells the time, aware.
            read_only: changes nothing on the disk and needs no lock; only reading works then.

        Raises:
            InvalidSettings: a setting cannot be used.
        """
        spin_briefly()  # before anything imports torch
        self.settings = load_settings(
            home=Path(home) if home else None, model=model if isinstance(model, str) else None
        )
        self._shared = Shared(
            self.settings,
            model=self.settings.model if model is None else model,
            embedder=open_embedder(self.settings, embeddings),
            library=Library(Path(prompts) if prompts else None),
            clock=clock,
            read_only=read_only,
        )

    def user(self, name: str) -> Companion:
        """A companion of this user; any string is a user, and nothing is shared between two."""
        return Companion(name, self._shared)

    def users(self) -> list[str]:
        """The names of all users of whom something is kept, sorted."""
        return self._shared.vaults.users()

    def model_host(self) -> str | None:
        """The host that messages are sent to; None if nothing leaves this machine.

        Opens the model, and raises as that does.
        """
        return self._shared.model().host

    def warm_up(self) -> None:
        """Load the embedder and the chat model now, so that the first reply need not wait.

        Raises:
            AssistantError: one of them cannot be loaded; the message says what to do.
        """
        self._shared.embedder.vector("warm up")
        if self._shared.learner is not None:
            self._shared.learner.warm_up()
        self._shared.model().count_tokens("warm up")

    def settle(self) -> None:
        """Wait until what replies left to be done is done."""
        self._shared.afterwork.wait()

    def close(self) -> None:
        """Finish what is left to be done, and free files, threads and models."""
        self._shared.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
