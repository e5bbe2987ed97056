"""One chat turn, from the user's message to the kept reply. The file to read first.

A turn reads top to bottom in `Turn.pieces`: write, learn, recall, compose, speak, keep. What is
spoken is checked against the user's hard constraints on its way (`speaker.py`). A vault is lent
only within a step, never while the model speaks. Stopping a turn (closing the generator) keeps
what was said until then.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from uuid import uuid4

from langchain_core.messages import BaseMessage

from assistant.briefing import Briefer, Briefing
from assistant.constraints import Watch
from assistant.history import fold_history
from assistant.obeying import answer_from_memory, obey
from assistant.orders import question_about
from assistant.speaker import Speaker
from assistant.steps import Steps
from assistant.style import style_of
from assistant.traces import trace_of
from assistant.types import Context, Piece, Reply, Trace
from assistant.workplace import Workplace
from memory.conversations import SentMessage
from memory.learn.learner import Learner
from memory.types import Learned, Memory, Message, Recollection, Status, Vectors
from memory.vault import Vault
from prompts.compose import Said, compose

_MOST_RECALLED = 10
_MOSTLY = 0.6


class Turn:
    """One message and the reply to it, while it is being made."""

    def __init__(
        self,
        workplace: Workplace,
        conversation_id: str,
        text: str | None,
        context: Context,
        *,
        instead_of: str | None = None,
    ) -> None:
        """Nothing is written or said yet.

        `instead_of` is a message of the exchange whose place this one takes; without a `text`, what
        the user said there is answered once more.
        """
        self.workplace = workplace
        self.conversation_id = conversation_id
        self._text = text
        self._context = context
        self._instead_of = instead_of
        self._old_replies: tuple[str, ...] = ()
        self._steps = Steps()
        self._speaker = Speaker(workplace, self._steps, is_varied=text is None)
        self._system: list[str] = []
        self._uses_memory = True
        self._told: str | None = None
        self._asked: tuple[str, str] | None = None

    def pieces(self) -> Iterator[Piece]:
        """Take the turn, piece by piece; the last piece carries the reply.

        Raises:
            ModelFailed: the model gave up; the message and what it said until then are kept.
            NotTheLast: what is to be replaced is not the last of its conversation.
            VaultError: the message or the reply could not be kept.
        """
        message = self._write()
        vector = self._embed(message)
        message, vector = self._obey(message, vector)
        learned = self._learn(message, vector)
        recalled = self._recall(message, vector)
        if self._told is None:
            self._told = answer_from_memory(self.workplace, self._steps, message, recalled)
        briefing, prompt = self._compose(message, recalled, learned)
        watch = self._speaker.watch(partial(self._binding, message), message.content, vector)
        said: list[str] = []
        is_complete = has_failed = False
        try:
            with closing(self._reply(prompt, watch, learned)) as pieces:
                for piece in pieces:
                    said.append(piece.text)
                    yield piece
            is_complete = True
        except Exception:
            has_failed = True
            raise
        finally:  # also when the reader stops here, or the model fails half-way
            # What fails takes no other reply's place.
            text = "" if has_failed and self._replaced() else "".join(said)
            reply = self._keep(
                message, vector, learned, briefing, watch, text, is_complete=is_complete
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
        return compose(system=self._system, said=map(_as_said, history))

    def _write(self) -> Message:
        """1. What was said is on the disk before anything can fail."""
        now = self.workplace.clock()
        with self._steps.timed("write"), self.workplace.kept() as vault:
            if self._instead_of is None:
                assert self._text is not None
                return vault.messages.add(self.conversation_id, "user", self._text, time=now)
            old = vault.exchanges.last(self._instead_of)
            if self._text is not None:
                return vault.exchanges.say_anew(old, self._text, time=now)
            self._old_replies = old.replies
            return old.message.model_copy(update={"time": now})  # it is answered as of now

    def _replaced(self) -> frozenset[str]:
        """The ids of the messages whose place this turn takes."""
        with self.workplace.kept() as vault:
            return vault.exchanges.replaced(self.conversation_id).union(self._old_replies)

    def _embed(self, message: Message) -> Vectors | None:
        """One vector serves to learn, to recall, and to be found by later."""
        return self._steps.attempt(
            "embed", lambda: self.workplace.embedder.vector(message.content), without=None
        )

    def _obey(self, message: Message, vector: Vectors | None) -> tuple[Message, Vectors | None]:
        """Carry out what the message asks of the memory; it may be gone from the message then."""
        self._told, is_changed = obey(self.workplace, self._steps, message)
        if not is_changed:
            return message, vector
        with self.workplace.kept() as vault:
            return vault.messages.get(message.id), None

    def _binding(self, message: Message) -> Sequence[Memory]:
        """The hard constraints that hold."""
        if not self._uses_memory:
            return ()
        with self.workplace.known() as vault:
            return vault.memories.binding(now=message.time)

    def _reply(
        self, prompt: list[BaseMessage], watch: Watch, learned: Sequence[Learned]
    ) -> Generator[Piece]:
        """5. What is told from memory, or the model's words; and a question where one is needed."""
        if self._told is not None:
            yield Piece(text=self._told)
            return
        yield from self._speaker.pieces(prompt, watch)
        if self._uses_memory and (asked := question_about(learned)):
            question, self._asked = asked
            yield Piece(text=f"\n\n{question}")

    def _learn(self, message: Message, vector: Vectors | None) -> Sequence[Learned]:
        """2. What the message teaches is known before the reply; a failure costs the lesson."""
        if self._text is None:
            return self._learned_before(message)
        learner = self.workplace.learner
        if learner is None or vector is None or self._told is not None:
            return ()
        return self._steps.attempt(
            "learn", lambda: self._lessons(learner, message, vector), without=()
        )

    def _learned_before(self, message: Message) -> Sequence[Learned]:
        """What is answered once more teaches nothing twice."""
        with self.workplace.kept() as vault:
            return [
                Learned(action="strengthened", memory=each)
                for each in vault.memories.resting_on(message.id)
                if each.status is Status.ACTIVE
            ]

    def _lessons(self, learner: Learner, message: Message, vector: Vectors) -> Sequence[Learned]:
        lessons = learner.read(message.content, vector)
        with self.workplace.kept() as vault:
            zone = self.workplace.settings.zone
            return vault.learn(message, lessons, now=message.time, zone=zone)

    def _recall(self, message: Message, vector: Vectors | None) -> Sequence[Recollection]:
        """3. What matters for this message; a failure here costs the memories, not the reply."""
        if vector is None:
            return ()
        return self._steps.attempt(
            "recall", lambda: self._recollections(message, vector), without=()
        )

    def _recollections(self, message: Message, vector: Vectors) -> Sequence[Recollection]:
        with self.workplace.kept() as vault:
            history = vault.conversations.history(self.conversation_id)
            aside = vault.conversations.aside(self.conversation_id)
        with self.workplace.known() as vault:
            if not self.workplace.may_use_memory(vault):
                return []
            return vault.recall(
                message.content,
                vector=vector,
                # What was attached before is used again, but not told again: find more beside it.
                limit=_MOST_RECALLED + sum(len(said.items) for said in history),
                now=message.time,
                zone=self.workplace.settings.zone,
                leave_out=[*aside, *(said.id for said in history), *self._replaced()],
            )

    def _compose(
        self,
        message: Message,
        recalled: Sequence[Recollection],
        learned: Sequence[Learned],
    ) -> tuple[Briefing, list[BaseMessage]]:
        """4. A prompt within the budgets that repeats the last one and adds to its end."""
        work = self.workplace
        briefer = Briefer(work.template(), work.settings, work.model().count_tokens)
        with self._steps.timed("compose"), work.known() as known, work.kept() as kept:
            self._uses_memory = work.may_use_memory(known)
            history, _ = self._history(kept, question=message)
            if self._uses_memory:
                frozen = kept.conversations.snapshot(self.conversation_id)
                style = style_of(
                    known,
                    now=message.time,
                    opinions=known.feedback.all(),
                    wishes_only=frozen is not None,
                )
                self._speaker.filters = style.filters(message.content)
                briefing = briefer.brief(
                    message,
                    self._context,
                    vault=known,
                    style=style,
                    frozen=frozen,
                    history=history,
                    recalled=recalled,
                    only_tells=only_tells(message, learned),
                    aside=kept.conversations.aside(self.conversation_id),
                )
                if frozen is None:
                    kept.conversations.freeze_snapshot(self.conversation_id, briefing.snapshot)
            else:
                briefing = briefer.brief_without_memory(message, self._context)
        self._system = [work.template().render("system"), briefing.known]
        said = [*map(_as_said, history), Said("user", briefing.sent)]
        return briefing, compose(system=self._system, said=said)

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
            if said or (is_complete and self._speaker.has_spoken):
                vault.messages.add_reply(
                    written,
                    to=message,
                    sent=briefing.sent,
                    offered=[(item.kind, item.id) for item in briefing.attached],
                    trace=self._trace(briefing, watch).model_dump_json(),
                    instead_of=self._replaced(),
                )
            if vector is not None:
                vault.keep_vector(message.id, vector)
        self._steps.seconds["keep"] = time.perf_counter() - started
        return Reply(
            id=written.id,
            conversation_id=self.conversation_id,
            text=written.content,
            offered=briefing.offered,
            used=briefing.used,
            learned=tuple(learned),
            minded=watch.minded(),
            usage=self._speaker.usage(briefing.attached_tokens),
            is_complete=is_complete,
            is_cut=self._speaker.is_cut,
        )

    def _trace(self, briefing: Briefing, watch: Watch) -> Trace:
        work = self.workplace
        return trace_of(
            briefing,
            watch,
            template=work.template(),
            model=work.model(),
            usage=self._speaker.usage(briefing.attached_tokens),
            failures=self._steps.failures,
            asked=self._asked,
            is_from_memory=self._told is not None,
            is_cut=self._speaker.is_cut,
        )

    def _history(
        self, vault: Vault, *, question: Message | None = None
    ) -> tuple[list[SentMessage], bool]:
        return fold_history(
            vault,
            self.conversation_id,
            budget=self.workplace.settings.history_tokens,
            count_tokens=self.workplace.model().count_tokens,
            with_attachments=self._uses_memory,
            question=question,
        )


def only_tells(message: Message, learned: Sequence[Learned]) -> bool:
    """Whether a message says little but what it taught, and asks nothing."""
    spans = {
        (evidence.start, evidence.end)
        for each in learned
        for evidence in each.memory.evidence
        if evidence.message_id == message.id
    }
    told = sum(end - start for start, end in spans)
    return "?" not in message.content and told >= _MOSTLY * len(message.content)


def _as_said(sent: SentMessage) -> Said:
    return Said(sent.role, sent.text)
