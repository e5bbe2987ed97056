"""The layout of a chat prompt within token budgets.

A prompt only ever grows at its end: the system text and the snapshot come first and stay, then the
history exactly as it was sent, then the new message with what was recalled for it. So a model that
keeps its prefix reads every token once.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple, TypeVar

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

CountTokens = Callable[[str], int]
LINE_LENGTH = 280

# Local models read markers like <|im_start|> as control tokens wherever they stand.
_CONTROL_TOKEN = re.compile(r"<(?=\||/?s>|/?(?:start|end)_of_turn>)", re.IGNORECASE)
_Item = TypeVar("_Item")


class Said(NamedTuple):
    """One message of the history, as it was sent."""

    role: Literal["user", "assistant"]
    text: str


def quoted(text: str, length: int = LINE_LENGTH) -> str:
    """Write a text from memory as quoted data on one line, at most `length` characters of it.

    Quotes, line ends and angle brackets are escaped as in JSON, so that no text can end its own
    quotation or look like a part of the prompt.
    """
    line = " ".join(text.split())
    if len(line) > length:
        line = line[:length].rsplit(" ", 1)[0] + " …"
    return json.dumps(line, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")


def fitting(
    items: Sequence[_Item],
    render: Callable[[Sequence[_Item]], str],
    *,
    budget: int,
    count_tokens: CountTokens,
) -> list[_Item]:
    """The items, taken in order, that fit into `budget` tokens when they are rendered together.

    An item that does not fit is left out; later ones may still fit.
    """
    chosen: list[_Item] = []
    for item in items:
        if count_tokens(render([*chosen, item])) <= budget:
            chosen.append(item)
    return chosen


def fold(texts: Sequence[str], *, budget: int, count_tokens: CountTokens) -> int:
    """How many of the oldest texts to leave out so that the rest fits into `budget` tokens."""
    total = 0
    for position in range(len(texts) - 1, -1, -1):
        total += count_tokens(texts[position])
        if total > budget:
            return position + 1
    return 0


def compose(*, system: Sequence[str], said: Iterable[Said]) -> list[BaseMessage]:
    """Lay out a prompt: the system parts, then what was said, the newest message included.

    Neighbouring messages of one role are joined, because many models insist on taking turns.
    """
    return [
        SystemMessage("\n\n".join(part for part in system if part)),
        *(
            (HumanMessage if role == "user" else AIMessage)(without_control_tokens(text))
            for role, text in _joined(said)
        ),
    ]


def continued(prompt: Sequence[BaseMessage], *, said: str, note: str) -> list[BaseMessage]:
    """A prompt by which a model goes on with a reply that was cut short: its start, then a note.

    What was read for `prompt` need not be read again.
    """
    if said.strip():
        return [*prompt, AIMessage(without_control_tokens(said.rstrip())), HumanMessage(note)]
    return [*prompt[:-1], HumanMessage(f"{prompt[-1].text}\n\n{note}")]


def without_control_tokens(text: str) -> str:
    """The text, with the markers taken apart that a local model would read as control tokens."""
    return _CONTROL_TOKEN.sub("< ", text)


def _joined(said: Iterable[Said]) -> list[Said]:
    joined: list[Said] = []
    for role, text in said:
        if joined and joined[-1].role == role:
            joined[-1] = Said(role, f"{joined[-1].text}\n\n{text}")
        else:
            joined.append(Said(role, text))
    return joined
