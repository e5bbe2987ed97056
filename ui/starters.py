"""Starters: beginnings of a chat, as buttons in an empty one. Choosing one writes it into the box.

Knows nothing about how they are chosen.
"""

import gradio as gr
from gradio.blocks import Block

from ui.edge import told
from ui.events import QUICK, Updates
from ui.language import spoken, tr
from ui.open_pages import OpenPage, OpenPages
from ui.pictures import picture

MOST_SHOWN = 4


class Starters:
    """Draws the starters and wires them."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the chat tab."""
        self._pages = pages
        self.list = picture("starters", elem_id="starters")

    def wire(self, box: gr.Textbox) -> None:
        """Let a starter be written into the box."""
        self.list.select(self._chosen, None, [box], **QUICK)

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return [self.list]

    def drawn(self, page: OpenPage) -> Updates:
        """The starters as they are now."""
        starters = page.companion.interface.starters(limit=MOST_SHOWN, language=spoken())
        return {
            self.list: {
                "title": tr("Ways to begin"),
                "why": tr("Why these?"),
                "starters": [each.model_dump() for each in starters],
            }
        }

    @told
    def redrawn(self, request: gr.Request) -> Updates:
        """The starters once more, as for a new chat."""
        return self.drawn(self._pages.of(request))

    @told
    def _chosen(self, event: gr.EventData, request: gr.Request) -> str:
        page, given = self._pages.of(request), event._data or {}
        page.companion.interface.note_use(str(given.get("id", "")))
        return str(given.get("text", ""))
