"""The sidebar: the conversations, a new one, and who is speaking.

Knows nothing about what a conversation looks like when it is open.
"""

import gradio as gr

from assistant import Companion
from ui.account_pages import ACCOUNT, SIGN_OUT
from ui.open_pages import OpenPage, OpenPages
from ui.welcome import PATH
from ui.words import as_typed, shortened

_UNTITLED = "Untitled chat"
_SIGN_OUT = f'<form method="post" action="{SIGN_OUT}"><button>Sign out</button></form>'


class Sidebar:
    """Draws the sidebar; the chat tab wires it."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within a `gr.Sidebar`."""
        self._has_accounts = pages.has_accounts
        gr.Markdown("## Bespoke", elem_id="brand")
        self.new = gr.Button("New chat", variant="primary", size="md", elem_id="new-chat")
        self.conversations = gr.Radio(
            [], label="Your chats", elem_id="conversations", container=False, show_label=False
        )
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
        return [self.conversations, self.manage, self.title, self.sure, self.who]

    def drawn(self, page: OpenPage) -> dict[object, object]:
        """The list as it is now, the newest first, with the open conversation marked."""
        choices = conversation_choices(page.companion)
        titles = {conversation: title for title, conversation in choices}
        is_kept = page.conversation in titles
        return {
            self.conversations: gr.update(
                choices=choices, value=page.conversation if is_kept else None
            ),
            self.manage: gr.update(visible=is_kept, open=False),
            self.title: titles.get(page.conversation or "", ""),
            self.sure: False,
            self.who: f"You are **{as_typed(page.user)}** · {self._elsewhere()}",
        }

    def _elsewhere(self) -> str:
        return f"[Account]({ACCOUNT})" if self._has_accounts else f"[Switch profile]({PATH})"


def conversation_choices(companion: Companion) -> list[tuple[str, str]]:
    """Title and id of every conversation, the one used last first."""
    return [(shortened(each.title, 60) or _UNTITLED, each.id) for each in companion.conversations()]
