"""A conversation as lines for Gradio's Chatbot: what was said, and what each reply used.

Knows nothing about pages; what it shows comes from one companion, so from one user.
"""

from collections.abc import Sequence

from assistant import Companion, Reply
from ui.open_pages import ChatLine
from ui.words import as_reply, as_typed, quoted, why_link

MOST_LINES = 60
NOTHING_USED = "No personal memory used"
NOTHING_USED_DETAILS = "Nothing that is known about you was used for this reply."
STOPPED = "*(stopped)*"
WHY = "Why this reply?"
THINKING = "…"


def user_line(text: str) -> ChatLine:
    """What the user said."""
    return {"role": "user", "content": as_typed(text)}


def reply_line(text: str, *, is_stopped: bool = False) -> ChatLine:
    """What the assistant said."""
    shown = as_reply(text)
    if is_stopped:
        shown = f"{shown}\n\n{STOPPED}" if text else STOPPED
    return {"role": "assistant", "content": shown or THINKING}


def used_line(title: str, details: str = "") -> ChatLine:
    """A line under a reply that says what it used; the details unfold."""
    return {
        "role": "assistant",
        "content": details,
        "metadata": {"title": title, "status": "done"},
    }


def why_line(reply_id: str) -> ChatLine:
    """A line under a reply that opens its explanation; only kept replies have one."""
    return {"role": "assistant", "content": f"[{WHY}]({why_link(reply_id)})"}


def used_by(reply: Reply) -> ChatLine:
    """What a reply that was just given used, and why."""
    if not reply.used:
        return used_line(NOTHING_USED, NOTHING_USED_DETAILS)
    details = "\n".join(
        f"- {as_typed(_whole(item.text))}  \n" + as_typed(item.why) for item in reply.used
    )
    return used_line(_title([quoted(item.text) for item in reply.used]), details)


def learned_by(reply: Reply) -> list[ChatLine]:
    """What the message before a reply taught, and what of it took the place of something."""
    if not reply.learned:
        return []
    title = "Learned: " + " · ".join(quoted(each.memory.text) for each in reply.learned)
    details = "\n".join(
        f"- {as_typed(_whole(each.memory.text))}"
        + (f", not {as_typed(_whole(each.replaced.text))} any more" if each.replaced else "")
        for each in reply.learned
    )
    return [used_line(as_typed(title), details)]


def minded_by(reply: Reply) -> list[ChatLine]:
    """The constraints that a reply was checked for, and why."""
    if not reply.minded:
        return []
    title = "Minded: " + " · ".join(quoted(each.text) for each in reply.minded)
    details = "\n".join(f"- {as_typed(each.why)}" for each in reply.minded)
    return [used_line(as_typed(title), details)]


def kept_lines(companion: Companion, conversation: str) -> list[ChatLine]:
    """A kept conversation, oldest first; of a long one the end.

    Raises:
        VaultError: this user has no such conversation.
    """
    texts = {each.id: each.text for each in companion.memories.list()}
    lines: list[ChatLine] = []
    for message in companion.messages(conversation)[-MOST_LINES:]:
        if message.role == "user":
            lines.append(user_line(message.content))
        elif message.role == "assistant":
            lines.append(reply_line(message.content, is_stopped=not message.is_complete))
            lines.extend(_used_then(companion, message.id, texts))
    return lines


def _used_then(companion: Companion, reply_id: str, texts: dict[str, str]) -> list[ChatLine]:
    try:
        offers = companion.trace(reply_id).offers
    except Exception as error:  # an imported reply has no trace
        if type(error).__name__ == "NotFound":
            return []
        raise
    used = [offer.id for offer in offers if offer.is_used]
    if not used:
        return [used_line(NOTHING_USED, NOTHING_USED_DETAILS), why_line(reply_id)]
    known = [texts[item] for item in used if item in texts]
    others = ["something said or known earlier"] * (len(known) < len(used))
    details = "\n".join(f"- {as_typed(each)}" for each in [*map(_whole, known), *others])
    return [used_line(_title([*map(quoted, known), *others]), details), why_line(reply_id)]


def _whole(text: str) -> str:
    return quoted(text, 300)


def _title(used: Sequence[str]) -> str:
    return as_typed("Used: " + " · ".join(used))
