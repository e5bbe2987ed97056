"""The map of memories: what is alike in meaning lies close together."""

import gradio as gr
from gradio.blocks import Block

from ui.events import Updates
from ui.language import tr
from ui.marks import KINDS, link
from ui.open_pages import OpenPage
from ui.pictures import picture
from ui.words import shortened

MOST_SHOWN = 500
_HINT = "Point at a dot to read it, choose it to open it."
_EMPTY = "There is nothing to draw yet."


class MemoryMap:
    """Draws the map."""

    def __init__(self) -> None:
        """Must be made within the tab."""
        self.title = gr.Markdown(elem_id="map-title")
        self.map = picture("map", elem_id="map")

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return [self.title, self.map]

    def drawn(self, page: OpenPage) -> Updates:
        """The memories in use, as far as they can be told apart on a page."""
        points = page.companion.memories.map(limit=MOST_SHOWN)
        if not points:
            return {self.title: tr(_EMPTY), self.map: None}
        part = (
            tr("the {count} newest and pinned ones", count=MOST_SHOWN)
            if len(points) == MOST_SHOWN
            else tr("all in use")
        )
        shown = [
            {
                "href": link("memory", each.memory.id),
                "text": shortened(each.memory.text, 120),
                "kind": each.memory.kind,
                "marks": f"{tr(KINDS[each.memory.kind].lower())} · {tr(each.topic)}",
                "x": round(each.x, 4),
                "y": round(each.y, 4),
            }
            for each in points
        ]
        names = {each: tr(name) for each, name in KINDS.items()}
        return {
            self.title: tr(
                "Memories that are alike in meaning lie close together ({part}).", part=part
            ),
            self.map: {
                "points": shown,
                "kinds": names,
                "hint": tr(_HINT),
            },
        }
