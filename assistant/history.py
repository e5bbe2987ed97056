"""Which messages of a conversation stay in its prompts, and reading them ahead of the next turn."""

from collections.abc import Callable, Sequence
from itertools import takewhile

from langchain_core.messages import BaseMessage

from assistant.chat_models.opened import OpenedModel
from assistant.chat_models.untraced import untraced
from memory.conversations import SentMessage
from memory.types import Message
from memory.vault import Vault
from prompts.compose import CountTokens, fold


def fold_history(
    vault: Vault,
    conversation_id: str,
    *,
    budget: int,
    count_tokens: CountTokens,
    with_attachments: bool,
    question: Message | None = None,
) -> tuple[list[SentMessage], bool]:
    """The history that prompts still hold, and whether it was folded now.

    A history longer than `budget` tokens is folded to half: its older messages leave the prompts,
    not the vault. To half, and not to just below the budget, because after each fold a model has
    to read the rest anew. `question` is the message that is answered now: it is no history yet.
    """
    history = vault.conversations.history(conversation_id, with_attachments=with_attachments)
    if question is not None:
        history = said_before(question, history)
    texts = [said.text for said in history]
    if sum(map(count_tokens, texts)) <= budget:
        return list(history), False
    start = _next_question(history, fold(texts, budget=budget // 2, count_tokens=count_tokens))
    before = history[start].seq if start < len(history) else history[-1].seq + 1
    vault.conversations.fold(conversation_id, before=before)
    return list(history[start:]), True


def said_before(message: Message, history: Sequence[SentMessage]) -> Sequence[SentMessage]:
    """What was said before a message; an earlier reply to it may stand behind it."""
    return list(takewhile(lambda said: said.id != message.id, history))


def read_ahead(
    model: OpenedModel, prompt: Sequence[BaseMessage], *, is_wanted: Callable[[], bool]
) -> None:
    """Have a model that keeps its prefix read a prompt before it is needed.

    It is read message by message, so that whoever comes in between waits for one at most.
    """
    for end in range(1, len(prompt) + 1):
        if not is_wanted():
            return
        with untraced():
            model.chat.invoke(list(prompt[:end]), max_tokens=1)


def _next_question(history: Sequence[SentMessage], start: int) -> int:
    """The first position from `start` on at which the user speaks."""
    roles = [said.role for said in history[start:]]
    return start + roles.index("user") if "user" in roles else len(history)
