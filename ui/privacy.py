"""The privacy tab: what the user allows, where data are kept, and where messages go.

The switches only write down what is allowed; the assistant and the vault see to it.
"""

import gradio as gr
from gradio.blocks import Block

from assistant.records import Purpose
from ui.edge import told
from ui.erase import EraseForm
from ui.events import QUICK, Updates
from ui.language import tr
from ui.open_pages import OpenPages
from ui.transfers import Transfers
from ui.words import as_typed

PURPOSES = {
    Purpose.LEARN: (
        "Learn from my chats",
        "Off: nothing new is noted down about you. What is known stays, and you can add to it.",
    ),
    Purpose.USE_IN_REPLIES: (
        "Use what is known about me in replies",
        "Off: replies are made without your memories and earlier chats.",
    ),
    Purpose.ADAPT_STYLE: (
        "Adapt to how I write",
        "Off: only what you wished for shapes the style of replies, and only what you chose shapes "
        "the look of this app.",
    ),
    Purpose.KEEP_CONVERSATIONS: (
        "Keep my chats",
        "Off: every chat is temporary, and gone when it ends. Chats kept so far stay.",
    ),
    Purpose.SHARE_WITH_REMOTE: (
        "Send memories along to a remote model",
        "Matters only with a model on another machine. Off: it gets your messages, not your "
        "memories.",
    ),
}
_NO_LOCK = "Profiles are a convenience, not a lock: anybody at this computer can open any of them."


class PrivacyTab:
    """Draws the tab and wires it."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the tab."""
        self._pages = pages
        gr.Markdown("### What you allow\nA change holds from the next message on.")
        self.switches = {
            purpose: gr.Checkbox(label=label, info=info, elem_id=f"allow-{purpose}")
            for purpose, (label, info) in PURPOSES.items()
        }
        self.facts = gr.Markdown(elem_id="facts")
        self.transfers = Transfers(pages)
        self.erasing = EraseForm(pages)
        for purpose, switch in self.switches.items():
            switch.input(_Setter(pages, purpose), [switch], None, **QUICK)

    def outputs(self) -> list[Block]:
        """What `drawn_for` may change."""
        return [*self.switches.values(), self.facts]

    @told
    def drawn_for(self, request: gr.Request) -> Updates:
        """The tab as it is now."""
        allowed = self._pages.of(request).companion.consent.all()
        settings = self._pages.assistant.settings
        host = self._pages.assistant.model_host()
        goes_to = (
            tr("It runs on this machine; nothing you write leaves it.")
            if host is None
            else tr("What you write is sent to {host}.", host=as_typed(host))
        )
        facts = (
            f"### {tr('Where things are')}\n"
            f"{tr('Everything is kept in this folder:')} `{settings.home}`\n\n"
            f"{tr('Model:')} `{settings.model}`. {goes_to}\n\n" + tr(_NO_LOCK)
        )
        return {
            **{switch: allowed[purpose] for purpose, switch in self.switches.items()},
            self.facts: facts,
        }


class _Setter:
    """Grants or revokes one purpose."""

    def __init__(self, pages: OpenPages, purpose: Purpose) -> None:
        self._pages = pages
        self._purpose = purpose
        self.__name__ = f"set_{purpose}"

    def __call__(self, is_granted: bool, request: gr.Request) -> None:
        set_consent(self._pages, self._purpose, is_granted, request)


@told
def set_consent(pages: OpenPages, purpose: Purpose, is_granted: bool, request: gr.Request) -> None:
    """Write down what the user allows."""
    consent = pages.of(request).companion.consent
    (consent.grant if is_granted else consent.revoke)(purpose)
