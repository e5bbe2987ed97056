"""What was made, as the create tab shows it: one version, or two beside each other.

Copying and downloading happen in the browser, from the very text; nothing is written for them.
"""

from collections.abc import Sequence
from pathlib import Path

import gradio as gr
from gradio.blocks import Block

from assistant.types import Created, Creation
from ui.desk import Desk
from ui.events import Updates
from ui.language import tr
from ui.versions import (
    how_it_ended,
    shown_text,
    trace_of,
    used_by,
    used_then,
    version_name,
)

_SCRIPTS = Path(__file__).with_name("made.js")


class Pane:
    """One version: its words, and under them what it used."""

    def __init__(self, name: str, *, visible: bool) -> None:
        """Must be made within a row."""
        with gr.Column(visible=visible, min_width=280, elem_id=name) as self.column:
            self.title = gr.Markdown(elem_id=f"{name}-title")
            self.text = gr.Markdown(
                elem_id=f"{name}-text", sanitize_html=True, latex_delimiters=[], line_breaks=True
            )
            with gr.Accordion("", open=False, visible=False, elem_id=f"{name}-used") as self.used:
                self.details = gr.Markdown(elem_id=f"{name}-details")

    def outputs(self) -> list[Block]:
        """What changes."""
        return [self.column, self.title, self.text, self.used, self.details]

    def drawn(self, title: str, text: str, used: tuple[str, str] | None) -> Updates:
        """A version, with what it used, where that is to be told."""
        line, details = used or ("", "")
        return {
            self.column: gr.update(visible=True),
            self.title: title,
            self.text: text,
            self.used: gr.update(label=line, visible=used is not None),
            self.details: details,
        }


class Made:
    """Draws what was made; the tab wires it."""

    def __init__(self) -> None:
        """Must be made within the tab."""
        with gr.Column(visible=False, elem_id="made") as self.whole:
            self.versions = gr.Radio([], label="Versions", elem_id="versions", container=False)
            with gr.Row(elem_id="panes"):
                self.shown = Pane("shown", visible=True)
                self.beside = Pane("beside", visible=False)
            with gr.Column(visible=False, elem_id="further") as self.further:
                with gr.Row(elem_id="actions"):
                    self.copy = gr.Button("Copy", size="sm", min_width=80, elem_id="copy")
                    self.download = gr.Button(
                        "Download", size="sm", min_width=100, elem_id="download"
                    )
                    self.vary = gr.Button(
                        "Another version", size="sm", min_width=130, elem_id="vary"
                    )
                    self.neutral = gr.Button(
                        "Compare with neutral", size="sm", min_width=170, elem_id="twin"
                    )
                    self.alone = gr.Button(
                        "Show one only", size="sm", min_width=120, visible=False, elem_id="alone"
                    )
                self.revise = gr.Textbox(
                    label="Change it",
                    placeholder="Make it shorter, and mention the weather",
                    submit_btn=True,
                    max_lines=4,
                    elem_id="revise",
                )
                with gr.Row(elem_id="ending"):
                    self.begin = gr.Button(
                        "Begin another text", size="sm", scale=0, min_width=150, elem_id="begin"
                    )
                with gr.Accordion("Delete this text", open=False, elem_id="remove") as self.remove:
                    self.sure = gr.Checkbox(
                        label="Yes, delete it for good, with all versions", elem_id="sure-text"
                    )
                    self.delete = gr.Button(
                        "Delete", size="sm", variant="stop", elem_id="delete-text"
                    )
        self.raw = gr.Textbox(visible="hidden", show_label=False, elem_id="raw")
        self.file_name = gr.Textbox(visible="hidden", show_label=False, elem_id="file-name")
        _, copy, download, self.look_at = _SCRIPTS.read_text("utf-8").split("// ---\n")
        self.copy.click(None, [self.raw], None, js=copy)
        self.download.click(None, [self.raw, self.file_name], None, js=download)

    def outputs(self) -> list[Block]:
        """What changes."""
        return [
            *(self.whole, self.versions, *self.shown.outputs(), *self.beside.outputs()),
            *(self.further, self.neutral, self.alone, self.revise, self.remove, self.sure),
            *(self.raw, self.file_name),
        ]

    def drawn(self, desk: Desk, versions: Sequence[Creation]) -> Updates:
        """The versions that the desk shows, as they are kept."""
        by_id = {each.id: each for each in versions}
        names = {each.id: version_name(each, at) for at, each in enumerate(versions, 1)}
        shown, beside = by_id.get(desk.shown or ""), by_id.get(desk.beside or "")
        if shown is None:
            return {self.whole: gr.update(visible=False), self.raw: "", self.file_name: ""}
        return {
            self.whole: gr.update(visible=True),
            self.versions: gr.update(
                choices=[(name, each) for each, name in names.items()],
                value=shown.id,
                visible=len(names) > 1,
            ),
            **self._pane(self.shown, desk, shown, names if beside else {}),
            **(
                self._pane(self.beside, desk, beside, names)
                if beside
                else {self.beside.column: gr.update(visible=False)}
            ),
            self.further: gr.update(visible=True),
            self.neutral: tr(
                "Compare with one for me" if shown.is_neutral else "Compare with neutral"
            ),
            self.alone: gr.update(visible=beside is not None),
            self.revise: "",
            self.remove: gr.update(open=False),
            self.sure: False,
            self.raw: shown.text,
            self.file_name: f"{shown.kind}.md",
        }

    def _pane(self, pane: Pane, desk: Desk, version: Creation, names: dict[str, str]) -> Updates:
        title = f"#### {tr('Neutral' if version.is_neutral else 'For you')}" if names else ""
        trace = trace_of(desk.companion, version)
        text = shown_text(version.text, ended=how_it_ended(version, trace))
        return pane.drawn(title, text, used_then(desk.companion, version, trace))

    def while_written(self, text: str, *, is_beside: bool) -> Updates:
        """The place where a text is about to stand."""
        pane = self.beside if is_beside else self.shown
        others = {} if is_beside else {self.beside.column: gr.update(visible=False)}
        return {
            self.whole: gr.update(visible=True),
            self.further: gr.update(visible=False),
            **pane.drawn("", shown_text(text), None),
            **others,
        }

    def text_so_far(self, text: str, *, is_beside: bool) -> Updates:
        """What has been written until now."""
        return {(self.beside if is_beside else self.shown).text: shown_text(text)}

    def used_now(self, made: Created, *, is_beside: bool) -> Updates:
        """What a text that was just written used, with the reasons."""
        pane = self.beside if is_beside else self.shown
        line, details = used_by(made)
        return {pane.used: gr.update(label=line, visible=True), pane.details: details}
