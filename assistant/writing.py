"""Writing one text for the user, from the brief to the kept version: what a turn is to a chat.

`Writing.pieces` reads top to bottom: recall, compose, speak, keep. A brief is about a text and not
about the user, so nothing is learned from it. A vault is lent only within a step.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from typing import Literal

from langchain_core.messages import BaseMessage

from assistant.briefing import KNOWN, Briefer, Briefing
from assistant.constraints import Watch
from assistant.speaker import Speaker
from assistant.steps import Steps
from assistant.style import Style, Trait, language_name, style_of
from assistant.traces import trace_of
from assistant.types import Context, Created, Piece
from assistant.workplace import Workplace
from memory.creations import Creation
from memory.types import Memory, Message, Purpose, Reason, Recollection, Vectors
from prompts.compose import Said, compose, quoted

Control = Literal["length", "tone", "language"]

_MOST_RECALLED = 10
_MOST_ASKED_FOR = 2
_BEGINNING = 120


def controls_of(style: Style) -> dict[Control, Trait]:
    """The length, tone and language that go with a user's style, and because of what."""
    length, language = style.length.value, style.language.value
    wished = {None: None, "detailed": "long"}.get(length, "short")
    return {
        "length": style.length.model_copy(update={"value": wished}),
        "tone": style.formality,
        "language": style.language.model_copy(
            update={"value": language and language_name(language)}
        ),
    }


class Writing:
    """One version of a text, while it is being written.

    `draft` is the version without its text. `earlier` is the one that it revises, or where it
    revises none, the one that it is to differ from.
    """

    def __init__(self, workplace: Workplace, draft: Creation, earlier: Creation | None) -> None:
        """Nothing is recalled or written yet."""
        self.draft = draft
        self._workplace = workplace
        self._earlier = earlier
        self._steps = Steps()
        is_variant = earlier is not None and draft.revises is None
        self._speaker = Speaker(workplace, self._steps, is_varied=is_variant)
        self._uses_memory = False

    def pieces(self) -> Generator[Piece]:
        """Write the text, piece by piece; the last piece carries the whole.

        Raises:
            ModelFailed: the model gave up; what was written until then is kept.
            VaultError: the text could not be kept.
        """
        asked = self._asked()
        vector = self._steps.attempt(
            "embed", lambda: self._workplace.embedder.vector(asked), without=None
        )
        recalled = self._recall(asked, vector)
        watch = self._speaker.watch(self._binding, asked, vector)
        briefing, prompt = self._compose(recalled, watch)
        said: list[str] = []
        is_complete = False
        try:
            speaking = self._speaker.pieces(prompt, watch, may_name=self._uses_memory)
            with closing(speaking) as pieces:
                for piece in pieces:
                    said.append(piece.text)
                    yield piece
            is_complete = True
        finally:  # also when the reader stops here, or the model fails half-way
            created = self._keep("".join(said), briefing, watch, is_complete=is_complete)
        yield Piece(created=created)

    def _asked(self) -> str:
        """The user's words, which say what is looked for in memory and what is touched."""
        instruction = self.draft.instruction
        return f"{self.draft.brief}\n{instruction}" if instruction else self.draft.brief

    def _reader(self) -> str:
        """Who reads the text; empty where that is the user."""
        return self.draft.audience or self._workplace.template().render("reader")

    def _recall(self, asked: str, vector: Vectors | None) -> Sequence[Recollection]:
        """1. What matters for this text, through the same gate as in a chat; a failure costs it."""
        with self._workplace.known() as vault:
            self._uses_memory = not self.draft.is_neutral and self._workplace.may_use_memory(vault)
        if vector is None or not self._uses_memory:
            return ()

        return self._steps.attempt("recall", lambda: self._recollections(asked, vector), without=())

    def _recollections(self, asked: str, vector: Vectors) -> Sequence[Recollection]:
        now, zone = self.draft.time, self._workplace.settings.zone
        with self._workplace.known() as vault:
            found = vault.recall(asked, vector=vector, limit=_MOST_RECALLED, now=now, zone=zone)
            asks = self._workplace.template().render("asks", reader=self._reader())
            for question in asks.splitlines():
                found += map(
                    _asked_for,
                    vault.recall(
                        question, limit=_MOST_ASKED_FOR, kinds=("memory",), now=now, zone=zone
                    ),
                )
        first = {item.id: item for item in reversed(found)}
        learned_from = {item.source_id for item in found if item.kind == "memory"}
        return [
            item
            for item in map(first.__getitem__, dict.fromkeys(item.id for item in found))
            if item.kind == "memory" or item.id not in learned_from
        ]

    def _compose(
        self, recalled: Sequence[Recollection], watch: Watch
    ) -> tuple[Briefing, list[BaseMessage]]:
        """2. A prompt that says what is known and what is asked for, and the version before.

        Of what is known it holds what was recalled, and where the user is the reader, the hard
        constraints that the brief touches: a small model puts all that it is told into the text.
        """
        work, now = self._workplace, self.draft.time
        briefer = Briefer(work.template(), work.settings, work.model().count_tokens)
        touched = {mind.memory_id for mind in watch.minded()}
        with self._steps.timed("compose"), work.known() as vault:
            if self._uses_memory:
                told = () if self._reader() else self._binding()
                binding = [each for each in told if each.id in touched]
                style = style_of(vault, now=now, opinions=vault.feedback.all())
                self._speaker.filters = style.filters(self._asked())
                briefing = briefer.brief(
                    self._request(controls_of(style)),
                    Context(),
                    vault=vault,
                    style=style,
                    frozen=briefer.snapshot(binding, style, now),
                    history=(),
                    recalled=recalled,
                )
            else:
                briefing = briefer.brief_without_memory(self._request({}), Context())
        system = [work.template().render("system"), briefing.known]
        return briefing, compose(system=system, said=self._said(briefing.sent))

    def _request(self, controls: Mapping[Control, Trait]) -> Message:
        """What is asked for, as the user's message; what the draft leaves open is of `controls`."""
        template, draft = self._workplace.template(), self.draft
        chosen = {name: trait.value for name, trait in controls.items()}
        content = template.render(
            "request",
            task=template.render("task"),
            brief=draft.brief,
            audience=self._reader(),
            length=template.render(
                "length", length=draft.length or chosen.get("length") or "medium"
            ),
            tone=draft.tone or chosen.get("tone"),
            language=draft.language or chosen.get("language"),
        )
        return Message(
            id=draft.id,
            conversation_id=draft.work_id,
            role="user",
            content=content,
            time=draft.time,
        )

    def _said(self, request: str) -> list[Said]:
        template, earlier = self._workplace.template(), self._earlier
        if earlier is None:
            return [Said("user", request)]
        if self.draft.revises is None:
            note = template.render("vary", beginning=quoted(earlier.text, _BEGINNING))
            return [Said("user", request), Said("user", note)]
        change = template.render("revise", instruction=self.draft.instruction)
        return [Said("user", request), Said("assistant", earlier.text), Said("user", change)]

    def _binding(self) -> Sequence[Memory]:
        """The hard constraints: checked in a neutral text, too, though the model is not told."""
        with self._workplace.known() as vault:
            if not vault.consents.all()[Purpose.USE_IN_REPLIES]:
                return ()
            return vault.memories.binding(now=self.draft.time)

    def _keep(self, text: str, briefing: Briefing, watch: Watch, *, is_complete: bool) -> Created:
        """3. The text and how it came about are written together."""
        work = self._workplace
        creation = self.draft.model_copy(update={"text": text, "is_complete": is_complete})
        usage = self._speaker.usage(briefing.attached_tokens)
        if text or is_complete:
            trace = trace_of(
                briefing,
                watch,
                template=work.template(),
                model=work.model(),
                usage=usage,
                failures=self._steps.failures,
                is_cut=self._speaker.is_cut,
            )
            with work.kept() as vault:
                vault.creations.add(creation, trace=trace.model_dump_json())
        return Created(
            **dict(creation),
            offered=briefing.offered,
            used=briefing.used,
            minded=watch.minded(),
            usage=usage,
            is_cut=self._speaker.is_cut,
        )


def _asked_for(item: Recollection) -> Recollection:
    """Something recalled because of the kind of text, and not because of what the user wrote."""
    reason = Reason(feature="kind", amount=item.score, words=KNOWN["kind"])
    return item.model_copy(update={"reasons": (reason,)})
