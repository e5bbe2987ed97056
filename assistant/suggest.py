"""Preferences that a language model suggests, from what the user wrote.

A suggestion is not a memory yet: it counts only once the user accepts it. It must quote words that
really stand in a message of the user's own, or it is dropped. Off unless it is switched on, and
refused with the small models of the catalogue, which make preferences up.
"""

import json
import re
from collections.abc import Callable, Sequence
from contextlib import closing

from langchain_core.messages import BaseMessage
from pydantic import Field, ValidationError

from assistant.access import Access
from assistant.chat_models.catalogue import CATALOGUE
from assistant.chat_models.failures import describe_failure
from assistant.chat_models.opened import OpenedModel
from assistant.errors import SuggestionsRefused
from assistant.shared import Shared
from assistant.types import Record
from memory.types import Evidence, Memory, Message, Purpose
from memory.vault import Vault
from prompts.compose import Said, compose, fold, quoted

CONFIDENCE = 0.5
READ_EVERY = 10
MOST_READ = 40
BUDGET_TOKENS = 2000
_LINE_LENGTH = 400
_FEWEST_QUOTED = 8
_LIST = re.compile(r"\[.*\]", re.DOTALL)
_USERS_VOICE = r"^(I|I'\w+|My)\s"


class _Proposal(Record):
    """What the model answers: a preference, and the words of a message that show it."""

    message: int
    quote: str = Field(min_length=_FEWEST_QUOTED)
    preference: str = Field(pattern=_USERS_VOICE, max_length=200)


class Suggester:
    """Suggestions for one user. No vault is held while the model reads."""

    def __init__(self, shared: Shared, access: Access) -> None:
        self._shared = shared
        self._access = access

    def suggest(self, *, limit: int, force: bool = False) -> list[Memory]:
        """Read the user's newest messages; see `Companion.suggest`."""
        if not force and self._shared.model().name in CATALOGUE:
            raise SuggestionsRefused(
                f"{self._shared.model().name!r} is too small to be trusted with suggestions. Name "
                "a larger model in BESPOKE_MODEL, or pass force=True."
            )
        with self._access.reading() as vault:
            self._refuse_forbidden(vault)
            numbered = vault.suggestions.readable(limit=limit)
        return self._read([message for _, message in numbered], is_wanted=lambda: True) or []

    def look_again(self) -> None:
        """Read what the user wrote since the last time, once there is enough; for afterwork."""
        if self._shared.model().name in CATALOGUE:
            return
        with self._access.writing() as vault:
            if not self._may_read(vault):
                return
            after = vault.suggestions.read_until()
            numbered = vault.suggestions.readable(after=after, limit=MOST_READ)
        if len(numbered) < READ_EVERY:
            return
        messages = [message for _, message in numbered]
        if self._read(messages, is_wanted=self._shared.is_idle) is not None:
            with self._access.writing() as vault:
                vault.suggestions.mark_read(numbered[-1][0])

    def _read(
        self, messages: Sequence[Message], *, is_wanted: Callable[[], bool]
    ) -> list[Memory] | None:
        """Keep what the model suggests; None if it was given up."""
        model = self._shared.model()
        texts = [quoted(message.content, _LINE_LENGTH) for message in messages]
        first = fold(texts, budget=BUDGET_TOKENS, count_tokens=model.count_tokens)
        shown = messages[first:]
        if not shown:
            return []
        answer = _ask(model, self._prompt(texts[first:]), is_wanted)
        if answer is None:
            return None
        return self._keep(_proposals(answer), shown)

    def _prompt(self, lines: Sequence[str]) -> list[BaseMessage]:
        template = self._shared.library.get("suggest")
        asked = template.render("messages", lines=lines)
        return compose(system=[template.render("system")], said=[Said("user", asked)])

    def _keep(self, proposals: Sequence[_Proposal], shown: Sequence[Message]) -> list[Memory]:
        kept: list[Memory] = []
        with self._access.writing() as vault:
            for proposal in proposals:
                evidence = _evidence(proposal, shown)
                if evidence is None:
                    continue
                suggested = vault.memories.suggest(
                    " ".join(proposal.preference.split()),
                    quotes=evidence,
                    confidence=CONFIDENCE,
                    time=self._shared.clock(),
                )
                kept += [suggested] if suggested else []
        return kept

    def _may_read(self, vault: Vault) -> bool:
        consents = vault.consents.all()
        is_shared = self._shared.model().host is None or consents[Purpose.SHARE_WITH_REMOTE]
        return consents[Purpose.LEARN] and is_shared

    def _refuse_forbidden(self, vault: Vault) -> None:
        if not self._may_read(vault):
            raise SuggestionsRefused(
                "You do not allow it. Suggestions need the consent 'learn', and with a remote "
                "model 'share_with_remote', too."
            )


def _ask(
    model: OpenedModel, prompt: list[BaseMessage], is_wanted: Callable[[], bool]
) -> str | None:
    answer = ""
    try:
        with closing(model.stream(prompt)) as chunks:
            for chunk in chunks:
                if not is_wanted():
                    return None
                answer += chunk.text
    except Exception as error:
        raise describe_failure(error, model) from error
    return answer


def _proposals(answer: str) -> list[_Proposal]:
    """What can be read of the model's answer; anything malformed is dropped."""
    found = _LIST.search(answer)
    try:
        listed = json.loads(found[0]) if found else []
    except ValueError:
        return []
    proposals = []
    for item in listed:
        try:
            proposals.append(_Proposal.model_validate(item))
        except ValidationError:
            continue
    return proposals


def _evidence(proposal: _Proposal, shown: Sequence[Message]) -> Evidence | None:
    """Where the quoted words stand in the message; None if they do not."""
    if not 1 <= proposal.message <= len(shown):
        return None
    message, quote = shown[proposal.message - 1], proposal.quote.strip()
    start = message.content.find(quote)
    if start < 0 or len(quote) < _FEWEST_QUOTED:
        return None
    return Evidence(message_id=message.id, start=start, end=start + len(quote))
