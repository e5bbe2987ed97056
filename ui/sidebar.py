"""The sidebar: the conversations, a new one, and who is speaking.

Knows nothing about what a conversation looks like when it is open.
"""

import gradio as gr

from assistant import Companion
from ui.account_pages import ACCOUNT, SIGN_OUT
from ui.language import tr
from ui.open_pages import OpenPage, OpenPages
from ui.welcome import PATH
from ui.words import as_typed, shortened

MOST_CHATS = 50
FEW_CHATS = 7
_UNTITLED = "Untitled chat"
_SIGN_OUT = f'<form method="post" action="{SIGN_OUT}"><button>Sign out</button></form>'


class Sidebar:
    """Draws the sidebar; the chat tab wires it."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within a `gr.Sidebar`."""
        self._has_accounts = pages.has_accounts
        gr.Markdown("## Bespoke", elem_id="brand")
        self.new = gr.Button("New chat", variant="primary", size="md", elem_id="new-chat")
        self.find = gr.Textbox(
            placeholder="Search your chats",
            label="Search your chats",
            show_label=False,
            container=False,
            visible=False,
            elem_id="find",
        )
        self.conversations = gr.Radio(
            [], label="Your chats", elem_id="conversations", container=False, show_label=False
        )
        self.more = gr.Markdown(visible=False, elem_id="more-chats")
        with gr.Accordion(
            "Rename or delete this chat", open=False, visible=False, elem_id="manage"
        ) as manage:
            self.title = gr.Textbox(label="Title", max_length=200, elem_id="title")
            self.rename = gr.Button("Rename", size="sm", elem_id="rename")
            self.sure = gr.Checkbox(label="Yes, delete it for good", elem_id="sure")
            self.delete = gr.Button("Delete", size="sm", variant="stop", elem_id="delete")
        self.manage = manage
        self.who = gr.Markdown(elem_id="who")
        gr.HTML(_SIGN_OUT, visible=pages.has_accounts, elem_id="sign-out")

    def outputs(self) -> list[gr.components.Component | gr.Accordion]:
        """What `drawn` may change."""
        return [
            *(self.find, self.conversations, self.more, self.manage, self.title),
            *(self.sure, self.who),
        ]

    def drawn(self, page: OpenPage) -> dict[object, object]:
        """The list as it is now, the newest first, with the open conversation marked."""
        choices = conversation_choices(page.companion)
        titles = {conversation: title for title, conversation in choices}
        found = [each for each in choices if page.looks_for.lower() in each[0].lower()]
        shown = [each for at, each in enumerate(found) if at < MOST_CHATS or _is_open(page, each)]
        is_shown = any(_is_open(page, each) for each in shown)
        is_kept = page.conversation in titles
        more = _more(len(found) - len(shown), is_searched=bool(choices and not found))
        return {
            self.find: gr.update(visible=len(choices) > FEW_CHATS),
            self.more: gr.update(value=more, visible=bool(more)),
            self.conversations: gr.update(
                choices=shown, value=page.conversation if is_shown else None
            ),
            self.manage: gr.update(visible=is_kept, open=False),
            self.title: titles.get(page.conversation or "", ""),
            self.sure: False,
            self.who: f"{tr('You are')} **{as_typed(page.user)}** · {self._elsewhere()}",
        }

    def _elsewhere(self) -> str:
        if self._has_accounts:
            return f"[{tr('Account')}]({ACCOUNT})"
        return f"[{tr('Switch profile')}]({PATH})"


def _is_open(page: OpenPage, choice: tuple[str, str]) -> bool:
    return choice[1] == page.conversation


def _more(left: int, *, is_searched: bool) -> str:
    if is_searched:
        return tr("No chat has that in its title.")
    return tr("and {left} more: search for them", left=f"{left:,}") if left else ""


def conversation_choices(companion: Companion) -> list[tuple[str, str]]:
    """Title and id of every conversation, the one used last first."""
    return [
        (shortened(each.title, 60) or tr(_UNTITLED), each.id) for each in companion.conversations()
    ]
