"""One chat turn, from the user's message to the kept reply. The file to read first.

A turn reads top to bottom in `Turn.pieces`: write, learn, recall, compose, speak, keep. What is
spoken is checked against the user's hard constraints on its way. A vault is lent only within a
step, never while the model speaks. Stopping a turn (closing the generator) keeps what was said
until then.
"""

import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial, reduce
from typing import TypeVar
from uuid import uuid4

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata, add_usage

from assistant.briefing import Briefer, Briefing
from assistant.chat_models.failures import describe_failure
from assistant.chat_models.opened import OpenedModel
from assistant.constraints import Conflict, Guard, Watch
from assistant.errors import AssistantError, where_it_failed
from assistant.history import fold_history
from assistant.orders import UNKNOWN, forget_order, forget_told, question_about, settle
from assistant.restyle import Filter, restyled
from assistant.self_answers import answer
from assistant.self_questions import read_question
from assistant.settings import Settings
from assistant.style import style_of
from assistant.types import Context, Offer, Piece, Reply, Trace, Usage
from memory.conversations import SentMessage
from memory.embeddings import Embedder
from memory.errors import EmbedderMismatch
from memory.learn.learner import Learner
from memory.types import Learned, Memory, Message, Purpose, Recollection, Vectors
from memory.vault import Vault
from prompts.compose import Said, compose, continued, quoted
from prompts.library import Template

_log = logging.getLogger(__name__)

_MOST_RECALLED = 10

Result = TypeVar("Result")
LendVault = Callable[[], AbstractContextManager[Vault]]


@dataclass(frozen=True)
class Workplace:
    """What all turns of one user work with.

    `known` lends the vault that holds what is known about the user, `kept` the one that turns are
    written to: the same, or for a temporary chat one that lives in memory only. Without a learner
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


@dataclass
class Turn:
    """One message and the reply to it, while it is being made."""

    workplace: Workplace
    conversation_id: str
    text: str
    context: Context
    seconds: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    system: list[str] = field(default_factory=list)
    spoken: list[AIMessageChunk] = field(default_factory=list)
    uses_memory: bool = True
    filters: list[Filter] = field(default_factory=list)
    told: str | None = None
    asked: tuple[str, str] | None = None

    def pieces(self) -> Iterator[Piece]:
        """Take the turn, piece by piece; the last piece carries the reply.

        Raises:
            ModelFailed: the model gave up; the message and what it said until then are kept.
            VaultError: the message or the reply could not be kept.
        """
        message = self._write()
        vector = self._embed(message)
        message, vector = self._obey(message, vector)
        learned = self._learn(message, vector)
        recalled = self._recall(message, vector)
        self._answer_from_memory(message, recalled)
        briefing, prompt = self._compose(message, recalled)
        watch = self._watch(message, vector)
        said: list[str] = []
        is_complete = False
        try:
            with closing(self._reply(prompt, watch, learned)) as pieces:
                for piece in pieces:
                    said.append(piece.text)
                    yield piece
            is_complete = True
        finally:  # also when the reader stops here, or the model fails half-way
            reply = self._keep(
                message, vector, learned, briefing, watch, "".join(said), is_complete=is_complete
            )
        yield Piece(reply=reply)

    def fold(self) -> list[BaseMessage] | None:
        """After the reply: fold a history that has grown too long for its budget.

        Returns the prompt that the next turn will begin with, if it is another one now.
        """
        with self.workplace.kept() as vault:
            history, is_folded = self._history(vault)
        if not is_folded:
            return None
        return compose(system=self.system, said=map(_as_said, history))

    def _write(self) -> Message:
        """1. What was said is on the disk before anything can fail."""
        with self._timed("write"), self.workplace.kept() as vault:
            return vault.messages.add(
                self.conversation_id, "user", self.text, time=self.workplace.clock()
            )

    def _embed(self, message: Message) -> Vectors | None:
        """One vector serves to learn, to recall, and to be found by later."""
        return self._attempt(
            "embed", lambda: self.workplace.embedder.vector(message.content), without=None
        )

    def _obey(self, message: Message, vector: Vectors | None) -> tuple[Message, Vectors | None]:
        """Carry out what the message asks of the memory; it may be gone from the message then."""
        what = forget_order(message.content)
        if self.workplace.known != self.workplace.kept:
            return message, vector  # a temporary chat changes nothing

        def carry_out() -> str | None:
            with self.workplace.kept() as vault:
                if what is None:
                    trace = vault.messages.last_trace(self.conversation_id)
                    last = Trace.model_validate_json(trace) if trace else None
                    return settle(vault, message, last, clock=self.workplace.clock)
                embedder = self.workplace.embedder
                return forget_told(vault, what, embedder, time=message.time) or UNKNOWN

        self.told = self._attempt("obey", carry_out, without=None)
        if what is None or self.told in (None, UNKNOWN):
            return message, vector
        self.workplace.model().drop_cache()
        with self.workplace.kept() as vault:
            return vault.messages.get(message.id), None

    def _answer_from_memory(self, message: Message, recalled: Sequence[Recollection]) -> None:
        """What the user asks about themselves is answered from the store, without a model."""
        if self.told is not None or read_question(message.content) is None:
            return

        def tell() -> str | None:
            with self.workplace.kept() as kept:
                said = [each.text for each in kept.conversations.history(self.conversation_id)]
            with self.workplace.known() as known:
                if not self._may_use_memory(known):
                    return None
                profile = known.profile(now=message.time)
            return answer(message.content, profile, heard=recalled, said=said[:-1])

        self.told = self._attempt("answer", tell, without=None)

    def _reply(
        self, prompt: list[BaseMessage], watch: Watch, learned: Sequence[Learned]
    ) -> Generator[Piece]:
        """What is told from memory, or the model's words; and a question where one is needed."""
        if self.told is not None:
            yield Piece(text=self.told)
            return
        yield from self._checked(prompt, watch)
        if self.uses_memory and (asked := question_about(learned)):
            question, self.asked = asked
            yield Piece(text=f"\n\n{question}")

    def _learn(self, message: Message, vector: Vectors | None) -> Sequence[Learned]:
        """2. What the message teaches is known before the reply; a failure costs the lesson."""
        learner = self.workplace.learner
        if learner is None or vector is None or self.told is not None:
            return ()
        return self._attempt("learn", lambda: self._lessons(learner, message, vector), without=())

    def _lessons(self, learner: Learner, message: Message, vector: Vectors) -> Sequence[Learned]:
        lessons = learner.read(message.content, vector)
        with self.workplace.kept() as vault:
            zone = self.workplace.settings.zone
            return vault.learn(message, lessons, now=message.time, zone=zone)

    def _recall(self, message: Message, vector: Vectors | None) -> Sequence[Recollection]:
        """3. What matters for this message; a failure here costs the memories, not the reply."""
        if vector is None:
            return ()
        return self._attempt("recall", lambda: self._recollections(message, vector), without=())

    def _attempt(self, step: str, do: Callable[[], Result], *, without: Result) -> Result:
        """Take and time a step that a reply can be made without, if it fails."""
        with self._timed(step):
            try:
                return do()
            except (AssistantError, EmbedderMismatch):
                raise  # the user has something to mend, and the message is kept
            except Exception as error:
                _log.error(
                    "The step %r failed; the reply is made without.\n%s",
                    step,
                    where_it_failed(error),
                )
                self.failures.append(step)
                return without

    def _recollections(self, message: Message, vector: Vectors) -> Sequence[Recollection]:
        with self.workplace.kept() as vault:
            history = vault.conversations.history(self.conversation_id)
            aside = vault.conversations.aside(self.conversation_id)
        with self.workplace.known() as vault:
            if not self._may_use_memory(vault):
                return []
            return vault.recall(
                message.content,
                vector=vector,
                # What was attached before is used again, but not told again: find more beside it.
                limit=_MOST_RECALLED + sum(len(said.items) for said in history),
                now=message.time,
                zone=self.workplace.settings.zone,
                leave_out=[*aside, *(said.id for said in history)],
            )

    def _compose(
        self, message: Message, recalled: Sequence[Recollection]
    ) -> tuple[Briefing, list[BaseMessage]]:
        """4. A prompt within the budgets that repeats the last one and adds to its end."""
        work = self.workplace
        briefer = Briefer(work.template(), work.settings, work.model().count_tokens)
        with self._timed("compose"), work.known() as known, work.kept() as kept:
            self.uses_memory = self._may_use_memory(known)
            history, _ = self._history(kept, leave_out=message.id)
            if self.uses_memory:
                frozen = kept.conversations.snapshot(self.conversation_id)
                style = style_of(
                    known,
                    now=message.time,
                    opinions=known.feedback.all(),
                    wishes_only=frozen is not None,
                )
                self.filters = style.filters(self.text)
                briefing = briefer.brief(
                    message,
                    self.context,
                    vault=known,
                    style=style,
                    frozen=frozen,
                    history=history,
                    recalled=recalled,
                    aside=kept.conversations.aside(self.conversation_id),
                )
                if frozen is None:
                    kept.conversations.freeze_snapshot(self.conversation_id, briefing.snapshot)
            else:
                briefing = briefer.brief_without_memory(message, self.context)
        self.system = [work.template().render("system"), briefing.known]
        said = [*map(_as_said, history), Said("user", briefing.sent)]
        return briefing, compose(system=self.system, said=said)

    def _watch(self, message: Message, vector: Vectors | None) -> Watch:
        """The hard constraints that hold, and which of them the message touches."""

        def watch(binding: Sequence[Memory]) -> Watch:
            embedder = self.workplace.embedder
            return Watch(binding, message.content, vector=vector, embedder=embedder)

        return self._attempt(
            "constraints", lambda: watch(self._binding(message)), without=watch(())
        )

    def _binding(self, message: Message) -> Sequence[Memory]:
        if not self.uses_memory:
            return ()
        with self.workplace.known() as vault:
            return vault.memories.binding(now=message.time)

    def _checked(self, prompt: list[BaseMessage], watch: Watch) -> Generator[Piece]:
        """5. The model's words, and cautions where they conflict with a hard constraint."""
        can_name = "conflict" in self.workplace.template().parts
        guard = Guard(
            watch.checker,
            go_on=partial(self._go_on, prompt) if can_name else None,
            on_failure=self._check_failed,
        )
        yield from guard.pieces(self._speak(prompt))

    def _speak(self, prompt: list[BaseMessage]) -> Generator[str]:
        """The model streams; nothing is held meanwhile."""
        started = time.perf_counter()
        try:
            with closing(self.workplace.model().stream(prompt)) as chunks:
                for chunk in restyled(chunks, self.filters):
                    self.seconds.setdefault("first_token", time.perf_counter() - started)
                    self.spoken.append(chunk)
                    if chunk.text:
                        yield chunk.text
        except Exception as error:
            raise describe_failure(error, self.workplace.model()) from error
        finally:
            before = self.seconds.get("speak", 0.0)
            self.seconds["speak"] = before + time.perf_counter() - started

    def _go_on(
        self, prompt: list[BaseMessage], said: str, conflicts: Sequence[Conflict]
    ) -> Generator[str]:
        """Ask the model to go on with what it said, without what conflicts."""
        named = [(quoted(each.text), quoted(each.words)) for each in conflicts]
        note = self.workplace.template().render("conflict", conflicts=named)
        yield from self._speak(continued(prompt, said=said, note=note))

    def _check_failed(self, error: Exception) -> None:
        _log.error("The check failed; the reply goes on unchecked.\n%s", where_it_failed(error))
        self.failures.append("constraints")

    def _keep(
        self,
        message: Message,
        vector: Vectors | None,
        learned: Sequence[Learned],
        briefing: Briefing,
        watch: Watch,
        said: str,
        *,
        is_complete: bool,
    ) -> Reply:
        """6. Reply and trace are written together; the reply is embedded later."""
        started = time.perf_counter()
        written = Message(
            id=uuid4().hex,
            conversation_id=self.conversation_id,
            role="assistant",
            content=said,
            time=self.workplace.clock(),
            is_complete=is_complete,
        )
        with self.workplace.kept() as vault:
            if said or (is_complete and self.spoken):
                vault.messages.add_reply(
                    written,
                    to=message,
                    sent=briefing.sent,
                    offered=[(item.kind, item.id) for item in briefing.attached],
                    trace=self._trace(briefing, watch).model_dump_json(),
                )
            if vector is not None:
                vault.keep_vector(message.id, vector)
        self.seconds["keep"] = time.perf_counter() - started
        return Reply(
            id=written.id,
            conversation_id=self.conversation_id,
            text=written.content,
            offered=briefing.offered,
            used=briefing.used,
            learned=tuple(learned),
            minded=watch.minded(),
            usage=self._usage(briefing),
            is_complete=is_complete,
        )

    def _trace(self, briefing: Briefing, watch: Watch) -> Trace:
        work = self.workplace
        used = {item.id for item in briefing.used}
        return Trace(
            prompt=work.template().name,
            version=work.template().version,
            digest=work.template().digest,
            model=work.model().name,
            asked=self.asked,
            is_from_memory=self.told is not None,
            host=work.model().host,
            offers=tuple(
                Offer(
                    kind=item.kind,
                    id=item.id,
                    score=item.score,
                    is_used=item.id in used,
                    why=item.features,
                )
                for item in briefing.offered
            ),
            usage=self._usage(briefing),
            failures=tuple(self.failures),
            snapshot_time=briefing.snapshot.time,
            history_from=briefing.history_from,
            minded=tuple(each.memory_id for each in watch.minded()),
        )

    def _usage(self, briefing: Briefing) -> Usage:
        nothing = UsageMetadata(input_tokens=0, output_tokens=0, total_tokens=0)
        total = reduce(add_usage, (chunk.usage_metadata for chunk in self.spoken), nothing)
        return Usage(
            prompt_tokens=total["input_tokens"],
            cached_tokens=total.get("input_token_details", {}).get("cache_read", 0),
            attached_tokens=briefing.attached_tokens,
            completion_tokens=total["output_tokens"],
            seconds={step: round(seconds, 4) for step, seconds in self.seconds.items()},
        )

    def _history(
        self, vault: Vault, *, leave_out: str | None = None
    ) -> tuple[list[SentMessage], bool]:
        return fold_history(
            vault,
            self.conversation_id,
            budget=self.workplace.settings.history_tokens,
            count_tokens=self.workplace.model().count_tokens,
            with_attachments=self.uses_memory,
            leave_out=leave_out,
        )

    def _may_use_memory(self, vault: Vault) -> bool:
        consents = vault.consents.all()
        is_shared = self.workplace.model().host is None or consents[Purpose.SHARE_WITH_REMOTE]
        return consents[Purpose.USE_IN_REPLIES] and is_shared

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = time.perf_counter() - started


def _as_said(sent: SentMessage) -> Said:
    return Said(sent.role, sent.text)
