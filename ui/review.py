"""What waits for the user's word: suggestions of the model, and what the firewall held back.

Knows nothing about what makes them.
"""

import gradio as gr
from gradio.blocks import Block

from assistant.records import Status
from ui.edge import told
from ui.events import QUICK, Updates
from ui.language import tr
from ui.marks import row_of
from ui.open_pages import OpenPage, OpenPages
from ui.pictures import picture

MOST_SHOWN = 50
_TITLES = {
    Status.SUGGESTED: (
        "Suggested",
        "What the model concluded from your messages. None of it is used before you accept it.",
    ),
    Status.QUARANTINED: (
        "Held back",
        "Words that look like an order to the assistant. None of it is used before you accept it.",
    ),
}


class Review:
    """Draws the lists and wires the button that asks for suggestions."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the tab."""
        self._pages = pages
        self.titles: dict[Status, gr.Markdown] = {}
        self.rows: dict[Status, gr.HTML] = {}
        for status in _TITLES:
            self.titles[status] = gr.Markdown(elem_id=f"{status}-title")
            self.rows[status] = picture("rows", elem_id=str(status))
        self.ask = gr.Button("Look for suggestions now", size="sm", elem_id="suggest")
        self.ask.click(self._ask, None, self.outputs(), **QUICK)

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return [*self.titles.values(), *self.rows.values()]

    def drawn(self, page: OpenPage) -> Updates:
        """What waits now."""
        updates: Updates = {}
        for status, (title, meaning) in _TITLES.items():
            found = page.companion.memories.page(status=status, limit=MOST_SHOWN)
            none = "" if found.total else f"\n\n*{tr('Nothing waits here.')}*"
            updates[self.titles[status]] = f"### {tr(title)} ({found.total})\n{tr(meaning)}{none}"
            updates[self.rows[status]] = [row_of(each) for each in found.memories]
        return updates

    @told
    def _ask(self, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        found = page.companion.suggest()
        gr.Info(
            tr("{count} new suggestions.", count=len(found))
            if found
            else tr("Nothing new was found.")
        )
        return self.drawn(page)
