"""The chat tab: one conversation, a reply as it is being written, and what it used.

Every read goes through the companion of the user that the request names. Knows nothing about how
a turn is taken.
"""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import anyio.to_thread
import gradio as gr
from gradio.blocks import Block

from ui.edge import sentence_for, told
from ui.events import QUICK, SPOKEN, Updates
from ui.language import tr
from ui.open_pages import MOST_MESSAGES, ChatLine, OpenPage, OpenPages
from ui.saying import (
    Saying,
    conversation_begun,
    conversation_ids,
    is_kept,
    last_said,
    last_said_now,
    newest,
)
from ui.sidebar import Sidebar
from ui.speech import Speech
from ui.starters import Starters
from ui.thumbs import OPTIONS, Thumbs, thumbs_of
from ui.transcript import LINES_A_MESSAGE, kept_lines, reply_line

SECONDS_BETWEEN_DRAWINGS = 0.07
WAITING = "Waiting for another reply to finish…"
TEMPORARY = (
    "**Temporary chat.** Nothing of it is kept: not the messages, not the replies. "
    "What Bespoke already knows about you is still used."
)
NOT_KEPT = "**Chats are not kept.** You chose that under Privacy; this one is gone when it ends."
CHANGING = (
    "You are changing what you said last. Sending it takes the place of that and of its reply."
)
CHANGE, DO_NOT_CHANGE = "Change my message", "Leave it as it was"
SPEAKING, SPOKEN_TO_THE_END = "A reply is being written.", "The reply is complete."
ENDED_EARLY, FAILED = "The reply was stopped.", "There is no reply. What went wrong stands above."
NOT_SURE = "Tick “Yes, delete it for good” first."
_PLACEHOLDER = "### What is on your mind?\nBespoke answers with what it remembers about you."


class ChatTab:
    """Draws the tab and wires it, and the sidebar with it."""

    def __init__(self, pages: OpenPages, sidebar: Sidebar) -> None:
        """Must be made within the tab."""
        self._pages = pages
        self._sidebar = sidebar
        self.notice = gr.Markdown(visible=False, elem_id="notice")
        self.earlier = gr.Button(
            "Show earlier messages", size="sm", visible=False, elem_id="earlier"
        )
        self.chatbot = gr.Chatbot(
            elem_id="chat",
            show_label=False,
            container=False,
            height="100%",
            scale=1,
            placeholder=_PLACEHOLDER,
            buttons=["copy"],
            feedback_options=OPTIONS,
            latex_delimiters=[],
            allow_tags=False,
            sanitize_html=True,
            allow_file_downloads=False,
        )
        self.thumbs = Thumbs(pages, self.chatbot)
        self.starters = Starters(pages)
        self.status = gr.Markdown(visible=False, elem_id="status")
        self.box = gr.Textbox(
            placeholder="Write a message",
            label="Your message",
            show_label=False,
            container=False,
            max_lines=8,
            autofocus=True,
            submit_btn=True,
            elem_id="message",
        )
        self.announced = gr.HTML("", elem_id="announced", padding=False)
        with gr.Row(elem_id="below"):
            self.again = gr.Button(
                "Try again", size="sm", scale=0, min_width=90, visible=False, elem_id="again"
            )
            self.change = gr.Button(
                CHANGE, size="sm", scale=0, min_width=150, visible=False, elem_id="change"
            )
            self.temporary = gr.Checkbox(
                label="Temporary chat", container=False, scale=0, min_width=150, elem_id="temporary"
            )
            self.model = gr.Markdown("Getting the model ready…", elem_id="model")
        self._wire()

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return [
            *(self.notice, self.earlier, self.chatbot, self.thumbs.word, self.status),
            *(self.box, self.announced, self.again, self.change),
            self.temporary,
            *self._sidebar.outputs(),
        ]

    def drawn(self, page: OpenPage) -> Updates:
        """The whole tab as it is when nothing is being spoken."""
        notice = tr(TEMPORARY if page.is_temporary else NOT_KEPT)
        has_last = page.last is not None
        return {
            self.notice: gr.update(value=notice, visible=page.is_temporary or not is_kept(page)),
            self.earlier: gr.update(visible=page.has_earlier),
            self.chatbot: gr.update(
                value=page.lines, feedback_value=thumbs_of(page.companion, page.lines)
            ),
            self.thumbs.word: gr.update(value="", visible=False),
            self.status: gr.update(value=tr(CHANGING), visible=page.is_changing),
            self.box: gr.update(submit_btn=True, stop_btn=False),
            self.announced: "",
            self.again: gr.update(visible=has_last and not page.is_changing),
            self.change: gr.update(
                value=tr(DO_NOT_CHANGE if page.is_changing else CHANGE), visible=has_last
            ),
            self.temporary: page.is_temporary,
            **self._sidebar.drawn(page),
        }

    def model_line(self, request: gr.Request) -> str:
        """Where messages go; waits until the model is there."""
        try:
            page = self._pages.of(request)
            host = self._pages.assistant.model_host()
            is_shared = page.companion.consent.all()
        except Exception as error:
            return sentence_for(error)
        if host is None:
            return tr("Replies are made on this machine. Nothing you write leaves it.")
        if any(allowed for purpose, allowed in is_shared.items() if purpose == "share_with_remote"):
            return tr(
                "What you write goes to **{host}**, with the memories that fit it.", host=host
            )
        return tr(
            "What you write goes to **{host}**. Your memories stay here (see Privacy).", host=host
        )

    def _wire(self) -> None:
        drawn = {"outputs": self.outputs(), **QUICK}
        spoken = [each for each in self.outputs() if each is not self.temporary]
        speaking: list[Any] = [
            self.box.submit(self._say, [self.box], spoken, **SPOKEN),
            self.again.click(self._say_again, None, spoken, **SPOKEN),
        ]
        self.change.click(self._change, None, **drawn)
        self.earlier.click(self._show_earlier, None, **drawn)
        self.box.stop(self._stop, None, None, **QUICK)
        bar = self._sidebar
        bar.new.click(self._begin, None, cancels=speaking, **drawn)
        self.temporary.input(self._begin_of_kind, [self.temporary], cancels=speaking, **drawn)
        # The id is checked by the vault; Gradio would check it against choices of another time.
        bar.conversations.input(
            self._open, [bar.conversations], preprocess=False, cancels=speaking, **drawn
        )
        bar.find.change(self._find, [bar.find], bar.outputs(), trigger_mode="always_last", **QUICK)
        bar.rename.click(self._rename, [bar.title], **drawn)
        bar.title.submit(self._rename, [bar.title], **drawn)
        bar.delete.click(self._delete, [bar.sure], cancels=speaking, **drawn)

    @told
    def _begin(self, request: gr.Request) -> Updates:
        return self.drawn(self._turn_to(request, None, is_temporary=False))

    @told
    def _begin_of_kind(self, is_temporary: bool, request: gr.Request) -> Updates:
        return self.drawn(self._turn_to(request, None, is_temporary=is_temporary))

    @told
    def _open(self, conversation: str, request: gr.Request) -> Updates:
        return self.opened(conversation, request)

    def opened(self, conversation: str, request: gr.Request) -> Updates:
        """The whole tab with another conversation.

        Raises:
            VaultError: this user has no such conversation.
        """
        return self.drawn(self._turn_to(request, conversation, is_temporary=False))

    @told
    def _find(self, text: str, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        page.looks_for = text.strip()
        return self._sidebar.drawn(page)

    @told
    def _rename(self, title: str, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        if page.conversation is not None and title.strip():
            page.companion.rename(page.conversation, title.strip())
        return self.drawn(page)

    @told
    def _delete(self, is_sure: bool, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        if page.conversation is None or not is_sure:
            raise gr.Error(tr(NOT_SURE), title=tr("Not deleted"), print_exception=False)
        page.stop()
        page.companion.delete(page.conversation)
        return self.drawn(self._turn_to(request, None, is_temporary=False))

    @told
    def _change(self, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        page.is_changing = page.last is not None and not page.is_changing
        words = page.last.text if page.last and page.is_changing else ""
        box = gr.update(value=words, submit_btn=True, stop_btn=False)
        return {**self.drawn(page), self.box: box}

    @told
    def _show_earlier(self, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        if page.conversation is not None:
            page.most_messages += MOST_MESSAGES
            _show_newest(page)
        return self.drawn(page)

    @told
    def _stop(self, request: gr.Request) -> None:
        self._pages.of(request).stop()

    def _turn_to(
        self, request: gr.Request, conversation: str | None, *, is_temporary: bool
    ) -> OpenPage:
        page = self._pages.of(request)
        companion = self._pages.assistant.user(page.user)
        last = last_said(companion, conversation)  # it is seen to be there before anything changes
        page.stop()
        page.speech = None
        page.companion = companion
        page.conversation = conversation
        page.is_temporary = is_temporary
        page.last, page.is_changing = last, False
        page.most_messages, page.has_earlier, page.lines = MOST_MESSAGES, False, []
        if conversation is not None:
            _show_newest(page)
        return page

    async def _say(self, text: str, request: gr.Request) -> AsyncIterator[Updates]:
        async for updates in self._spoken(text, request):
            yield updates

    async def _say_again(self, request: gr.Request) -> AsyncIterator[Updates]:
        async for updates in self._spoken(None, request):
            yield updates

    async def _spoken(self, text: str | None, request: gr.Request) -> AsyncIterator[Updates]:
        try:
            page = self._pages.of(request)
        except Exception as error:
            yield {self.status: gr.update(value=sentence_for(error), visible=True)}
            return
        saying = Saying(page, text, page.last if text is None or page.is_changing else None)
        if page.is_speaking or not saying.is_something:
            return
        known = await anyio.to_thread.run_sync(conversation_ids, page)
        speech = page.speech = Speech(saying.begin)
        before = saying.lines_before()
        yield self._drawn_while_speaking(before, clears=text is not None)
        speech.start()
        try:
            async for updates in self._heard(speech, before):
                yield updates
        finally:  # also when the page is closed, or another chat is opened
            speech.stop()
        if page.speech is speech:
            yield await anyio.to_thread.run_sync(partial(self._ended, saying, speech, known))

    def _drawn_while_speaking(self, before: list[ChatLine], *, clears: bool) -> Updates:
        emptied: dict[str, Any] = {"value": ""} if clears else {}
        return {
            self.chatbot: [*before, reply_line("")],
            self.status: gr.update(value="", visible=False),
            self.box: gr.update(submit_btn=False, stop_btn=True, **emptied),
            self.announced: tr(SPEAKING),
            self.again: gr.update(visible=False),
            self.change: gr.update(visible=False),
        }

    async def _heard(self, speech: Speech, before: list[ChatLine]) -> AsyncIterator[Updates]:
        shown = ("", False)
        while not speech.is_over:
            await asyncio.sleep(SECONDS_BETWEEN_DRAWINGS)
            if shown == (speech.text, speech.is_waiting):
                continue
            shown = (speech.text, speech.is_waiting)
            yield {
                self.chatbot: [*before, reply_line(speech.text)],
                self.status: gr.update(value=tr(WAITING), visible=speech.is_waiting),
            }

    def _ended(self, saying: Saying, speech: Speech, known: set[str]) -> Updates:
        page = saying.page
        if page.conversation is None and not page.is_temporary:
            page.conversation = conversation_begun(page, speech, known)
        lines, most = saying.lines_after(speech), page.most_messages * LINES_A_MESSAGE
        page.has_earlier = page.has_earlier or (page.conversation is not None and len(lines) > most)
        page.lines = newest(lines, most)
        page.last, page.is_changing = last_said_now(saying, speech), False
        updates = self.drawn(page)
        updates.pop(self.temporary)
        updates[self.announced] = _how_it_ended(speech)
        if speech.error is not None:
            updates[self.status] = gr.update(value=sentence_for(speech.error), visible=True)
            if page.conversation is None and saying.text:
                updates[self.box] = gr.update(value=saying.text, submit_btn=True, stop_btn=False)
        return updates


def _how_it_ended(speech: Speech) -> str:
    if speech.error is not None:
        return tr(FAILED)
    return tr(SPOKEN_TO_THE_END if speech.reply is not None else ENDED_EARLY)


def _show_newest(page: OpenPage) -> None:
    """Fill a page with the end of its conversation."""
    assert page.conversation is not None
    most, companion = page.most_messages, page.companion
    page.has_earlier = len(companion.messages(page.conversation, last=most + 1)) > most
    page.lines = kept_lines(companion, page.conversation, most=most)
