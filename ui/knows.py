"""The page "What I know about you": the profile, all memories, what waits for a word, and the map.

Each part is drawn when it is looked at, and again when the card has changed something.
"""

from collections.abc import Callable

import gradio as gr
from gradio.blocks import Block

from ui.edge import told
from ui.events import QUICK, Updates
from ui.glance import Glance
from ui.map import MemoryMap
from ui.memories import MemoryList
from ui.open_pages import OpenPage, OpenPages
from ui.review import Review


class KnowsTab:
    """Draws the page and wires it."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the tab."""
        self._pages = pages
        with gr.Tabs(elem_id="knows"):
            with gr.Tab("At a glance", elem_id="glance-tab") as glance_tab:
                self.glance = Glance()
            with gr.Tab("All memories", elem_id="list-tab") as list_tab:
                self.memories = MemoryList(pages)
            with gr.Tab("To review", elem_id="review-tab") as review_tab:
                self.review = Review(pages)
            with gr.Tab("Map", elem_id="map-tab") as map_tab:
                self.map = MemoryMap()
        self._views: dict[str, Callable[..., Updates]] = {
            "glance": lambda page, *_: self.glance.drawn(page),
            "list": self.memories.drawn,
            "review": lambda page, *_: self.review.drawn(page),
            "map": lambda page, *_: self.map.drawn(page),
        }
        tabs = {"glance": glance_tab, "list": list_tab, "review": review_tab, "map": map_tab}
        for view, tab in tabs.items():
            tab.select(_Turner(self, view), self.inputs(), self.outputs(), **QUICK)

    def inputs(self) -> list[Block]:
        """What the page depends on."""
        return self.memories.filters()

    def outputs(self) -> list[Block]:
        """What `redrawn` may change."""
        parts = (self.glance, self.memories, self.review, self.map)
        return [block for part in parts for block in part.outputs()]

    @told
    def shown(
        self, text: str, kind: str, status: str, origin: str, order: str, request: gr.Request
    ) -> Updates:
        """The page when one comes to it."""
        page = self._pages.of(request)
        page.view = page.view or "glance"
        return self._drawn(page, text, kind, status, origin, order)

    @told
    def redrawn(
        self, text: str, kind: str, status: str, origin: str, order: str, request: gr.Request
    ) -> Updates:
        """The part that was looked at last, as it is now."""
        return self._drawn(self._pages.of(request), text, kind, status, origin, order)

    def turned(self, view: str, request: gr.Request, *filters: str) -> Updates:
        """Another part of the page."""
        page = self._pages.of(request)
        page.view = view
        return self._drawn(page, *filters)

    def _drawn(self, page: OpenPage, *filters: str) -> Updates:
        draw = self._views.get(page.view)
        return draw(page, *filters) if draw else {self.memories.count: gr.skip()}


class _Turner:
    """Turns to one part of the page."""

    def __init__(self, tab: KnowsTab, view: str) -> None:
        self._tab = tab
        self._view = view
        self.__name__ = f"turn_to_{view}"

    def __call__(
        self, text: str, kind: str, status: str, origin: str, order: str, request: gr.Request
    ) -> Updates:
        return _turn(self._tab, self._view, request, text, kind, status, origin, order)


@told
def _turn(tab: KnowsTab, view: str, request: gr.Request, *filters: str) -> Updates:
    return tab.turned(view, request, *filters)
