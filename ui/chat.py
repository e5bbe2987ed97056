"""The chat tab: one conversation, a reply as it is being written, and what it used.

Every read goes through the companion of the user that the request names. Knows nothing about how
a turn is taken.
"""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import anyio.to_thread
import gradio as gr
from gradio.blocks import Block

from ui.edge import sentence_for, told
from ui.events import QUICK, SPOKEN, Updates
from ui.language import tr
from ui.open_pages import ChatLine, OpenPage, OpenPages
from ui.sidebar import Sidebar
from ui.speech import Speech
from ui.starters import Starters
from ui.thumbs import OPTIONS, Thumbs, thumbs_of
from ui.transcript import (
    MOST_LINES,
    kept_lines,
    learned_by,
    minded_by,
    reply_line,
    used_by,
    user_line,
    why_line,
)

SECONDS_BETWEEN_DRAWINGS = 0.07
WAITING = "Waiting for another reply to finish…"
TEMPORARY = (
    "**Temporary chat.** Nothing of it is kept: not the messages, not the replies. "
    "What Bespoke already knows about you is still used."
)
NOT_KEPT = "**Chats are not kept.** You chose that under Privacy; this one is gone when it ends."
NOT_SURE = "Tick “Yes, delete it for good” first."
_PLACEHOLDER = "### What is on your mind?\nBespoke answers with what it remembers about you."


class ChatTab:
    """Draws the tab and wires it, and the sidebar with it."""

    def __init__(self, pages: OpenPages, sidebar: Sidebar) -> None:
        """Must be made within the tab."""
        self._pages = pages
        self._sidebar = sidebar
        self.notice = gr.Markdown(visible=False, elem_id="notice")
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
        with gr.Row(elem_id="below"):
            self.temporary = gr.Checkbox(
                label="Temporary chat", container=False, scale=0, min_width=150, elem_id="temporary"
            )
            self.model = gr.Markdown("Getting the model ready…", elem_id="model")
        self._wire()

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return [
            self.notice,
            self.chatbot,
            self.thumbs.word,
            self.status,
            self.box,
            self.temporary,
            *self._sidebar.outputs(),
        ]

    def drawn(self, page: OpenPage) -> Updates:
        """The whole tab as it is when nothing is being spoken."""
        is_kept = _keeps(page)
        notice = tr(TEMPORARY if page.is_temporary else NOT_KEPT)
        return {
            self.notice: gr.update(value=notice, visible=page.is_temporary or not is_kept),
            self.chatbot: gr.update(
                value=page.lines, feedback_value=thumbs_of(page.companion, page.lines)
            ),
            self.thumbs.word: gr.update(value="", visible=False),
            self.status: gr.update(value="", visible=False),
            self.box: gr.update(submit_btn=True, stop_btn=False),
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
        speaking = gr.on(
            [self.box.submit],
            self._speak,
            [self.box],
            [each for each in self.outputs() if each is not self.temporary],
            **SPOKEN,
        )
        self.box.stop(self._stop, None, None, **QUICK)
        bar = self._sidebar
        bar.new.click(self._begin, None, cancels=[speaking], **drawn)
        self.temporary.input(self._begin_of_kind, [self.temporary], cancels=[speaking], **drawn)
        # The id is checked by the vault; Gradio would check it against choices of another time.
        bar.conversations.input(
            self._open, [bar.conversations], preprocess=False, cancels=[speaking], **drawn
        )
        bar.rename.click(self._rename, [bar.title], **drawn)
        bar.title.submit(self._rename, [bar.title], **drawn)
        bar.delete.click(self._delete, [bar.sure], cancels=[speaking], **drawn)

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
    def _stop(self, request: gr.Request) -> None:
        self._pages.of(request).stop()

    def _turn_to(
        self, request: gr.Request, conversation: str | None, *, is_temporary: bool
    ) -> OpenPage:
        page = self._pages.of(request)
        companion = self._pages.assistant.user(page.user)
        lines = kept_lines(companion, conversation) if conversation else []
        page.stop()
        page.speech = None
        page.companion = companion
        page.conversation = conversation
        page.is_temporary = is_temporary
        page.lines = lines
        return page

    async def _speak(self, text: str, request: gr.Request) -> AsyncIterator[Updates]:
        try:
            page = self._pages.of(request)
        except Exception as error:
            yield {self.status: gr.update(value=sentence_for(error), visible=True)}
            return
        if page.is_speaking or not text.strip():
            return
        known = await anyio.to_thread.run_sync(_conversation_ids, page)
        speech = page.speech = _speech(page, text)
        before = [*page.lines, user_line(text)]
        yield {
            self.chatbot: [*before, reply_line("")],
            self.status: gr.update(value="", visible=False),
            self.box: gr.update(value="", submit_btn=False, stop_btn=True),
        }
        speech.start()
        try:
            async for updates in self._heard(speech, before):
                yield updates
        finally:  # also when the page is closed, or another chat is opened
            speech.stop()
        if page.speech is speech:
            yield await anyio.to_thread.run_sync(
                partial(self._ended, page, speech, before, text, known)
            )

    async def _heard(
        self, speech: Speech, before: list[dict[str, object]]
    ) -> AsyncIterator[Updates]:
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

    def _ended(
        self,
        page: OpenPage,
        speech: Speech,
        before: list[dict[str, object]],
        text: str,
        known: set[str],
    ) -> Updates:
        lines = list(before)
        if speech.text or speech.is_stopped:
            lines.append(_said(page, speech))
        if speech.reply is not None:
            lines.append(used_by(speech.reply))
            lines += [*minded_by(speech.reply), *learned_by(speech.reply)]
        if page.conversation is None and not page.is_temporary:
            page.conversation = _conversation_begun(page, speech, known)
        if speech.reply is not None and page.conversation is not None:
            lines.append(why_line(speech.reply.id))
        page.lines = lines[-MOST_LINES:]
        updates = self.drawn(page)
        updates.pop(self.temporary)
        if speech.error is not None:
            updates[self.status] = gr.update(value=sentence_for(speech.error), visible=True)
            if page.conversation is None:
                updates[self.box] = gr.update(value=text, submit_btn=True, stop_btn=False)
        return updates


def _said(page: OpenPage, speech: Speech) -> ChatLine:
    """What was said in the end; a temporary reply has no id to be known by later."""
    reply_id = speech.reply.id if speech.reply and not page.is_temporary else ""
    return reply_line(speech.text, is_stopped=speech.reply is None, reply_id=reply_id)


def _speech(page: OpenPage, text: str) -> Speech:
    return Speech(
        partial(
            page.companion.stream,
            text,
            conversation=page.conversation,
            remember=not page.is_temporary,
        )
    )


def _keeps(page: OpenPage) -> bool:
    return all(
        allowed
        for purpose, allowed in page.companion.consent.all().items()
        if purpose == "keep_conversations"
    )


def _conversation_ids(page: OpenPage) -> set[str]:
    return {each.id for each in page.companion.conversations()}


def _conversation_begun(page: OpenPage, speech: Speech, known: set[str]) -> str | None:
    """The conversation that a first message began, if it is kept.

    A stopped turn gives no reply that would name it; then it is the one that was not there before.
    """
    now = _conversation_ids(page)
    begun = {speech.reply.conversation_id} if speech.reply else now - known
    return begun.pop() if len(begun) == 1 and begun <= now else None
