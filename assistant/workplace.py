"""What everything that is made for one user works with: vaults, models, settings, the clock."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from assistant.chat_models.opened import OpenedModel
from assistant.settings import Settings
from memory.embeddings import Embedder
from memory.learn.learner import Learner
from memory.types import Purpose
from memory.vault import Vault
from prompts.library import Template

LendVault = Callable[[], AbstractContextManager[Vault]]


@dataclass(frozen=True)
class Workplace:
    """What all turns of one user, and all texts that are created for them, work with.

    `known` lends the vault that holds what is known about the user, `kept` the one that turns are
    written to: the same, or for what is temporary one that lives in memory only. Without a learner
    nothing is learned. Model and template are opened when they are needed, which is after the
    message was written.
    """

    known: LendVault
    kept: LendVault
    model: Callable[[], OpenedModel]
    embedder: Embedder
    learner: Learner | None
    template: Callable[[], Template]
    settings: Settings
    clock: Callable[[], datetime]

    @property
    def is_temporary(self) -> bool:
        """Whether nothing of it is kept, and so nothing that is known may be changed."""
        return self.known != self.kept

    def may_use_memory(self, vault: Vault) -> bool:
        """Whether what is known about the user may stand in a prompt."""
        consents = vault.consents.all()
        is_shared = self.model().host is None or consents[Purpose.SHARE_WITH_REMOTE]
        return consents[Purpose.USE_IN_REPLIES] and is_shared
