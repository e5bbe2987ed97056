"""A conversation as lines for Gradio's Chatbot: what was said, and what each reply used.

What a reply used, minded and learned are chips: links that open the card of a memory. Knows nothing
about pages; what it shows comes from one companion, so from one user.
"""

from collections.abc import Iterable

from assistant import Companion, Reply
from assistant.records import Memory
from assistant.types import Trace
from ui.language import tr
from ui.marks import chip
from ui.open_pages import MOST_MESSAGES, ChatLine
from ui.words import as_reply, as_typed, quoted, why_link

LINES_A_MESSAGE = 3
USED, LEARNED, MINDED = "Used", "Learned", "Minded"
NOTHING_USED = "No personal memory used"
NOTHING_USED_DETAILS = "Nothing that is known about you was used for this reply."
STOPPED = "*(stopped)*"
CUT = "*(cut at its length limit; say “go on”)*"
WHY = "Why this reply?"
THINKING = "…"
_UNNAMED = {"memory": "something forgotten since", "message": "something said earlier"}


def user_line(text: str) -> ChatLine:
    """What the user said."""
    return {"role": "user", "content": as_typed(text)}


def reply_line(text: str, *, ended: str = "", reply_id: str = "") -> ChatLine:
    """What the assistant said, and a word on how that ended."""
    shown = "\n\n".join(part for part in (as_reply(text), ended) if part)
    line: ChatLine = {"role": "assistant", "content": shown or THINKING}
    return {**line, "metadata": {"id": reply_id}} if reply_id else line


def used_line(title: str, details: str = "") -> ChatLine:
    """A line under a reply that unfolds."""
    return {
        "role": "assistant",
        "content": details,
        "metadata": {"title": title, "status": "done"},
    }


def why_line(reply_id: str) -> ChatLine:
    """A line under a reply that opens its explanation; only kept replies have one."""
    return {"role": "assistant", "content": f"[{tr(WHY)}]({why_link(reply_id)})"}


def chips_line(title: str, chips: Iterable[str]) -> ChatLine:
    """A line under a reply with chips, each of which opens a card."""
    return {"role": "assistant", "content": f"{tr(title)} {' '.join(chips)}"}


def used_by(reply: Reply) -> ChatLine:
    """What a reply that was just given used."""
    if not reply.used:
        return used_line(tr(NOTHING_USED), tr(NOTHING_USED_DETAILS))
    used = (chip(quoted(item.text), item.kind, item.id, reply.id) for item in reply.used)
    return chips_line(USED, used)


def learned_by(reply: Reply) -> list[ChatLine]:
    """What the message before a reply taught, and what of it took the place of something."""
    if not reply.learned:
        return []
    learned = (
        _learned_chip(each.memory, reply.id)
        + (f" {tr('instead of')} {as_typed(quoted(each.replaced.text))}" if each.replaced else "")
        for each in reply.learned
    )
    return [chips_line(LEARNED, learned)]


def minded_by(reply: Reply) -> list[ChatLine]:
    """The constraints that a reply was checked for."""
    if not reply.minded:
        return []
    minded = (chip(quoted(each.text), "memory", each.memory_id, reply.id) for each in reply.minded)
    return [chips_line(MINDED, minded)]


def kept_lines(
    companion: Companion, conversation: str, *, most: int = MOST_MESSAGES
) -> list[ChatLine]:
    """A kept conversation, oldest first; of a long one the end.

    Raises:
        VaultError: this user has no such conversation.
    """
    lines: list[ChatLine] = []
    asked = ""
    for message in companion.messages(conversation, last=most):
        if message.role == "user":
            asked = message.id
            lines.append(user_line(message.content))
        elif message.role == "assistant":
            trace = _trace(companion, message.id)
            is_cut = trace is not None and trace.is_cut
            ended = tr(CUT if is_cut else "" if message.is_complete else STOPPED)
            lines.append(reply_line(message.content, ended=ended, reply_id=message.id))
            if trace is not None:
                lines.extend(_chips_then(companion, trace, message.id, asked))
    return lines


def _trace(companion: Companion, reply_id: str) -> Trace | None:
    try:
        return companion.trace(reply_id)
    except Exception as error:  # an imported reply has no trace
        if type(error).__name__ == "NotFound":
            return None
        raise


def _chips_then(companion: Companion, trace: Trace, reply_id: str, asked: str) -> list[ChatLine]:
    minded = companion.memories.named(trace.minded)
    learned = companion.memories.learned_from(asked) if asked else []
    lines = [_used_then(companion, trace, reply_id)]
    if minded:
        chips = (chip(quoted(each.text), "memory", each.id, reply_id) for each in minded.values())
        lines.append(chips_line(MINDED, chips))
    if learned:
        lines.append(chips_line(LEARNED, (_learned_chip(each, reply_id) for each in learned)))
    return [*lines, why_line(reply_id)]


def _used_then(companion: Companion, trace: Trace, reply_id: str) -> ChatLine:
    used = [offer for offer in trace.offers if offer.is_used]
    if not used:
        return used_line(tr(NOTHING_USED), tr(NOTHING_USED_DETAILS))
    known = companion.memories.named([offer.id for offer in used])
    chips = [
        chip(
            quoted(known[offer.id].text) if offer.id in known else tr(_UNNAMED[offer.kind]),
            offer.kind,
            offer.id,
            reply_id,
        )
        for offer in used
    ]
    return chips_line(USED, chips)


def _learned_chip(memory: Memory, reply_id: str) -> str:
    return chip(quoted(memory.text), "memory", memory.id, reply_id)
