"""Erasing everything about a user, with a typed confirmation and a receipt."""

import gradio as gr
from gradio.blocks import Block

from ui.edge import told
from ui.events import QUICK, Updates
from ui.forget import receipt_text
from ui.language import tr
from ui.open_pages import OpenPages

_EXPLAINED = (
    "### Erase everything\n"
    "All chats, all memories and all settings of this profile go for good. Export them first if "
    "you may want them back."
)
_ACCOUNT_STAYS = " Your account stays; whoever runs this Bespoke can remove it."


class EraseForm:
    """Draws the form and wires it."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the tab."""
        self._pages = pages
        gr.Markdown(_EXPLAINED + (_ACCOUNT_STAYS if pages.has_accounts else ""))
        with gr.Row(elem_id="erase-row"):
            self.typed = gr.Textbox(
                label="Type the name of this profile to confirm",
                scale=2,
                min_width=220,
                elem_id="erase-name",
            )
            self.erase = gr.Button(
                "Erase everything", variant="stop", scale=0, min_width=170, elem_id="erase"
            )
        self.receipt = gr.Markdown(visible=False, elem_id="erased")
        self.done = self.erase.click(self._erase, [self.typed], self.outputs(), **QUICK)

    def outputs(self) -> list[Block]:
        """What may change."""
        return [self.typed, self.receipt]

    @told
    def _erase(self, typed: str, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        if typed.strip() != page.user:
            raise gr.Error(
                tr("The name is not the one of this profile, so nothing was erased."),
                title=tr("Not erased"),
                print_exception=False,
            )
        page.stop()
        receipt = page.companion.erase()
        self._pages.begin_anew(page.user)
        return {self.typed: "", self.receipt: gr.update(value=receipt_text(receipt), visible=True)}
