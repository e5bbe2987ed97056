"""Forgetting, in three steps: ask, see what would go, and the receipt of what went.

Knows nothing about what happens to the page around it.
"""

from collections import Counter

import gradio as gr
from gradio.blocks import Block

from assistant.records import Preview, Receipt
from ui.edge import told
from ui.events import QUICK, Updates
from ui.language import tr
from ui.open_pages import OpenPages
from ui.words import as_typed, quoted

_MOST_LISTED = 8
_SIMILAR = {"memory": "memory:", "message": "in a message:"}
_PLACES = {
    "message": "a message of yours",
    "reply": "a reply",
    "title": "the title of a chat",
    "trace": "the notes on a reply",
    "feedback": "what you said of a reply",
    "event": "the history of a memory",
    "note": "a note on a memory",
}


class ForgetForm:
    """Draws the steps; whoever lays it out does the forgetting."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the card."""
        self._pages = pages
        self.ask = gr.Button("Forget it…", size="sm", variant="stop", elem_id="forget")
        with gr.Column(visible=False, elem_id="forget-form") as self.form:
            self.preview = gr.Markdown(elem_id="forget-preview")
            self.similar = gr.CheckboxGroup(
                [], label="This says nearly the same. Forget it, too?", elem_id="forget-similar"
            )
            with gr.Row():
                self.do = gr.Button(
                    "Forget it for good",
                    size="sm",
                    variant="stop",
                    min_width=130,
                    elem_id="forget-do",
                )
                self.keep = gr.Button("Keep it", size="sm", min_width=80, elem_id="forget-keep")
        self.receipt = gr.Markdown(visible=False, elem_id="receipt")
        drawn = {"outputs": self.outputs(), **QUICK}
        self.ask.click(self._ask, None, **drawn)
        self.keep.click(self._keep, None, **drawn)

    def outputs(self) -> list[Block]:
        """What may change."""
        return [self.ask, self.form, self.preview, self.similar, self.receipt]

    def drawn_closed(self, *, can_forget: bool = True) -> Updates:
        """Before it is asked for."""
        return {
            self.ask: gr.update(visible=can_forget),
            self.form: gr.update(visible=False),
            self.preview: "",
            self.similar: gr.update(choices=[], value=[], visible=False),
            self.receipt: gr.update(value="", visible=False),
        }

    def drawn_receipt(self, receipt: Receipt) -> Updates:
        """After it was done."""
        return {
            self.ask: gr.update(visible=False),
            self.form: gr.update(visible=False),
            self.receipt: gr.update(value=receipt_text(receipt), visible=True),
        }

    @told
    def _ask(self, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        preview = page.companion.memories.preview_forget(page.item.id if page.item else "")
        choices = [
            (f"{tr(_SIMILAR[each.kind])} {quoted(each.text, 160)}", each.id)
            for each in preview.similar
        ]
        return {
            self.ask: gr.update(visible=False),
            self.form: gr.update(visible=True),
            self.preview: preview_text(preview),
            self.similar: gr.update(choices=choices, value=[], visible=bool(choices)),
        }

    @told
    def _keep(self, request: gr.Request) -> Updates:
        self._pages.of(request)
        return self.drawn_closed()


def preview_text(preview: Preview) -> str:
    """What would go, in Markdown."""
    lines = [
        f"- {tr('the memory')} {as_typed(quoted(each.text, 160))}" for each in preview.memories
    ]
    found = Counter((tr(_PLACES[each.place]), each.text) for each in preview.mentions)
    lines += [
        f"- {tr('in')} {place}{_times(count)}: {as_typed(quoted(text, 160))}"
        for (place, text), count in found.items()
    ]
    if len(lines) > _MOST_LISTED:
        lines = [
            *lines[:_MOST_LISTED],
            f"- {tr('and {count} more places', count=len(lines) - _MOST_LISTED)}",
        ]
    hosts = [
        tr("The model at {host} may have been sent it.", host=as_typed(each))
        for each in preview.hosts
    ]
    return "\n".join(
        [f"**{tr('This goes for good, and cannot be undone:')}**", "", *lines, "", *hosts]
    )


def _times(count: int) -> str:
    return f", {tr('{count} times', count=count)}" if count > 1 else ""


def receipt_text(receipt: Receipt) -> str:
    """What went, and what no program can reach, in Markdown."""
    counts = ", ".join(_counted(count, what) for what, count in receipt.removed.items())
    lines = [f"- {as_typed(tr(each))}" for each in receipt.out_of_reach]
    return "\n".join(
        [
            f"**{tr(receipt.action.capitalize())}** {tr('on')} {receipt.time:%d %b %Y, %H:%M} UTC: "
            f"{as_typed(counts)}.",
            "",
            tr("What cannot be reached from here:"),
            "",
            *lines,
        ]
    )


def _counted(count: int, what: str) -> str:
    one = "memory" if what == "memories" else what.removesuffix("s")
    return f"{count} {tr(one if count == 1 else what)}"
