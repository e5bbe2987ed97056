"""One user's assistant: everything here concerns this user alone."""

from collections.abc import AsyncIterator, Callable, Generator, Iterable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from langchain_core.messages import BaseMessage

from assistant.access import Access
from assistant.bridge import awaited
from assistant.consent import Consent
from assistant.creations import CompanionCreations, whole
from assistant.errors import InvalidStyle
from assistant.explain import Explainer, reason
from assistant.explanation import Explanation
from assistant.forgetting import Forgetting
from assistant.import_export import (
    Learn,
    OnProgress,
    export_vault,
    import_file,
    import_messages,
    restore_vault,
)
from assistant.interface import CompanionInterface
from assistant.memories import CompanionMemories
from assistant.shared import Shared
from assistant.style import Style, style_of
from assistant.style_wishes import DIMENSIONS, Dimension
from assistant.suggest import Suggester
from assistant.turn_taker import TurnTaker
from assistant.types import Context, Created, ExportReceipt, ImportReport, Piece, Reply, Trace
from memory.feedback import Feedback
from memory.importers.base import Format
from memory.profile import Profile
from memory.receipts import Receipt
from memory.sources import Source
from memory.trends import Trends
from memory.types import (
    Conversation,
    Learned,
    Memory,
    Message,
    Purpose,
    Recollection,
    RecollectionKind,
)
from memory.vault import Vault


class Companion:
    """What `Assistant.user` returns: chat, conversations, recall, memories and consent of one user.

    Without `conversation`, `chat` goes on with the conversation that this companion last spoke in;
    a new companion begins a new one, and so does `start_conversation`.
    """

    def __init__(self, user: str, shared: Shared) -> None:
        """Nothing is opened or created yet."""
        self.user = user
        self._shared = shared
        self._access = Access(user, shared.vaults, shared.embedder, read_only=shared.is_read_only)
        self._turns = TurnTaker(user, shared, self._access)
        self._suggester = Suggester(shared, self._access)
        self._explainer = Explainer(shared, self._access)
        self._forgetting = Forgetting(user, shared, self._access, self._turns)
        self.memories = CompanionMemories(
            self._access, shared.clock, self._forgetting, shared.learner
        )
        self.creations = CompanionCreations(user, shared, self._access, self._forgetting)
        self.consent = Consent(self._access, shared.clock)
        self.interface = CompanionInterface(self._access, shared)

    def chat(
        self,
        text: str,
        *,
        conversation: str | None = None,
        context: Context | None = None,
        remember: bool = True,
        instead_of: str | None = None,
    ) -> Reply:
        """Say something and wait for the whole reply; see `stream`."""
        pieces = self.stream(
            text,
            conversation=conversation,
            context=context,
            remember=remember,
            instead_of=instead_of,
        )
        return _whole(pieces)

    def stream(
        self,
        text: str,
        *,
        conversation: str | None = None,
        context: Context | None = None,
        remember: bool = True,
        instead_of: str | None = None,
    ) -> Generator[Piece]:
        """Say something and get the reply piece by piece; the last piece carries the reply.

        Closing the generator stops the reply and keeps what was said until then. With
        `remember=False` the turn is temporary: it leaves nothing behind, on the disk or in memory.

        `instead_of` is the id of a conversation's last reply, or of the message before it: the text
        takes the place of both. What the old words taught is taken back at once; the old exchange
        goes when the new reply is there, and stays where the model fails.

        Raises:
            InvalidMessage: the text is empty, too long or not storable; nothing was kept.
            NotFound: there is no such conversation or message.
            NotTheLast: something was said after the message `instead_of`; nothing was kept.
            ModelFailed: the model gave up; the message is kept.
            VaultError: the message or the reply could not be kept.
        """
        return self._turns.take(
            text,
            conversation=conversation,
            context=context or Context(),
            remember=remember,
            instead_of=instead_of,
        )

    def retry(
        self, reply_id: str, *, context: Context | None = None, remember: bool = True
    ) -> Reply:
        """Have the last message of a conversation answered once more; see `stream_retry`."""
        return _whole(self.stream_retry(reply_id, context=context, remember=remember))

    def stream_retry(
        self, reply_id: str, *, context: Context | None = None, remember: bool = True
    ) -> Generator[Piece]:
        """Have a message answered once more, piece by piece; a local model words it more freely.

        `reply_id` is the id of a conversation's last reply or message. The new reply takes the old
        one's place when it is there, or when it is stopped; where the model fails, the old one
        stays. The message teaches nothing twice. `remember` is as in `stream`.

        Raises:
            NotFound: there is no such reply or message.
            NotTheLast: something was said after it.
            ModelFailed, VaultError: as `stream`.
        """
        return self._turns.take(
            None, context=context or Context(), remember=remember, instead_of=reply_id
        )

    async def astream(
        self,
        text: str,
        *,
        conversation: str | None = None,
        context: Context | None = None,
        remember: bool = True,
        instead_of: str | None = None,
    ) -> AsyncIterator[Piece]:
        """Do what `stream` does without blocking asyncio's event loop; leaving the loop stops it.

        Wrap it in `contextlib.aclosing` to have the reply kept by the time the `async for` is left
        early.
        """
        begin = partial(
            self.stream,
            text,
            conversation=conversation,
            context=context,
            remember=remember,
            instead_of=instead_of,
        )
        async with aclosing(awaited(begin)) as pieces:
            async for piece in pieces:
                yield piece

    def create(
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
    ) -> Created:
        """Write a text for this user, and wait for all of it; `creations.stream` gives pieces.

        Args:
            kind: one of `creations.kinds()`, as "email".
            brief: what it is to be about, in the user's words. Nothing is learned from it.
            length: "short", "medium", "long", or in words ("five sentences").
            tone: in words ("formal").
            language: its name or ISO 639-1 code.
            audience: who will read it, in words.
            neutral: use nothing that is known about the user. Length, tone and language do not
                start from the profile then. Hard constraints are checked all the same.
            remember: keep it; without, it is gone with this companion.

        Raises:
            PromptError: there is no such kind (the message lists them), or its file is no template.
            InvalidBrief: the brief or one of the rest is empty, too long or not storable.
            ModelFailed: the model gave up; what it wrote until then is kept.
            VaultError: the text could not be kept.
        """
        return whole(
            self.creations.stream(
                kind,
                brief,
                length=length,
                tone=tone,
                language=language,
                audience=audience,
                neutral=neutral,
                remember=remember,
            )
        )

    def revise(self, creation_id: str, instruction: str) -> Created:
        """Write a text once more with a change ("make it shorter"); the version before stays.

        Raises:
            NotFound: there is no such text.
            InvalidBrief, ModelFailed, VaultError: as `create`.
        """
        return whole(self.creations.stream_revision(creation_id, instruction))

    def vary(self, creation_id: str, *, neutral: bool | None = None) -> Created:
        """Write another version to the same brief; `neutral` as `creations.stream_variant` says.

        Raises:
            NotFound: there is no such text.
            ModelFailed, VaultError: as `create`.
        """
        return whole(self.creations.stream_variant(creation_id, neutral=neutral))

    def start_conversation(self) -> None:
        """Let the next message without a conversation begin a new one."""
        self._turns.start_conversation()

    def conversations(self) -> list[Conversation]:
        """All conversations, the one that was used last first."""
        with self._access.reading() as vault:
            return vault.conversations.list()

    def messages(self, conversation_id: str, *, last: int | None = None) -> list[Message]:
        """The messages of a conversation, oldest first: all, or the `last` ones.

        Raises:
            NotFound: there is no such conversation.
        """
        with self._access.reading() as vault:
            return vault.messages.of(conversation_id, last=last)

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title.

        Raises:
            InvalidMemory: the title is empty.
            NotFound: there is no such conversation.
        """
        with self._access.writing() as vault:
            vault.conversations.rename(conversation_id, title)

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation for good, with its messages and what was known only from them.

        Raises:
            NotFound: there is no such conversation.
            ReplyInProgress: a reply is being written and does not come to an end.
            VaultInUse: it is deleted, but another process keeps the files from being cleaned.
        """
        with self._forgetting.vault() as vault:
            vault.delete_conversation(conversation_id)

    def erase(self) -> Receipt:
        """Erase this user: the folder with all that it holds. What is said next begins a new one.

        Raises:
            NotFound: nothing is kept about this user.
            ReplyInProgress: a reply is being written and does not come to an end.
            VaultError: the folder cannot be removed, or another process is writing to it.
        """
        return self._forgetting.erase(self._shared.clock)

    def trace(self, reply_id: str) -> Trace:
        """How a reply came about: prompt version, model, what was offered, tokens and times.

        Raises:
            NotFound: there is no such reply.
        """
        with self._access.reading() as vault:
            return Trace.model_validate_json(vault.messages.trace(reply_id))

    def explain(
        self,
        reply_id: str,
        on_progress: Callable[[int, int], None] | None = None,
        *,
        measure: bool = True,
    ) -> Explanation:
        """Find out why a reply says what it says; `str` of the result is a text to read.

        With a local llama.cpp model the reply is scored again without each of up to six items,
        which takes some seconds an item; `on_progress` is told how many scorings are done, and of
        how many. It is given up as soon as this assistant gets something to answer, and then, as
        with all other models, the words and the meaning that they share are compared. Without
        `measure` nothing is measured, and the explanation is there at once.

        Raises:
            NotFound: there is no such reply.
        """
        return self._explainer.explain(
            reply_id, on_progress or (lambda _done, _of: None), measure=measure
        )

    def feedback(self, reply_id: str, *, liked: bool, words: str | None = None) -> Feedback:
        """Keep whether a reply was good, and why; shown by `explain`, heeded by style adaptation.

        It changes no memory, and nothing about what is recalled.

        Raises:
            NotFound: there is no such reply.
            InvalidMemory: the words are longer than 2,000 characters, or not storable.
        """
        with self._access.writing() as vault:
            return vault.feedback.give(
                reply_id, is_liked=liked, words=words, time=self._shared.clock()
            )

    def opinions(self, reply_ids: Sequence[str]) -> list[Feedback]:
        """What the user thought of some replies, as far as they said."""
        with self._access.reading() as vault:
            found = (vault.feedback.of(each) for each in dict.fromkeys(reply_ids))
            return [each for each in found if each]

    def suggest(self, *, limit: int = 20, force: bool = False) -> Sequence[Memory]:
        """Have the chat model suggest preferences, from the newest `limit` messages of the user.

        They are kept with the status "suggested" and count only once they are accepted. `force`
        lets even a small model of the catalogue suggest.

        Raises:
            SuggestionsRefused: the model is a small one, or a consent is missing.
            ModelFailed: the model gave up.
        """
        return self._suggester.suggest(limit=limit, force=force)

    def recall(
        self,
        text: str,
        *,
        limit: int = 10,
        kinds: Sequence[RecollectionKind] = ("message", "memory"),
        gate: bool = True,
        now: datetime | None = None,
    ) -> list[Recollection]:
        """Find what matters for `text` among messages and memories, best first.

        With `gate` only what is worth a place in a prompt; without it exactly `limit` if there
        are that many. `now` is the time at which memories must hold, and from which "last week" is
        reckoned (default: the clock's).
        """
        with self._access.reading() as vault:
            return vault.recall(
                text,
                limit=limit,
                kinds=kinds,
                gate=gate,
                now=now or self._shared.clock(),
                zone=self._shared.settings.zone,
            )

    def profile(self) -> Profile:
        """What the memories that hold now come to: constraints, facts, people, interests, wishes.

        Every entry names the memories that it rests on.
        """
        with self._access.reading() as vault:
            return vault.profile(now=self._shared.clock())

    def trends(self, *, points: int = 12, limit: int = 12) -> Trends:
        """How the weightiest interests grew and faded until now, at `points` times."""
        with self._access.reading() as vault:
            return vault.trends(now=self._shared.clock(), points=points, limit=limit)

    def source(self, message_id: str) -> Source:
        """A message with the title of its conversation, and what was said right before.

        Raises:
            NotFound: there is no such message.
        """
        with self._access.reading() as vault:
            vault.messages.get(message_id)
            found = vault.sources.place(message_id)
        assert found is not None
        return found

    def reason(self, reply_id: str, item_id: str) -> str:
        """Why a memory or message stood in a reply's prompt, in words; "" where it did not.

        Raises:
            NotFound: there is no such reply.
        """
        with self._access.reading() as vault:
            return reason(vault, reply_id, item_id)

    def not_relevant(self, reply_id: str, memory_id: str) -> None:
        """Let the conversation of a reply do without a memory from now on.

        The memory stays, and other conversations use it. Replies are still checked against it if
        it is a hard constraint.

        Raises:
            NotFound: there is no such reply or memory.
        """
        with self._access.writing() as vault:
            vault.conversations.set_aside(vault.messages.get(reply_id).conversation_id, memory_id)

    def style(self) -> Style:
        """How replies are fitted to this user: a value for each dimension, and because of what."""
        with self._access.reading() as vault:
            now = self._shared.clock()
            return style_of(vault, now=now, opinions=vault.feedback.all())

    def reset_style(self, dimension: Dimension) -> None:
        """Let how the user writes count for a dimension only from now on; wishes stay as they are.

        Raises:
            InvalidStyle: there is no such dimension.
        """
        if dimension not in DIMENSIONS:
            raise InvalidStyle(
                f"There is no {dimension!r} of style; choose one of {', '.join(DIMENSIONS)}."
            )
        with self._access.writing() as vault:
            vault.writing.begin_anew(dimension, time=self._shared.clock())

    def import_messages(
        self,
        messages: Iterable[Mapping[str, Any] | BaseMessage],
        *,
        learn: bool = True,
        on_progress: Callable[[int], None] | None = None,
    ) -> ImportReport:
        """Store messages from elsewhere: dicts with id, role, content; name, time, conversation.

        `role` (user, assistant, system or tool) and `content` are required; `time` is ISO 8601
        with an offset; `title` and `created` are the conversation's. The same id twice changes
        nothing, so an import can be repeated. Messages of LangChain, and dicts as OpenAI takes
        them, have no id: theirs is derived from all that came before, so give a conversation from
        its beginning. `learn` says whether memories may be made of what the user says in them.
        `on_progress` is told how many messages were embedded, whenever some were.

        Raises:
            InvalidMessage: a message is malformed; it names which one. Those before it are kept.
        """
        with self._access.writing() as vault:
            return import_messages(
                vault,
                messages,
                clock=self._shared.clock,
                learn=self._learning(vault) if learn else None,
                tell=on_progress,
            )

    def import_file(
        self,
        path: Path | str,
        *,
        format: Format | None = None,  # noqa: A002
        learn: bool = True,
        on_progress: OnProgress | None = None,
    ) -> ImportReport:
        """Store the history that another assistant exported, or restore an export of ours.

        The file is ChatGPT's or Claude's export (.zip or conversations.json), messages of OpenAI
        or LangChain, or JSON Lines with id, role, content. Without `format` that is told by
        looking. It can be stopped and repeated at any time; nothing is stored twice.

        Raises:
            ImportFailed: the file cannot be read, or is in no format that is known.
        """
        with self._access.writing() as vault:
            return import_file(
                vault,
                Path(path),
                source=format,
                clock=self._shared.clock,
                learn=self._learning(vault) if learn else None,
                on_progress=on_progress,
            )

    def _learning(self, vault: Vault) -> Learn | None:
        """What learns from a batch of imported messages: from the user's own words alone."""
        learner, embedder = self._shared.learner, self._shared.embedder
        if learner is None or not vault.consents.all()[Purpose.LEARN]:
            return None

        def learn(batch: Sequence[Message]) -> Sequence[Learned]:
            said = [message for message in batch if message.role == "user"]
            if not said:
                return []
            texts = [message.content for message in said]
            vectors = embedder.vectors(texts)
            unnamed = [place for place, message in enumerate(said) if message.name is None]
            if unnamed:  # what a named speaker says is embedded with the name
                vault.keep_vectors([said[place].id for place in unnamed], vectors[unnamed])
            lessons = learner.read_all(texts, list(vectors))
            now, zone = self._shared.clock(), self._shared.settings.zone
            with vault.at_once():
                return [
                    learned
                    for message, taught in zip(said, lessons, strict=True)
                    for learned in vault.learn(
                        message, taught, now=now, origin="imported", zone=zone
                    )
                ]

        return learn

    def restore(self, path: Path | str, *, on_progress: OnProgress | None = None) -> ImportReport:
        """Bring back all that an export of ours holds; what is here already stays as it is.

        Raises:
            ImportFailed: the file is no export, or one of a newer version.
        """
        with self._access.writing() as vault:
            return restore_vault(vault, Path(path), on_progress=on_progress)

    def reindex(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Make all vectors anew with this assistant's embedder; can be stopped and repeated."""
        with self._access.writing() as vault:
            vault.reindex(on_progress)

    def export(
        self, path: Path | str, *, on_progress: Callable[[int], None] | None = None
    ) -> ExportReceipt:
        """Write all that is kept to a new JSON Lines file, which `restore` reads.

        `on_progress` is told how many lines are written, whenever some were.

        Raises:
            ExportFailed: the file is there already, or cannot be written.
        """
        with self._access.reading() as vault:
            time = self._shared.clock()
            return export_vault(vault, Path(path), time=time, on_progress=on_progress)


def _whole(pieces: Generator[Piece]) -> Reply:
    *_, last = pieces
    assert last.reply is not None
    return last.reply
