"""Explaining a reply: what stood in its prompt, why, what it leans on, and how it came about."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import httpx

from assistant.access import Access
from assistant.briefing import KNOWN, Briefer
from assistant.chat_models.opened import OpenedModel, estimate_tokens
from assistant.errors import AssistantError, PromptChanged
from assistant.explanation import ExplainedItem, Explanation, LeaningMethod, PromptMessage
from assistant.leaning import Item, Progress, overlap, scored_again
from assistant.sent_prompt import SentPrompt, rebuild
from assistant.shared import Shared
from assistant.types import Offer, Trace
from memory.errors import NotFound
from memory.feedback import Feedback
from memory.keywords import telling_words
from memory.recall.features import reason_words
from memory.types import Memory, Message
from memory.vault import Vault
from prompts.errors import PromptError


@dataclass(frozen=True)
class _Known:
    """What the vault knows about a reply; where it has no prompt, the reason in words."""

    trace: Trace
    reply: Message
    offered: tuple[ExplainedItem, ...]
    learned: tuple[Memory, ...]
    feedback: Feedback | None
    prompt: SentPrompt | str


@dataclass(frozen=True)
class _Measured:
    """How much the reply leans on items, by id, and why it was not scored again, if it was not."""

    amounts: dict[str, float]
    method: LeaningMethod
    note: str = ""


class Explainer:
    """Explains one user's replies. No vault is held while something is measured."""

    def __init__(self, shared: Shared, access: Access) -> None:
        self._shared = shared
        self._access = access

    def explain(self, reply_id: str, tell: Progress, *, measure: bool) -> Explanation:
        """Explain a reply; see `Companion.explain`."""
        model = self._model()
        with self._access.reading() as vault:
            known = self._known(vault, reply_id, model)
        items = [
            Item(item.id, item.text)
            for item in sorted(known.offered, key=lambda item: not item.is_used)
            if item.text is not None
        ]
        measured = self._measured(known, items, model, tell) if items and measure else None
        amounts = measured.amounts if measured else {}
        offered = [
            item.model_copy(update={"leaning": amounts.get(item.id)}) for item in known.offered
        ]
        return Explanation(
            reply_id=reply_id,
            trace=known.trace,
            offered=tuple(sorted(offered, key=_most_first)),
            method=measured.method if measured else None,
            note=measured.note if measured else "",
            learned=known.learned,
            feedback=known.feedback,
            prompt=_sent(known.prompt),
            prompt_note=known.prompt if isinstance(known.prompt, str) else "",
        )

    def _model(self) -> OpenedModel | None:
        """The chat model; None if it cannot be opened: what is kept can be explained without."""
        with suppress(AssistantError):
            return self._shared.model()
        return None

    def _known(self, vault: Vault, reply_id: str, model: OpenedModel | None) -> _Known:
        trace = Trace.model_validate_json(vault.messages.trace(reply_id))
        reply = vault.messages.get(reply_id)
        question = _question(vault, reply)
        return _Known(
            trace=trace,
            reply=reply,
            offered=tuple(_explained(vault, trace.offers, question)),
            learned=tuple(vault.memories.resting_on(question.id)) if question else (),
            feedback=vault.feedback.of(reply_id),
            prompt=self._prompt(vault, trace, reply, model),
        )

    def _prompt(
        self, vault: Vault, trace: Trace, reply: Message, model: OpenedModel | None
    ) -> SentPrompt | str:
        """The prompt as it was sent, or why it cannot be put together again."""
        if trace.is_from_memory:
            return "no model was asked: it was answered from what is stored."
        count_tokens = model.count_tokens if model else estimate_tokens
        try:
            template = self._shared.library.get(trace.prompt)
            briefer = Briefer(template, self._shared.settings, count_tokens)
            return rebuild(vault, trace, reply, template=template, briefer=briefer)
        except PromptChanged as error:
            return str(error)
        except PromptError:
            return "the prompt's template is gone."

    def _measured(
        self, known: _Known, items: list[Item], model: OpenedModel | None, tell: Progress
    ) -> _Measured:
        scored = self._scored_again(known, items, model, tell)
        if not isinstance(scored, str):
            return _Measured(scored, "scored again")
        amounts = overlap(known.reply.content, items, self._shared.embedder)
        return _Measured(amounts, "overlap", f"It was not scored again: {scored}")

    def _scored_again(
        self, known: _Known, items: list[Item], model: OpenedModel | None, tell: Progress
    ) -> dict[str, float] | str:
        """The amounts by id, or why there are none."""
        if model is None or model.score is None:
            return "the chat model cannot tell how probable a reply is."
        if model.name != known.trace.model:
            return "another chat model wrote it than the one at hand."
        if isinstance(known.prompt, str):
            return known.prompt
        try:
            amounts = scored_again(
                known.prompt,
                known.reply.content,
                items,
                score=model.score,
                prompt_tokens=known.trace.usage.prompt_tokens,
                is_wanted=self._shared.is_idle,
                tell=tell,
            )
        except AssistantError as error:  # the prompt has changed, or the model cannot be loaded
            return str(error)
        except httpx.HTTPError as error:
            return f"the model's server failed ({type(error).__name__})."
        return "the model had a reply to write." if amounts is None else amounts


def _sent(prompt: SentPrompt | str) -> tuple[PromptMessage, ...]:
    if isinstance(prompt, str):
        return ()
    return tuple(PromptMessage(role=each.type, text=each.text) for each in prompt.messages())


def reason(vault: Vault, reply_id: str, item_id: str) -> str:
    """Why an item stood in a reply's prompt, in words; "" where it did not.

    Raises:
        NotFound: there is no such reply.
    """
    trace = Trace.model_validate_json(vault.messages.trace(reply_id))
    offers = tuple(offer for offer in trace.offers if offer.id == item_id)
    question = _question(vault, vault.messages.get(reply_id))
    return "".join(item.why for item in _explained(vault, offers, question))


def _explained(
    vault: Vault, offers: tuple[Offer, ...], question: Message | None
) -> Iterator[ExplainedItem]:
    asked = question.content if question else ""
    for offer in offers:
        text = status = None
        with suppress(NotFound):
            if offer.kind == "memory":
                found = vault.memories.get(offer.id)
                text, status = found.text, found.status
            else:
                text = vault.messages.get(offer.id).content
        yield ExplainedItem(
            kind=offer.kind,
            id=offer.id,
            text=text,
            status=status,
            why="; ".join(_why(feature, asked, text or "") for feature in offer.why),
            score=offer.score,
            is_used=offer.is_used,
        )


def _why(feature: str, asked: str, text: str) -> str:
    """A reason in words; which words are shared is looked up, because traces hold none."""
    if feature in KNOWN:
        return KNOWN[feature]
    stems = set(telling_words(asked).values())
    shared = [word for word, stem in telling_words(text).items() if stem in stems]
    return reason_words(feature, ", ".join(shared) if feature == "words" else "")


def _question(vault: Vault, reply: Message) -> Message | None:
    """The user's message that a reply answers."""
    said = vault.messages.of(reply.conversation_id)
    before = said[: [message.id for message in said].index(reply.id)]
    return next((message for message in reversed(before) if message.role == "user"), None)


def _most_first(item: ExplainedItem) -> tuple[bool, float, bool, float]:
    return (item.leaning is None, -(item.leaning or 0), not item.is_used, -item.score)
