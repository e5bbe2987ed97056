"""Taking turns: which conversation a message goes to, one turn at a time, and what follows."""

from collections.abc import Generator
from contextlib import nullcontext, suppress
from functools import partial
from uuid import uuid4

from langchain_core.messages import BaseMessage

from assistant.access import Access
from assistant.errors import InvalidMessage
from assistant.history import read_ahead
from assistant.shared import Shared, TurnLock
from assistant.suggest import Suggester
from assistant.turn import Turn
from assistant.types import Context, Piece
from assistant.workplace import LendVault, Workplace
from memory.errors import NotFound
from memory.types import Purpose
from memory.vault import Vault

MOST_CHARACTERS = 200_000


class TurnTaker:
    """The turns of one user."""

    def __init__(self, user: str, shared: Shared, access: Access) -> None:
        self._user = user
        self._shared = shared
        self._access = access
        self._suggester = Suggester(shared, access)
        self._current: str | None = None
        self._temporary: Vault | None = None
        self._gate = shared.turn_gate(user)
        self._times_closed = self._gate.times_closed

    def start_conversation(self) -> None:
        """Let the next message without a conversation begin a new one."""
        self._current = None
        self._temporary = None

    def take(
        self,
        text: str | None,
        *,
        conversation: str | None = None,
        context: Context,
        remember: bool,
        instead_of: str | None = None,
    ) -> Generator[Piece]:
        """Check a message, and return its turn: a generator that has not begun yet.

        Without a text, the message of the exchange `instead_of` is answered once more.
        """
        if text is not None:
            _check(text)
        if instead_of is not None:
            conversation = self._conversation_of(instead_of)
        conversation_id, kept = self._place(conversation, remember=remember)
        is_temporary = kept != self._access.writing
        workplace = Workplace(
            known=self._access.reading if is_temporary else self._access.writing,
            kept=kept,
            model=self._shared.model,
            embedder=self._shared.embedder,
            learner=None if is_temporary else self._shared.learner,
            template=partial(self._shared.library.get, "chat"),
            settings=self._shared.settings,
            clock=self._shared.clock,
        )
        turn = Turn(workplace, conversation_id, text, context, instead_of=instead_of)
        return self._in_order(turn, is_temporary=is_temporary)

    def settle_soon(self) -> None:
        """Embed and index what waits for it, in the background."""
        self._shared.afterwork.add(self._settle)

    def _place(self, conversation: str | None, *, remember: bool) -> tuple[str, LendVault]:
        """Which conversation a message belongs to, and the vault that it is kept in."""
        with self._access.reading() as vault:
            is_kept = remember and vault.consents.all()[Purpose.KEEP_CONVERSATIONS]
            if is_kept and conversation:
                self._current = vault.conversations.get(conversation).id
        if not is_kept:
            return self._temporary_place(conversation)
        self._current = self._current or uuid4().hex
        return self._current, self._access.writing

    def _conversation_of(self, message_id: str) -> str:
        if self._temporary is not None:
            with suppress(NotFound):
                return self._temporary.messages.get(message_id).conversation_id
        with self._access.reading() as vault:
            return vault.messages.get(message_id).conversation_id

    def _temporary_place(self, conversation: str | None) -> tuple[str, LendVault]:
        """A conversation in memory: a new one, the one before, or a copy of one that is kept."""
        if self._times_closed != self._gate.times_closed:  # it may hold what was forgotten
            self._times_closed, self._temporary = self._gate.times_closed, None
        vault = self._temporary or Vault(None, self._shared.embedder)
        existing = [each.id for each in vault.conversations.list()]
        if conversation is not None and conversation not in existing:
            vault = Vault(None, self._shared.embedder)
            with self._access.reading() as kept:
                vault.messages.add_new(kept.messages.of(conversation))
        self._temporary = vault
        newest = existing[0] if existing else uuid4().hex
        return conversation or newest, lambda: nullcontext(vault)

    def _in_order(self, turn: Turn, *, is_temporary: bool) -> Generator[Piece]:
        lock = self._shared.turn_lock(self._user, turn.conversation_id)
        if self._shared.has_queue() or not lock.is_free():
            yield Piece(kind="waiting")
        folded: list[BaseMessage] | None = None
        lock.take()
        try:
            with self._shared.turn_running():
                yield from turn.pieces()
            folded = None if is_temporary else turn.fold()
        finally:
            if not is_temporary:
                self.settle_soon()
                if self._shared.settings.suggestions:
                    self._shared.afterwork.add(self._suggester.look_again)
            self._let_go(lock, turn, folded)

    def _let_go(self, lock: TurnLock, turn: Turn, folded: list[BaseMessage] | None) -> None:
        """Let the next turn begin: at once, or when the model has read the folded prompt."""
        if folded is None or not turn.workplace.model().keeps_prefix:
            lock.give_back()
        else:
            self._shared.afterwork.add(partial(self._read_ahead, lock, turn, folded))

    def _read_ahead(self, lock: TurnLock, turn: Turn, prompt: list[BaseMessage]) -> None:
        try:
            read_ahead(turn.workplace.model(), prompt, is_wanted=self._shared.is_idle)
        finally:
            lock.give_back()

    def _settle(self) -> None:
        if self._shared.vaults.exists(self._user):  # not erased meanwhile
            with self._access.writing() as vault:
                vault.settle()


def _check(text: str) -> None:
    if not text.strip():
        raise InvalidMessage("The message is empty. Write something first.")
    if len(text) > MOST_CHARACTERS:
        raise InvalidMessage(
            f"The message has {len(text)} characters; {MOST_CHARACTERS} is the most. Send it in "
            "parts."
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidMessage(
            f"The message holds half a character at position {error.start} (a lone surrogate). "
            "Decode it again with the right encoding, or take that character out."
        ) from None
