"""The first run: a few questions to somebody of whom nothing is known, and where things are kept.

It stands where the chat is still empty, asks for nothing that must be answered, and goes as soon
as one writes a message. Knows nothing about what becomes of the answers.
"""

import gradio as gr
from gradio.blocks import Block

from assistant.introduction import Introduction
from ui.edge import sentence_for, told
from ui.events import QUICK, Updates
from ui.language import tr
from ui.open_pages import OpenPage, OpenPages
from ui.words import as_typed

_WELCOME = (
    "## Welcome\n"
    "Bespoke gets to know you while you talk. If you like, begin with a few things here. "
    "Leave out whatever you want, or simply write a message below."
)
_KEPT = (
    "**What is kept, and where.** Your answers, your chats and what is learned from them are kept "
    "on this machine, in the folder `{folder}`. You can see, correct and forget each of them under "
    "“What I know about you”, and erase all of them under “Privacy”."
)
_HERE = "Replies are made on this machine, too. Nothing you write leaves it."
_ELSEWHERE = "Replies are made by a model at **{host}**: what you write is sent there."
_ANY = ("Either", "")


class FirstRun:
    """Draws the questions and wires them."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the chat tab, before the chat."""
        self._pages = pages
        with gr.Column(visible=False, elem_id="first-run") as self.panel:
            gr.Markdown(_WELCOME, elem_id="first-run-welcome")
            with gr.Row(elem_id="first-who"):
                self.name = gr.Textbox(
                    label="What shall Bespoke call you?",
                    max_length=60,
                    min_width=240,
                    elem_id="first-name",
                )
                self.interests = gr.Textbox(
                    label="What do you like to talk about, or need help with?",
                    placeholder="Cooking, my garden, Python",
                    max_length=600,
                    min_width=240,
                    elem_id="first-interests",
                )
            with gr.Row(elem_id="first-style"):
                self.length = gr.Radio(
                    [_ANY, ("Short", "short"), ("Detailed", "long")],
                    value="",
                    label="How long should replies be?",
                    min_width=240,
                    elem_id="first-length",
                )
                self.tone = gr.Radio(
                    [_ANY, ("Casual", "casual"), ("Formal", "formal")],
                    value="",
                    label="And how should they sound?",
                    min_width=240,
                    elem_id="first-tone",
                )
            self.never = gr.Textbox(
                label="Is there anything that must never be suggested?",
                info="Allergies, a diet, or whatever you never want. Replies are checked for it.",
                placeholder="Peanuts, alcohol",
                max_length=600,
                elem_id="first-never",
            )
            self.kept = gr.Markdown(elem_id="first-kept")
            with gr.Row(elem_id="first-end"):
                self.save = gr.Button(
                    "Save and begin",
                    variant="primary",
                    scale=0,
                    min_width=100,
                    elem_id="first-save",
                )
                self.skip = gr.Button(
                    "Skip all of it", scale=0, min_width=100, elem_id="first-skip"
                )
        answers = [self.name, self.interests, self.length, self.tone, self.never]
        self.ended = [
            self.save.click(self._save, answers, [self.panel], preprocess=False, **QUICK),
            self.skip.click(self._skip, None, [self.panel], **QUICK),
        ]

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return [self.panel, self.kept]

    def drawn(self, page: OpenPage) -> Updates:
        """The questions, where nothing is known of the user yet."""
        folder = self._pages.assistant.settings.home
        return {
            self.panel: gr.update(visible=not page.companion.interface.is_introduced()),
            self.kept: tr(_KEPT, folder=folder),
        }

    def with_host(self, request: gr.Request) -> Updates:
        """The same, and where messages go; waits until the model is there."""
        self._pages.of(request)
        try:
            host = self._pages.assistant.model_host()
        except Exception as error:
            goes_to = sentence_for(error)
        else:
            goes_to = tr(_HERE) if host is None else tr(_ELSEWHERE, host=as_typed(host))
        folder = self._pages.assistant.settings.home
        return {self.kept: f"{tr(_KEPT, folder=folder)}\n\n{goes_to}"}

    def hidden(self) -> Updates:
        """Nothing, because a chat has begun."""
        return {self.panel: gr.update(visible=False)}

    @told
    def _save(
        self,
        name: str,
        interests: str,
        length: str,
        tone: str,
        never: str,
        request: gr.Request,
    ) -> Updates:
        given = {"name": name, "interests": interests, "never": never}
        given |= {key: value for key, value in {"length": length, "tone": tone}.items() if value}
        introduction = Introduction.model_validate(given)
        kept = self._pages.of(request).companion.interface.introduce(
            introduction if introduction != Introduction() else None
        )
        if kept:
            gr.Info(tr("Noted. It stands under “What I know about you”."), title="Bespoke")
        return self.hidden()

    @told
    def _skip(self, request: gr.Request) -> Updates:
        self._pages.of(request).companion.interface.introduce()
        return self.hidden()
