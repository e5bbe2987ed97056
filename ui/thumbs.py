"""Thumbs up and down under replies, with a word on why. Knows nothing about what they change."""

import gradio as gr

from assistant import Companion
from ui.edge import told
from ui.events import QUICK, Updates
from ui.language import tr
from ui.open_pages import ChatLine, OpenPages

OPTIONS = ("Like", "Dislike")
ASKED = "Thank you. Why, in a word? (if you like; press Enter)"


class Thumbs:
    """Draws the line that asks why, and wires the thumbs of a chatbot."""

    def __init__(self, pages: OpenPages, chatbot: gr.Chatbot) -> None:
        """Must be made below the chatbot."""
        self._pages = pages
        self.word = gr.Textbox(
            label=ASKED, max_length=2000, max_lines=3, visible=False, elem_id="why-word"
        )
        chatbot.like(self._rate, None, [self.word], **QUICK)
        self.word.submit(self._say_why, [self.word], [self.word], **QUICK)

    @told
    def _rate(self, event: gr.LikeData, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        index = event.index[0] if isinstance(event.index, list | tuple) else event.index
        reply = _reply_at(page.lines, int(index))
        if reply is None or event.liked not in (True, False):
            raise gr.Error(
                tr("This reply is not kept, so neither is what you think of it."),
                title=tr("Not kept"),
                print_exception=False,
            )
        page.rated = reply, bool(event.liked)
        page.companion.feedback(reply, liked=bool(event.liked))
        return {self.word: gr.update(value="", visible=True)}

    @told
    def _say_why(self, words: str, request: gr.Request) -> Updates:
        page = self._pages.of(request)
        if page.rated is not None and words.strip():
            reply, is_liked = page.rated
            page.companion.feedback(reply, liked=is_liked, words=words)
            gr.Info("Kept. It helps to fit replies to you.")
        page.rated = None
        return {self.word: gr.update(value="", visible=False)}


def thumbs_of(companion: Companion, lines: list[ChatLine]) -> list[str | None]:
    """What Gradio shows as pressed, for each line of the assistant."""
    replies = [_id_of(line) for line in lines if line["role"] == "assistant"]
    said = {each.reply_id: OPTIONS[not each.is_liked] for each in companion.opinions(replies)}
    return [said.get(each) for each in replies]


def _reply_at(lines: list[ChatLine], index: int) -> str | None:
    """The reply that a line belongs to: chips follow the reply that they are of."""
    for line in reversed(lines[: index + 1]):
        if line["role"] != "assistant":
            return None
        if _id_of(line):
            return _id_of(line)
    return None


def _id_of(line: ChatLine) -> str:
    return str((line.get("metadata") or {}).get("id") or "")
