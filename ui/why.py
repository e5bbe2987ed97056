"""The panel that says why a reply says what it says. A link under each reply opens it.

What it shows is looked up at once; how much the reply leans on each item is measured on request,
which takes a while and can be stopped. Knows nothing about how either is found out.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import anyio.to_thread
import gradio as gr
from gradio.blocks import Block

from assistant.explanation import Explanation
from ui.edge import sentence_for, told
from ui.events import QUICK, SPOKEN, Updates
from ui.measuring import Measuring
from ui.open_pages import OpenPage, OpenPages
from ui.reasons import feedback_of, given_to, learned_from, measured_how, numbers_of, prompt_of

_SCRIPT = Path(__file__).with_name("why.js")
_SECONDS_BETWEEN_LOOKS = 0.2


class WhyPanel:
    """Draws the panel and wires it."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made outside the tabs."""
        self._pages = pages
        self.door = gr.HTML(
            None,
            html_template="<div></div>",
            js_on_load=_SCRIPT.read_text("utf-8"),
            elem_id="why-door",
        )
        with gr.Column(visible=False, elem_id="why") as self.panel:
            self.close = gr.Button("Close", size="sm", elem_id="why-close")
            self.given = gr.Markdown(elem_id="why-given")
            self.measured = gr.Markdown(visible=False, elem_id="why-measured")
            with gr.Row(elem_id="why-measuring"):
                self.measure = gr.Button(
                    "Measure what the reply leans on", size="sm", min_width=210, elem_id="measure"
                )
                self.stop = gr.Button(
                    "Stop measuring",
                    size="sm",
                    min_width=140,
                    visible=False,
                    elem_id="stop-measuring",
                )
            self.learned = gr.Markdown(visible=False, elem_id="why-learned")
            self.feedback = gr.Markdown(visible=False, elem_id="why-feedback")
            with gr.Accordion("The prompt as it was sent", open=False, elem_id="why-sent"):
                self.prompt = gr.Textbox(
                    show_label=False,
                    container=False,
                    interactive=False,
                    lines=6,
                    max_lines=24,
                    elem_id="why-prompt",
                )
            with gr.Accordion("Tokens and times", open=False, elem_id="why-cost"):
                self.numbers = gr.Markdown(elem_id="why-numbers")
        self._wire()

    def outputs(self) -> list[Block]:
        """What changes."""
        return [
            *(self.panel, self.given, self.measured, self.measure, self.stop, self.learned),
            *(self.feedback, self.prompt, self.numbers),
        ]

    def _wire(self) -> None:
        drawn = {"outputs": self.outputs(), **QUICK}
        self.measure.click(self._measure, None, self.outputs(), **SPOKEN)
        self.door.select(self._open, None, **drawn)
        self.close.click(self.shut, None, **drawn)
        self.stop.click(self._stop, None, None, **QUICK)

    @told
    def _open(self, event: gr.EventData, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        page.stop_measuring()
        page.why = str((event._data or {}).get("reply", ""))
        return self._drawn(page)

    @told
    def shut(self, request: gr.Request) -> Updates:
        """Close the panel, and stop what is being measured."""
        page = self._pages.of(request)
        page.stop_measuring()
        page.why = ""
        return {self.panel: gr.update(visible=False)}

    @told
    def _stop(self, request: gr.Request) -> None:
        measuring = self._pages.of(request).measuring
        if measuring is not None:
            measuring.stopped.set()

    async def _measure(self, request: gr.Request) -> AsyncIterator[Updates]:
        try:
            page = self._pages.of(request)
        except Exception as error:
            yield {self.measured: gr.update(value=sentence_for(error), visible=True)}
            return
        measuring = page.measuring = Measuring(page.companion, page.why)
        running = asyncio.ensure_future(anyio.to_thread.run_sync(measuring.run))
        try:
            while not running.done():
                yield {
                    self.measured: gr.update(value=measuring.line(), visible=True),
                    self.measure: gr.update(visible=False),
                    self.stop: gr.update(visible=True),
                }
                await asyncio.wait([running], timeout=_SECONDS_BETWEEN_LOOKS)
            if page.measuring is measuring:
                yield self._measured(running)
        finally:  # also when the panel or the page is closed
            measuring.stopped.set()

    def _measured(self, running: "asyncio.Future[Explanation | None]") -> Updates:
        buttons: Updates = {
            self.measure: gr.update(visible=True),
            self.stop: gr.update(visible=False),
        }
        if (error := running.exception()) is not None:
            sentence = sentence_for(error if isinstance(error, Exception) else RuntimeError())
            return {self.measured: gr.update(value=sentence, visible=True), **buttons}
        explanation = running.result()
        if explanation is None:  # it was stopped
            return {self.measured: gr.update(value="", visible=False), **buttons}
        return {
            self.given: given_to(explanation),
            self.measured: gr.update(value=measured_how(explanation), visible=True),
            **buttons,
            self.measure: gr.update(visible=False),
        }

    def _drawn(self, page: OpenPage) -> Updates:
        explanation = page.companion.explain(page.why, measure=False)
        learned, feedback = learned_from(explanation), feedback_of(explanation)
        return {
            self.panel: gr.update(visible=True),
            self.given: given_to(explanation),
            self.measured: gr.update(value="", visible=False),
            self.measure: gr.update(visible=bool(explanation.offered)),
            self.stop: gr.update(visible=False),
            self.learned: gr.update(value=learned, visible=bool(learned)),
            self.feedback: gr.update(value=feedback, visible=bool(feedback)),
            self.prompt: prompt_of(explanation),
            self.numbers: numbers_of(explanation),
        }
