"""The memories tab: everything that is known, to be searched, changed and hidden.

Knows nothing about how memories are stored or found.
"""

from typing import Literal

import gradio as gr
from gradio.blocks import Block

from ui.edge import told
from ui.events import QUICK, Updates
from ui.open_pages import OpenPage, OpenPages
from ui.words import shortened

Kind = Literal["fact", "preference", "constraint", "goal", "style"]
Strength = Literal["soft", "hard"]

KINDS: list[tuple[str, Kind]] = [
    ("Fact", "fact"),
    ("Preference", "preference"),
    ("Must be respected", "constraint"),
    ("Goal", "goal"),
    ("Style of replies", "style"),
]
STRENGTHS: list[tuple[str, Strength]] = [("A wish", "soft"), ("Without exception", "hard")]
MOST_FOUND = 20
MOST_SHOWN = 200
_NONE = "Nothing yet. What you add here is used in your chats."
_KIND_WORDS: dict[Kind, str] = {
    "fact": "fact",
    "preference": "preference",
    "constraint": "must be respected",
    "goal": "goal",
    "style": "style of replies",
}


class MemoriesTab:
    """Draws the tab and wires it."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the tab."""
        self._pages = pages
        with gr.Row(elem_id="add"):
            self.text = gr.Textbox(
                label="Add something about you",
                placeholder="I'm vegetarian",
                scale=1,
                min_width=210,
                elem_id="new-memory",
            )
            self.kind = gr.Dropdown(
                KINDS, value="fact", label="What it is", scale=1, min_width=215, elem_id="kind"
            )
            self.strength = gr.Dropdown(
                [("Automatic", ""), *STRENGTHS],
                value="",
                label="How strict",
                scale=1,
                min_width=200,
                elem_id="strength",
            )
            self.add = gr.Button("Add", variant="primary", scale=0, min_width=90, elem_id="add-it")
        self.search = gr.Textbox(
            label="Search",
            placeholder="Type and press Enter; empty shows all",
            elem_id="search",
        )
        self.count = gr.Markdown(_NONE, elem_id="count")
        self.list = gr.Radio([], show_label=False, container=False, elem_id="memories")
        with gr.Column(visible=False, elem_id="chosen") as chosen:
            self.edited = gr.Textbox(
                label="The chosen memory", lines=1, max_lines=6, elem_id="edited"
            )
            with gr.Row():
                self.save = gr.Button("Save", size="sm", min_width=110, elem_id="save")
                self.pin = gr.Button("Pin", size="sm", min_width=60, elem_id="pin")
                self.hide = gr.Button("Hide", size="sm", min_width=60, elem_id="hide")
        self.chosen = chosen
        self._wire()

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return [self.list, self.count, self.chosen, self.edited, self.pin, self.hide]

    @told
    def drawn_for(self, search: str, request: gr.Request) -> Updates:
        """The tab as it is now."""
        return self._drawn(self._pages.of(request), search)

    def _drawn(self, page: OpenPage, search: str) -> Updates:
        known = {each.id: each for each in page.companion.memories.list()}
        wanted = list(known)
        if search.strip():
            found = page.companion.memories.search(search, limit=MOST_FOUND)
            wanted = [item.id for item in found if item.id in known]
        choices = [
            (
                _label(
                    known[each].text,
                    [
                        _KIND_WORDS[known[each].kind],
                        "without exception" if known[each].strength == "hard" else "",
                        "" if known[each].status == "active" else str(known[each].status),
                        "pinned" if known[each].pinned else "",
                        f"{known[each].created:%d %b %Y}",
                    ],
                ),
                each,
            )
            for each in wanted[:MOST_SHOWN]
        ]
        chosen = known.get(page.memory or "") if page.memory in wanted else None
        return {
            self.list: gr.update(choices=choices, value=chosen and chosen.id),
            self.count: _count(len(known), len(wanted) if search.strip() else None),
            self.chosen: gr.update(visible=chosen is not None),
            self.edited: chosen.text if chosen else "",
            self.pin: "Unpin" if chosen and chosen.pinned else "Pin",
            self.hide: "Use it again" if chosen and chosen.status == "hidden" else "Hide",
        }

    def _wire(self) -> None:
        drawn = {"outputs": self.outputs(), **QUICK}
        added = {"outputs": [self.text, self.search, *self.outputs()], **QUICK}
        new = [self.text, self.kind, self.strength]
        self.add.click(self._add, new, **added)
        self.text.submit(self._add, new, **added)
        self.search.submit(self.drawn_for, [self.search], **drawn)
        self.list.input(self._choose, [self.list, self.search], preprocess=False, **drawn)
        self.save.click(self._edit, [self.edited, self.search], **drawn)
        self.pin.click(self._pin, [self.search], **drawn)
        self.hide.click(self._hide, [self.search], **drawn)

    @told
    def _add(self, text: str, kind: Kind, strength: Strength | str, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        given = next((value for _, value in STRENGTHS if value == strength), None)
        page.memory = page.companion.memories.add(text, kind=kind, strength=given).id
        return {self.text: "", self.search: "", **self._drawn(page, "")}

    @told
    def _choose(self, memory: str, search: str, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        page.memory = memory
        return self._drawn(page, search)

    @told
    def _edit(self, text: str, search: str, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        page.memory = page.companion.memories.edit(page.memory or "", text).id
        return self._drawn(page, search)

    @told
    def _pin(self, search: str, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        memories = page.companion.memories
        is_pinned = any(each.pinned for each in memories.list() if each.id == page.memory)
        (memories.unpin if is_pinned else memories.pin)(page.memory or "")
        return self._drawn(page, search)

    @told
    def _hide(self, search: str, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        memories = page.companion.memories
        is_hidden = any(
            each.status == "hidden" for each in memories.list() if each.id == page.memory
        )
        (memories.unhide if is_hidden else memories.hide)(page.memory or "")
        return self._drawn(page, search)


def _label(text: str, marks: list[str]) -> str:
    return f"{shortened(text, 400)}\n{' · '.join(mark for mark in marks if mark)}"


def _count(known: int, found: int | None) -> str:
    if found is not None:
        return f"The {found} nearest of what is in use, best first." if found else "Nothing found."
    if not known:
        return _NONE
    return (
        "1 memory. Choose it to change it."
        if known == 1
        else (f"{known} memories, pinned ones first, then the newest. Choose one to change it.")
    )
