"""Texts that are written for a user: new ones, revisions and variants, and those kept so far."""

from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from uuid import uuid4

from assistant.access import Access
from assistant.bridge import awaited
from assistant.errors import InvalidBrief
from assistant.forgetting import Forgetting
from assistant.shared import Shared
from assistant.style import Trait, language_name, style_of
from assistant.types import Created, CreationKind, Piece, Trace
from assistant.use import is_ordered_by_use, use_weights
from assistant.workplace import LendVault, Workplace
from assistant.writing import Control, Writing, controls_of
from memory.creations import Creation
from memory.errors import NotFound
from memory.types import Purpose
from memory.vault import Vault

MOST_CHARACTERS = 10_000
MOST_OF_A_CONTROL = 200


class CompanionCreations:
    """`companion.creations`. Every method that takes an id raises NotFound if there is none."""

    def __init__(self, user: str, shared: Shared, access: Access, forgetting: Forgetting) -> None:
        self._user = user
        self._shared = shared
        self._access = access
        self._forgetting = forgetting
        self._temporary: Vault | None = None
        self._gate = shared.turn_gate(user)
        self._times_closed = self._gate.times_closed

    def kinds(self, *, by_use: bool = False) -> list[CreationKind]:
        """The kinds of text that can be written, by their titles.

        With `by_use` those that the user has written most come first, where they have not chosen a
        fixed order; none is left out. A use counts half after 30 days.
        """
        templates = {name: self._shared.library.kind(name) for name in self._shared.library.kinds()}
        kinds = [
            CreationKind(
                name=name, title=template.render("title"), example=template.render("example")
            )
            for name, template in templates.items()
        ]
        weights = self._use_weights() if by_use else {}
        return sorted(
            kinds, key=lambda kind: (-round(weights.get(kind.name, 0), 2), kind.title.casefold())
        )

    def _use_weights(self) -> Mapping[str, float]:
        with self._access.reading() as vault:
            uses = vault.creations.uses() if is_ordered_by_use(vault) else ()
        return use_weights(uses, self._shared.clock())

    def defaults(self) -> dict[Control, Trait]:
        """What length, tone and language are where nothing else is asked for, and why."""
        with self._access.reading() as vault:
            if not vault.consents.all()[Purpose.USE_IN_REPLIES]:
                return {}
            now, opinions = self._shared.clock(), vault.feedback.all()
            return controls_of(style_of(vault, now=now, opinions=opinions))

    def stream(
        self,
        kind: str,
        brief: str,
        *,
        length: str | None = None,
        tone: str | None = None,
        language: str | None = None,
        audience: str | None = None,
        neutral: bool = False,
        remember: bool = True,
    ) -> Generator[Piece]:
        """Do what `Companion.create` does, piece by piece; the last piece carries the whole.

        Closing the generator stops the writing and keeps what was written until then.
        """
        self._shared.library.kind(kind)  # that there is one is told before anything begins
        work_id = uuid4().hex
        draft = Creation(
            id=work_id,
            work_id=work_id,
            kind=kind,
            brief=_words("brief", brief),
            length=_control("length", length),
            tone=_control("tone", tone),
            language=language_name(_control("language", language) or "") or None,
            audience=_control("audience", audience),
            is_neutral=neutral,
            text="",
            time=self._shared.clock(),
        )
        kept = self._place(remember=remember)
        return self._in_order(work_id, lambda: self._writing(draft, None, kept))

    async def astream(
        self, kind: str, brief: str, **options: str | bool | None
    ) -> AsyncGenerator[Piece]:
        """Do what `stream` does without blocking asyncio's event loop; leaving the loop stops."""
        async for piece in awaited(partial(self.stream, kind, brief, **options)):  # type: ignore[arg-type]
            yield piece

    def stream_revision(self, creation_id: str, instruction: str) -> Generator[Piece]:
        """Do what `Companion.revise` does, piece by piece."""
        words = _words("instruction", instruction)

        def begin() -> Writing:
            earlier, kept = self._find(creation_id)
            draft = self._next(earlier, instruction=words, revises=earlier.id)
            return self._writing(draft, earlier, kept)

        return self._in_order(self.get(creation_id).work_id, begin)

    def stream_variant(self, creation_id: str, *, neutral: bool | None = None) -> Generator[Piece]:
        """Write another version to the same brief, piece by piece.

        With `neutral`, it is written without (True) or with (False) what is known about the user,
        whatever the version before was; so the difference can be seen.
        """

        def begin() -> Writing:
            earlier, kept = self._find(creation_id)
            is_neutral = earlier.is_neutral if neutral is None else neutral
            draft = self._next(earlier, instruction=None, revises=None, is_neutral=is_neutral)
            is_to_differ = is_neutral == earlier.is_neutral
            return self._writing(draft, earlier if is_to_differ else None, kept)

        return self._in_order(self.get(creation_id).work_id, begin)

    def list(self, *, limit: int | None = None) -> list[Creation]:
        """The newest version of each text, the text that was worked on last first."""
        with self._access.reading() as vault:
            return vault.creations.list(limit=limit)

    def get(self, creation_id: str) -> Creation:
        """One version of a text."""
        return self._find(creation_id)[0]

    def versions(self, creation_id: str) -> Sequence[Creation]:
        """All versions of the text that this is one of, oldest first."""
        found, kept = self._find(creation_id)
        with kept() as vault:
            return vault.creations.versions(found.work_id)

    def trace(self, creation_id: str) -> Trace:
        """How a version came about; NotFound also where that is not kept, as after an import."""
        _, kept = self._find(creation_id)
        with kept() as vault:
            trace = vault.creations.trace(creation_id)
        if trace is None:
            raise NotFound(f"Nothing is kept of how {creation_id!r} came about.")
        return Trace.model_validate_json(trace)

    def delete(self, creation_id: str) -> None:
        """Delete the text that this is a version of, with all its versions, for good.

        Raises:
            ReplyInProgress: a reply is being written and does not come to an end.
            VaultInUse: it is deleted, but another process keeps the files from being cleaned.
        """
        found, kept = self._find(creation_id)
        if kept != self._access.writing:
            with kept() as vault:
                vault.creations.delete(found.work_id)
            return
        with self._forgetting.vault() as vault:
            vault.delete_creation(found.work_id)

    def _next(self, earlier: Creation, **changes: object) -> Creation:
        fresh = {"id": uuid4().hex, "text": "", "time": self._shared.clock(), "is_complete": True}
        return earlier.model_copy(update=fresh | changes)

    def _place(self, *, remember: bool) -> LendVault:
        """The vault that a new text is kept in: for a temporary one, one in memory."""
        with self._access.reading() as vault:
            is_kept = remember and vault.consents.all()[Purpose.KEEP_CONVERSATIONS]
        if is_kept:
            return self._access.writing
        vault = self._temporary_vault() or Vault(None, self._shared.embedder)
        self._temporary = vault
        return lambda: nullcontext(vault)

    def _temporary_vault(self) -> Vault | None:
        if self._times_closed != self._gate.times_closed:  # it may hold what was forgotten
            self._times_closed, self._temporary = self._gate.times_closed, None
        return self._temporary

    def _find(self, creation_id: str) -> tuple[Creation, LendVault]:
        """A version, and the vault that it is kept in."""
        temporary = self._temporary_vault()
        if temporary is not None:
            try:
                return temporary.creations.get(creation_id), lambda: nullcontext(temporary)
            except NotFound:
                pass
        with self._access.reading() as vault:
            return vault.creations.get(creation_id), self._access.writing

    def _writing(self, draft: Creation, earlier: Creation | None, kept: LendVault) -> Writing:
        workplace = Workplace(
            known=self._access.reading,
            kept=kept,
            model=self._shared.model,
            embedder=self._shared.embedder,
            learner=None,
            template=partial(self._shared.library.kind, draft.kind),
            settings=self._shared.settings,
            clock=self._shared.clock,
        )
        return Writing(workplace, draft, earlier)

    def _in_order(self, work_id: str, begin: Callable[[], Writing]) -> Generator[Piece]:
        """One version of a text at a time; `begin` looks only when nothing is being forgotten."""
        lock = self._shared.turn_lock(self._user, f"creation {work_id}")
        if self._shared.has_queue() or not lock.is_free():
            yield Piece(kind="waiting")
        lock.take()
        try:
            with self._shared.turn_running():
                yield from begin().pieces()
        finally:
            lock.give_back()


def whole(pieces: Generator[Piece]) -> Created:
    """Wait for the end of a text that is being written."""
    *_, last = pieces
    assert last.created is not None
    return last.created


def _words(what: str, text: str) -> str:
    if not text.strip():
        raise InvalidBrief(f"The {what} is empty. Say in a few words what you want.")
    if len(text) > MOST_CHARACTERS:
        raise InvalidBrief(f"The {what} has {len(text)} characters; {MOST_CHARACTERS} is the most.")
    return _storable(what, text.strip())


def _control(name: str, value: str | None) -> str | None:
    line = " ".join((value or "").split())
    if len(line) > MOST_OF_A_CONTROL:
        raise InvalidBrief(
            f"The {name} has {len(line)} characters; {MOST_OF_A_CONTROL} is the most."
        )
    return _storable(name, line) or None


def _storable(what: str, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidBrief(
            f"The {what} holds half a character at position {error.start} (a lone surrogate). "
            "Decode it again with the right encoding, or take that character out."
        ) from None
    return text
