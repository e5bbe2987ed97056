"""All memories, a page at a time: search, filters, order, and adding one by hand.

Only what is visible is read and sent. Knows nothing about what the card does with a memory.
"""

from collections.abc import Mapping
from typing import TypeVar

import gradio as gr
from gradio.blocks import Block

from assistant.records import MemoryPage
from ui.edge import told
from ui.events import QUICK, Updates
from ui.language import tr
from ui.marks import KINDS, ORDERS, ORIGINS, STATES, STRENGTHS, row_of
from ui.open_pages import OpenPage, OpenPages
from ui.pictures import picture

PER_PAGE = 20
_NONE = "Nothing yet. What you add here is used in your chats."
_NOT_FOUND = "Nothing found."
_Value = TypeVar("_Value", bound=str)


class MemoryList:
    """Draws the list and wires it."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the tab."""
        self._pages = pages
        self._make_form()
        with gr.Row(elem_id="filters"):
            self.search = gr.Textbox(
                label="Search",
                placeholder="Type and press Enter",
                scale=2,
                min_width=220,
                elem_id="search",
            )
            self.kind = _choice("What it is", KINDS, "by-kind")
            self.status = _choice("State", STATES, "by-state")
            self.origin = _choice("Where from", ORIGINS, "by-origin")
            self.order = gr.Dropdown(
                _swapped(ORDERS),
                value="newest",
                label="Order",
                filterable=False,
                min_width=130,
                elem_id="order",
            )
        self.count = gr.Markdown(_NONE, elem_id="count")
        self.rows = picture("rows", elem_id="memories")
        with gr.Row(elem_id="turn"):
            self.back = gr.Button("Previous", size="sm", min_width=90, elem_id="back")
            self.on = gr.Button("Next", size="sm", min_width=90, elem_id="on")
        self._wire()

    def filters(self) -> list[Block]:
        """What the list depends on."""
        return [self.search, self.kind, self.status, self.origin, self.order]

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return [self.count, self.rows, self.back, self.on]

    def drawn(self, page: OpenPage, *filters: str) -> Updates:
        """The page of the list that is turned to."""
        found = _found(page, page.offset, *filters)
        if not found.memories and page.offset:
            page.offset = 0
            found = _found(page, 0, *filters)
        return {
            self.count: _count(found, page.offset, is_searched=any(filters[:4])),
            self.rows: [row_of(each) for each in found.memories],
            self.back: gr.update(visible=page.offset > 0),
            self.on: gr.update(visible=page.offset + PER_PAGE < found.total),
        }

    def _make_form(self) -> None:
        with (
            gr.Accordion("Add something about you", open=False, elem_id="add"),
            gr.Row(),
        ):
            self.text = gr.Textbox(
                label="What should be known?",
                placeholder="I'm vegetarian",
                scale=2,
                min_width=220,
                elem_id="new-memory",
            )
            self.new_kind = gr.Dropdown(
                _swapped(KINDS), value="fact", label="What it is", min_width=180, elem_id="kind"
            )
            self.strength = gr.Dropdown(
                [("Automatic", ""), *_swapped(STRENGTHS)],
                value="",
                label="How strict",
                min_width=150,
                elem_id="strength",
            )
            self.add = gr.Button("Add", variant="primary", scale=0, min_width=90, elem_id="add-it")

    def _wire(self) -> None:
        drawn = {"outputs": self.outputs(), **QUICK}
        self.search.submit(self._first, self.filters(), **drawn)
        for choice in (self.kind, self.status, self.origin, self.order):
            choice.input(self._first, self.filters(), **drawn)
        self.back.click(self._back, self.filters(), **drawn)
        self.on.click(self._on, self.filters(), **drawn)
        added = {"outputs": [self.text, self.search, *self.outputs()], **QUICK}
        new = [self.text, self.new_kind, self.strength]
        self.add.click(self._add, new, **added)
        self.text.submit(self._add, new, **added)

    @told
    def _first(
        self, text: str, kind: str, status: str, origin: str, order: str, request: gr.Request
    ) -> Updates:
        return self._turned(self._pages.of(request), 0, text, kind, status, origin, order)

    @told
    def _back(
        self, text: str, kind: str, status: str, origin: str, order: str, request: gr.Request
    ) -> Updates:
        page = self._pages.of(request)
        offset = max(page.offset - PER_PAGE, 0)
        return self._turned(page, offset, text, kind, status, origin, order)

    @told
    def _on(
        self, text: str, kind: str, status: str, origin: str, order: str, request: gr.Request
    ) -> Updates:
        page = self._pages.of(request)
        return self._turned(page, page.offset + PER_PAGE, text, kind, status, origin, order)

    def _turned(self, page: OpenPage, offset: int, *filters: str) -> Updates:
        page.offset = offset
        return self.drawn(page, *filters)

    @told
    def _add(self, text: str, kind: str, strength: str, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        page.companion.memories.add(
            text,
            kind=next(each for each in KINDS if each == kind),
            strength=next((each for each in STRENGTHS if each == strength), None),
        )
        return {self.text: "", self.search: "", **self._turned(page, 0, "", "", "", "", "newest")}


def _found(page: OpenPage, offset: int, *filters: str) -> MemoryPage:
    text, kind, status, origin, order = filters
    return page.companion.memories.page(
        text=text,
        kind=next((each for each in KINDS if each == kind), None),
        status=next((each for each in STATES if each == status), None),
        origin=next((each for each in ORIGINS if each == origin), None),
        order=next((each for each in ORDERS if each == order), "newest"),
        offset=offset,
        limit=PER_PAGE,
    )


def _count(found: MemoryPage, offset: int, *, is_searched: bool) -> str:
    if not found.total:
        return tr(_NOT_FOUND if is_searched else _NONE)
    if found.total == 1:
        return tr("1 memory. Choose it to see more or to change it.")
    if found.total <= PER_PAGE:
        return tr("{total} memories. Choose one to see more or to change it.", total=found.total)
    return tr(
        "{first} to {last} of {total} memories. Choose one to see more or to change it.",
        first=offset + 1,
        last=offset + len(found.memories),
        total=f"{found.total:,}",
    )


def _choice(label: str, names: Mapping[_Value, str], elem_id: str) -> gr.Dropdown:
    return gr.Dropdown(
        [("All", ""), *_swapped(names)],
        value="",
        label=label,
        filterable=False,
        min_width=130,
        elem_id=elem_id,
    )


def _swapped(names: Mapping[_Value, str]) -> list[tuple[str, str]]:
    return [(name, str(value)) for value, name in names.items()]
