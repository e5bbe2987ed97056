"""What each open browser page is about: whose it is, which chat it shows, what it speaks.

All of it stays on the server. Gradio's own page state can be read by whoever knows a page's
session hash, so nothing is kept there. Knows nothing about how pages look.
"""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import gradio as gr

from assistant import Assistant, Companion
from ui.desk import Desk
from ui.downloads import Downloads
from ui.language import ENGLISH, speak
from ui.measuring import Measuring
from ui.speech import Speech

MOST_OPEN = 200
MOST_MESSAGES = 40
_SECONDS_TO_END = 5

ChatLine = dict[str, Any]


class PageExpired(Exception):
    """The page was opened before a restart, or under another profile. Its words are for people."""


@dataclass(frozen=True)
class Item:
    """What the card shows: a memory or a message, and the reply whose chip opened it, if any."""

    kind: str
    id: str
    reply: str = ""
    is_kept_reply: bool = False

    def turned_to(self, item_id: str) -> "Item":
        """The same for another memory, which took the place of this one."""
        return replace(self, id=item_id)


@dataclass(frozen=True)
class LastSaid:
    """What the user said last in a chat; `id` is of that message, or of the reply to it."""

    id: str
    text: str


@dataclass
class OpenPage:
    """One browser page of one user.

    `conversation` is None for a chat that has not been kept yet, and for a temporary one:
    `companion` then knows which conversation it is in. `last` is what can be changed, which
    `is_changing` says is being done, or answered once more. Of a long chat `most_messages` are
    shown; where `has_earlier`, there are more. `desk` is what the page writes, `why` the
    reply that it explains, `rated` the one that was liked or not last. `item` is what the card
    shows, `view` the part of what is known that is looked at, and `offset` how far its list is
    turned. `looks_for` is what the titles of the listed chats hold. `language` is what the page
    speaks while it is open, `browser_language` what the browser asked for.
    """

    user: str
    companion: Companion
    conversation: str | None = None
    is_temporary: bool = False
    lines: list[ChatLine] = field(default_factory=list)
    last: LastSaid | None = None
    is_changing: bool = False
    most_messages: int = MOST_MESSAGES
    has_earlier: bool = False
    speech: Speech | None = None
    desk: Desk | None = None
    why: str = ""
    measuring: Measuring | None = None
    item: Item | None = None
    rated: tuple[str, bool] | None = None
    view: str = ""
    offset: int = 0
    looks_for: str = ""
    language: str = ENGLISH
    browser_language: str = ""

    @property
    def is_speaking(self) -> bool:
        """Whether a reply is being spoken on this page."""
        return self.speech is not None and not self.speech.is_over

    def stop(self) -> None:
        """Stop what is being spoken, if anything."""
        if self.speech is not None:
            self.speech.stop()

    def stop_measuring(self) -> None:
        """Stop what is being measured, if anything; nobody waits for what it comes to."""
        if self.measuring is not None:
            self.measuring.stopped.set()
            self.measuring = None


class OpenPages:
    """All open pages; the ones used least recently are forgotten when there are too many."""

    def __init__(self, assistant: Assistant, *, has_accounts: bool = False) -> None:
        """`has_accounts`: users have signed in, and not merely chosen a profile."""
        self.assistant = assistant
        self.has_accounts = has_accounts
        self.downloads = Downloads(assistant.settings.home)
        self._pages: OrderedDict[str, OpenPage] = OrderedDict()
        self._mutex = Lock()

    def open(self, request: gr.Request) -> OpenPage:
        """Begin a page for the profile that the browser has chosen."""
        user = _user(request)
        page = OpenPage(user, self.assistant.user(user))
        with self._mutex:
            self._pages[str(request.session_hash)] = page
            while len(self._pages) > MOST_OPEN:
                _, oldest = self._pages.popitem(last=False)
                oldest.stop()
                if oldest.desk is not None:
                    oldest.desk.stop()
        return page

    def of(self, request: gr.Request) -> OpenPage:
        """The page that an event comes from; what the event says is in the page's language.

        Raises:
            PageExpired: it is not known any more, or belongs to another profile.
        """
        session = str(request.session_hash)
        with self._mutex:
            page = self._pages.get(session)
            if page is not None:
                self._pages.move_to_end(session)
        if page is None or page.user != _user(request):
            raise PageExpired(
                "Another profile was chosen, or Bespoke was started again, since this page was "
                "opened. Reload the page."
            )
        speak(page.language)
        return page

    def begin_anew(self, user: str) -> None:
        """Let the pages of a user show nothing, because all that they showed is erased."""
        with self._mutex:
            pages = [page for page in self._pages.values() if page.user == user]
        for page in pages:
            page.stop()
            page.stop_measuring()
            page.speech, page.conversation, page.item, page.lines = None, None, None, []
            page.last, page.is_changing, page.has_earlier = None, False, False
            page.desk, page.why = None, ""
            page.companion = self.assistant.user(user)

    def close(self) -> None:
        """Stop all that is being spoken, and wait until it is kept."""
        with self._mutex:
            pages = list(self._pages.values())
            self._pages.clear()
        given = [page.speech for page in pages]
        given += [page.desk.speech for page in pages if page.desk is not None]
        speeches = [each for each in given if each is not None]
        for speech in speeches:
            speech.stop()
        for speech in speeches:
            speech.wait(_SECONDS_TO_END)
        self.downloads.clear()


def _user(request: gr.Request) -> str:
    user = request.username
    if not isinstance(user, str):
        raise PageExpired("No profile is chosen. Reload the page.")
    return user
