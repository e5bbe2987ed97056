"""What is said on a page: new words, the last ones changed, or the last ones once more.

Knows nothing about how a page looks.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from assistant import Companion, Piece
from assistant.records import Purpose
from ui.language import tr
from ui.open_pages import ChatLine, LastSaid, OpenPage
from ui.speech import Speech
from ui.transcript import (
    CUT,
    STOPPED,
    kept_lines,
    learned_by,
    minded_by,
    reply_line,
    used_by,
    user_line,
    why_line,
)

_NEWEST = 20


@dataclass(frozen=True)
class Saying:
    """A turn that a page takes. Without `text`, what was said last is answered once more."""

    page: OpenPage
    text: str | None
    instead_of: LastSaid | None

    @property
    def is_something(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.text.strip()) if self.text is not None else self.instead_of is not None

    def begin(self) -> Generator[Piece]:
        """The turn's generator."""
        page, remember = self.page, not self.page.is_temporary
        if self.text is None:
            assert self.instead_of is not None
            return page.companion.stream_retry(self.instead_of.id, remember=remember)
        return page.companion.stream(
            self.text,
            conversation=page.conversation,
            remember=remember,
            instead_of=self.instead_of.id if self.instead_of else None,
        )

    def lines_before(self) -> list[ChatLine]:
        """What stands above the reply."""
        lines = self.page.lines
        if self.instead_of is not None:
            users = [at for at, line in enumerate(lines) if line["role"] == "user"]
            lines = lines[: users[-1]] if users else []
        words = self.instead_of.text if self.text is None and self.instead_of else self.text
        return [*lines, user_line(words or "")]

    def lines_after(self, speech: Speech) -> list[ChatLine]:
        """The page's lines when the reply has ended; `page.conversation` says where it is kept."""
        page = self.page
        if self.instead_of is not None and not speech.is_stopped:
            if page.conversation is not None:  # what went and what stayed, the vault knows best
                return kept_lines(page.companion, page.conversation, most=page.most_messages)
            if speech.error is not None:
                return [*page.lines, *([user_line(self.text)] if self.text else [])]
        lines = self.lines_before()
        if speech.text or speech.is_stopped:
            lines.append(_said(page, speech))
        if speech.reply is not None:
            lines.append(used_by(speech.reply))
            lines += [*minded_by(speech.reply), *learned_by(speech.reply)]
            if page.conversation is not None:
                lines.append(why_line(speech.reply.id))
        return lines


def last_said(companion: Companion, conversation: str | None) -> LastSaid | None:
    """What the user said last in a kept conversation."""
    if conversation is None:
        return None
    newest = companion.messages(conversation, last=_NEWEST)
    said = [LastSaid(each.id, each.content) for each in newest if each.role == "user"]
    return said[-1] if said else None


def last_said_now(saying: Saying, speech: Speech) -> LastSaid | None:
    """What the user said last, after a turn; of a temporary one only a reply names it."""
    page = saying.page
    if page.conversation is not None:
        return last_said(page.companion, page.conversation)
    words = saying.text or (saying.instead_of and saying.instead_of.text) or ""
    if speech.reply is not None:
        return LastSaid(speech.reply.id, words)
    return saying.instead_of if speech.error is not None and saying.text is None else None


def conversation_begun(page: OpenPage, speech: Speech, known: set[str]) -> str | None:
    """The conversation that a first message began, if it is kept.

    A stopped turn gives no reply that would name it; then it is the one that was not there before.
    """
    now = conversation_ids(page)
    begun = {speech.reply.conversation_id} if speech.reply else now - known
    return begun.pop() if len(begun) == 1 and begun <= now else None


def conversation_ids(page: OpenPage) -> set[str]:
    """All conversations of the page's user."""
    return {each.id for each in page.companion.conversations()}


def is_kept(page: OpenPage) -> bool:
    """Whether the user lets conversations be kept."""
    return page.companion.consent[Purpose.KEEP_CONVERSATIONS]


def newest(lines: Sequence[ChatLine], most: int) -> list[ChatLine]:
    """The end of a long chat, beginning with something that the user said."""
    kept = list(lines[-most:])
    users = [at for at, line in enumerate(kept) if line["role"] == "user"]
    return kept[users[0] :] if users and len(lines) > most else kept


def _said(page: OpenPage, speech: Speech) -> ChatLine:
    """What was said in the end; a temporary reply has no id to be known by later."""
    reply = speech.reply
    ended = tr(STOPPED if reply is None else CUT if reply.is_cut else "")
    reply_id = reply.id if reply and not page.is_temporary else ""
    return reply_line(speech.text, ended=ended, reply_id=reply_id)
