"""The card of one memory: what it says, why it came, where it was said, and what to do about it.

It lies over whatever page it was opened from, by any link that `ui.marks.link` made. Forgetting is
in `ui.forget`.
"""

from collections.abc import Callable, Sequence

import gradio as gr
from gradio.blocks import Block

from assistant.records import Memory, Source, Status
from ui.edge import told
from ui.events import QUICK, Updates
from ui.forget import ForgetForm
from ui.language import tr
from ui.marks import marks_of
from ui.open_pages import Item, OpenPage, OpenPages
from ui.pictures import picture
from ui.words import as_typed, excerpt, quoted, shortened

GONE = "This is not there any more."
BY_HAND = "You wrote it down by hand."
_PROPOSED = (Status.SUGGESTED, Status.QUARANTINED)
_WHY_PROPOSED = {
    Status.SUGGESTED: "The model concluded this from what you wrote. It is not used until you say "
    "that it is right.",
    Status.QUARANTINED: "Held back, because these words look like an order to the assistant rather "
    "than something about you. It is not used until you say that it is right.",
}
_DONE = {
    "edited": "Corrected.",
    "set_aside": "This chat does without it from now on. Elsewhere it is used as before.",
}


class MemoryCard:
    """Draws the card and wires it."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made outside the tabs."""
        self._pages = pages
        self.door = picture("door", elem_id="door")
        with gr.Column(visible=False, elem_id="card") as self.card:
            self.close = gr.Button("Close", size="sm", elem_id="card-close")
            self.note = gr.Markdown(visible=False, elem_id="card-note")
            self.text = gr.Markdown(elem_id="card-text")
            self.why = gr.Markdown(visible=False, elem_id="card-why")
            with gr.Row(visible=False, elem_id="card-proposed") as self.proposed:
                self.accept = gr.Button(
                    "Yes, use it", size="sm", variant="primary", min_width=110, elem_id="accept"
                )
                self.refuse = gr.Button("No, remove it", size="sm", min_width=110, elem_id="refuse")
            with gr.Row(visible=False, elem_id="card-actions") as self.actions:
                self.aside = gr.Button(
                    "Not relevant here", size="sm", min_width=120, elem_id="aside"
                )
                self.hide = gr.Button("Don't use it", size="sm", min_width=110, elem_id="hide")
                self.pin = gr.Button("Pin", size="sm", min_width=80, elem_id="pin")
                self.undo = gr.Button("Undo", size="sm", min_width=80, elem_id="undo")
            with gr.Group(visible=False, elem_id="card-edit") as self.editing:
                self.edited = gr.Textbox(label="Correct it", lines=1, max_lines=6, elem_id="edited")
                self.save = gr.Button("Save the correction", size="sm", elem_id="save")
            self.forgetting = ForgetForm(pages)
            self.source = gr.Markdown(visible=False, elem_id="card-source")
            self.go = gr.Button("Open that chat", size="sm", visible=False, elem_id="card-go")
            with gr.Accordion("History", open=False, visible=False, elem_id="history") as self.past:
                self.history = gr.Markdown(elem_id="card-history")

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return [
            *(self.card, self.note, self.text, self.why, self.proposed, self.actions),
            *(self.aside, self.hide, self.pin, self.undo, self.editing, self.edited),
            *(self.source, self.go, self.past, self.history, *self.forgetting.outputs()),
        ]

    def wire(
        self, redrawn: Callable[..., Updates], inputs: list[Block], outputs: list[Block]
    ) -> None:
        """Wire the card; `redrawn` draws the page that it lies over after a change."""
        drawn = {"outputs": self.outputs(), **QUICK}
        self.door.select(self._open, None, **drawn)
        self.close.click(self.shut, None, **drawn)
        changes = [
            self.save.click(self._edit, [self.edited], **drawn),
            self.edited.submit(self._edit, [self.edited], **drawn),
            self.hide.click(self._hide, None, **drawn),
            self.pin.click(self._pin, None, **drawn),
            self.undo.click(self._undo, None, **drawn),
            self.accept.click(self._accept, None, **drawn),
            self.refuse.click(self._refuse, None, **drawn),
            self.forgetting.do.click(self._forget, [self.forgetting.similar], **drawn),
        ]
        self.aside.click(self._set_aside, None, **drawn)
        for change in changes:
            change.success(redrawn, inputs, outputs, **QUICK)

    def drawn(self, page: OpenPage, note: str = "") -> Updates:
        """The card of the page's item as it is now; closed where there is none."""
        item = page.item
        if item is None:
            return {self.card: gr.update(visible=False), **self.forgetting.drawn_closed()}
        known = page.companion.memories.named([item.id]).get(item.id)
        updates = self._of_memory(page, item, known) if known else self._of_message(page, item)
        return {
            self.card: gr.update(visible=True),
            self.note: gr.update(value=tr(note), visible=bool(note)),
            **self.forgetting.drawn_closed(can_forget=known is not None),
            **updates,
        }

    def _of_memory(self, page: OpenPage, item: Item, memory: Memory) -> Updates:
        is_proposed = memory.status in _PROPOSED
        is_old = memory.status is Status.SUPERSEDED
        is_hidden = memory.status is Status.HIDDEN
        why = tr(_WHY_PROPOSED.get(memory.status, "")) or _reason(page, item)
        sources = page.companion.memories.sources(memory.id)
        return {
            self.text: f"### {as_typed(shortened(memory.text, 1000))}\n\n{marks_of(memory)}",
            self.why: gr.update(value=why, visible=bool(why)),
            self.proposed: gr.update(visible=is_proposed),
            self.actions: gr.update(visible=not is_proposed),
            self.aside: gr.update(visible=item.is_kept_reply and memory.status is Status.ACTIVE),
            self.hide: gr.update(
                value=tr("Use it again" if is_hidden else "Don't use it"), visible=not is_old
            ),
            self.pin: gr.update(value=tr("Unpin" if memory.pinned else "Pin"), visible=not is_old),
            self.undo: gr.update(
                value=tr("Bring it back" if is_old else "Undo the change"),
                visible=is_old or memory.supersedes is not None,
            ),
            self.editing: gr.update(visible=not is_proposed and not is_old),
            self.edited: memory.text,
            self.source: gr.update(value=_said(sources), visible=True),
            self.go: gr.update(visible=bool(sources)),
            self.past: gr.update(visible=True, open=False),
            self.history: _history(page, memory),
        }

    def _of_message(self, page: OpenPage, item: Item) -> Updates:
        source = _message(page, item)
        why = _reason(page, item) if source else ""
        return {
            self.text: f"### {tr('Something said earlier' if source else GONE)}",
            self.why: gr.update(value=why, visible=bool(why)),
            self.proposed: gr.update(visible=False),
            self.actions: gr.update(visible=False),
            self.editing: gr.update(visible=False),
            self.source: gr.update(
                value=_said([source] if source else []), visible=source is not None
            ),
            self.go: gr.update(visible=source is not None),
            self.past: gr.update(visible=False),
        }

    def conversation(self, page: OpenPage) -> str:
        """Where the open item was said; "" where it was not said in a chat."""
        item = _open_item(page)
        message = _message(page, item)
        known = page.companion.memories.named([item.id]) if message is None else {}
        sources = page.companion.memories.sources(item.id) if known else [message]
        return next((each.conversation_id for each in sources if each), "")

    @told
    def _open(self, event: gr.EventData, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        given = {key: str(value) for key, value in (event._data or {}).items()}
        reply = given.get("reply", "")
        page.item = Item(given.get("kind", ""), given.get("id", ""), reply, _is_kept(page, reply))
        return self.drawn(page)

    @told
    def shut(self, request: gr.Request) -> Updates:
        """Close the card."""
        page = self._pages.of(request)
        page.item = None
        return self.drawn(page)

    @told
    def _edit(self, text: str, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        item = _open_item(page)
        page.item = item.turned_to(page.companion.memories.edit(item.id, text).id)
        return self.drawn(page, _DONE["edited"])

    @told
    def _hide(self, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        memory = page.companion.memories.get(_open_item(page).id)
        is_hidden = memory.status is Status.HIDDEN
        (page.companion.memories.unhide if is_hidden else page.companion.memories.hide)(memory.id)
        return self.drawn(page, "It is used again." if is_hidden else "It stays, but is not used.")

    @told
    def _pin(self, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        memory = page.companion.memories.get(_open_item(page).id)
        memories = page.companion.memories
        (memories.unpin if memory.pinned else memories.pin)(memory.id)
        return self.drawn(page)

    @told
    def _undo(self, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        item = _open_item(page)
        page.item = item.turned_to(page.companion.memories.undo(item.id).id)
        return self.drawn(page, "It is as it was before.")

    @told
    def _set_aside(self, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        item = _open_item(page)
        page.companion.not_relevant(item.reply, item.id)
        return self.drawn(page, _DONE["set_aside"])

    @told
    def _accept(self, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        page.companion.memories.accept(_open_item(page).id)
        return self.drawn(page, "It is used from now on.")

    @told
    def _refuse(self, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        page.companion.memories.refuse(_open_item(page).id)
        page.item = None
        gr.Info(tr("Removed. It will not be proposed again."))
        return self.drawn(page)

    @told
    def _forget(self, also: list[str], request: gr.Request) -> Updates:
        page = self._pages.of(request)
        receipt = page.companion.memories.forget(_open_item(page).id, also=also)
        return {**self.drawn(page), **self.forgetting.drawn_receipt(receipt)}


def _open_item(page: OpenPage) -> Item:
    if page.item is None:
        raise gr.Error(
            tr("Choose a memory first."), title=tr("Nothing is open"), print_exception=False
        )
    return page.item


def _is_kept(page: OpenPage, reply: str) -> bool:
    try:
        page.companion.trace(reply)
    except Exception as error:  # a temporary chat's reply, or one that was deleted
        if type(error).__name__ == "NotFound":
            return False
        raise
    return True


def _reason(page: OpenPage, item: Item) -> str:
    if not item.is_kept_reply:
        return ""
    reason = page.companion.reason(item.reply, item.id)
    return f"**{tr('Why it came:')}** {as_typed(reason)}" if reason else ""


def _message(page: OpenPage, item: Item) -> Source | None:
    try:
        return page.companion.source(item.id) if item.kind == "message" else None
    except Exception as error:
        if type(error).__name__ == "NotFound":
            return None
        raise


def _said(sources: Sequence[Source]) -> str:
    if not sources:
        return f"**{tr('Where it is from:')}** {tr(BY_HAND)}"
    if len(sources) == 1:
        return _place(sources[0])
    more = tr("Said {count} times; this was the first.", count=len(sources))
    return f"{_place(sources[0])}\n\n{more}"


def _place(source: Source) -> str:
    title = as_typed(quoted(source.title, 60))
    lines = [f"**{tr('Where it was said:')}** {title}, {source.time:%d %b %Y}"]
    if source.answered:
        lines.append(f"> *{tr('before:')}* {as_typed(quoted(source.answered, 160))}")
    before = as_typed(excerpt(source.before, 160, is_end=True))
    after = as_typed(excerpt(source.after, 160))
    words = as_typed(excerpt(source.words, 500)).strip()
    lines.append(f"> {before}**{words}**{after}".replace("\n", "\n> "))
    return "\n\n".join(lines)


def _history(page: OpenPage, memory: Memory) -> str:
    events = page.companion.memories.history(memory.id)[-30:]
    return "\n".join(
        f"- {event.time:%d %b %Y, %H:%M}: {tr(event.action)}, {as_typed(quoted(event.text, 120))}"
        for event in events
    )
