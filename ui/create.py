"""The create tab: a text for the user, while it is written, in its versions, for them or neutral.

Every read goes through the companion of the user that the request names. Knows nothing about how
texts are written.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from functools import partial
from typing import Any

import anyio.to_thread
import gradio as gr
from gradio.blocks import Block

from assistant import Piece
from ui.create_form import CreateForm
from ui.desk import Desk
from ui.edge import sentence_for, told
from ui.events import QUICK, SPOKEN, Updates
from ui.language import tr
from ui.made import Made
from ui.open_pages import OpenPages
from ui.speech import Speech
from ui.versions import work_name

SECONDS_BETWEEN_DRAWINGS = 0.07
WAITING = "Waiting for another reply to finish…"
MOST_TEXTS = 30
_SECONDS_TO_KEEP = 5

Begin = Callable[[], Generator[Piece]]


class CreateTab:
    """Draws the tab and wires it."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the tab."""
        self._pages = pages
        self.form = CreateForm()
        self.status = gr.Markdown(visible=False, elem_id="create-status")
        self.made = Made()
        with gr.Accordion("Texts made so far", open=False, visible=False, elem_id="works") as works:
            self.list = gr.Radio([], show_label=False, container=False, elem_id="texts")
        self.works = works
        self._wire()

    def outputs(self) -> list[Block]:
        """What `drawn_for` may change."""
        return [
            *self.form.outputs(),
            self.status,
            *self.made.outputs(),
            self.works,
            self.list,
        ]

    @told
    def drawn_for(self, kind: str | None, request: gr.Request) -> Updates:
        """The whole tab as it is now."""
        desk = self._desk(request)
        if desk.is_writing:
            return {}
        return {**self.form.opened(desk, kind), **self._drawn(desk)}

    def _drawn(self, desk: Desk) -> Updates:
        """All but what the form is filled with."""
        versions = desk.versions()
        titles = {kind.name: kind.title for kind in desk.kinds}
        texts = desk.companion.creations.list(limit=MOST_TEXTS)
        choices = [
            (work_name(each, tr(titles.get(each.kind, each.kind))), each.id) for each in texts
        ]
        work = versions[0].work_id if versions else None
        chosen = next((each.id for each in texts if each.work_id == work), None)
        return {
            **self.form.drawn(is_writing=False),
            self.status: gr.update(value="", visible=False),
            **self.made.drawn(desk, versions),
            self.works: gr.update(visible=bool(choices)),
            self.list: gr.update(choices=choices, value=chosen),
        }

    def _wire(self) -> None:
        drawn = {"outputs": self.outputs(), **QUICK}
        spoken = {"outputs": self._spoken(), "preprocess": False, **SPOKEN}
        form, made = self.form, self.made
        form.kind.input(form.example_of, [form.kind], [form.brief], preprocess=False, **QUICK)
        writing: list[Any] = [
            form.write.click(self._write, form.inputs(), **spoken),
            made.revise.submit(self._revise, [made.revise], **spoken),
            made.vary.click(self._vary, None, **spoken),
            made.neutral.click(self._write_twin, None, **spoken),
        ]
        form.write.click(None, None, None, js=made.look_at)
        form.stop.click(self._stop, None, None, **QUICK)
        made.versions.input(self._show, [made.versions], preprocess=False, **drawn)
        made.alone.click(self._show_alone, None, **drawn)
        self.list.input(self._open, [self.list], preprocess=False, cancels=writing, **drawn)
        made.begin.click(self._begin, None, cancels=writing, **drawn)
        made.delete.click(self._delete, [made.sure], cancels=writing, **drawn)

    def _spoken(self) -> list[Block]:
        """What writing changes: all but the form, in which one may go on."""
        fixed = set(self.form.fields())
        return [each for each in self.outputs() if each not in fixed]

    async def _write(
        self,
        kind: str | None,
        brief: str,
        length: str,
        tone: str,
        language: str,
        audience: str,
        neutral: bool,
        request: gr.Request,
    ) -> AsyncIterator[Updates]:
        def begin(desk: Desk) -> Generator[Piece]:
            # Whoever is quick writes before the page knows which kinds there are.
            return desk.companion.creations.stream(
                kind or desk.first_kind,
                brief,
                length=length,
                tone=tone,
                language=language,
                audience=audience,
                neutral=bool(neutral),
            )

        async for updates in self._written(begin, request):
            yield updates

    async def _revise(self, instruction: str, request: gr.Request) -> AsyncIterator[Updates]:
        def begin(desk: Desk) -> Generator[Piece]:
            return desk.companion.creations.stream_revision(desk.shown or "", instruction)

        async for updates in self._written(begin, request):
            yield updates

    async def _vary(self, request: gr.Request) -> AsyncIterator[Updates]:
        def begin(desk: Desk) -> Generator[Piece]:
            return desk.companion.creations.stream_variant(desk.shown or "")

        async for updates in self._written(begin, request):
            yield updates

    async def _write_twin(self, request: gr.Request) -> AsyncIterator[Updates]:
        def begin(desk: Desk) -> Generator[Piece]:
            shown = desk.companion.creations.get(desk.shown or "")
            return desk.companion.creations.stream_variant(shown.id, neutral=not shown.is_neutral)

        async for updates in self._written(begin, request, is_beside=True):
            yield updates

    async def _written(
        self,
        begin: Callable[[Desk], Generator[Piece]],
        request: gr.Request,
        *,
        is_beside: bool = False,
    ) -> AsyncIterator[Updates]:
        try:
            desk = self._desk(request)
        except Exception as error:
            yield {self.status: gr.update(value=sentence_for(error), visible=True)}
            return
        if desk.is_writing:
            return
        newest = await anyio.to_thread.run_sync(_newest, desk)
        speech = desk.speech = Speech(partial(begin, desk))
        yield {
            **self.form.drawn(is_writing=True),
            self.status: gr.update(value="", visible=False),
            **self.made.while_written("", is_beside=is_beside),
        }
        speech.start()
        try:
            async for updates in self._heard(speech, is_beside=is_beside):
                yield updates
        finally:  # also when the page is closed, or another text is opened
            speech.stop()
        if desk.speech is speech:
            yield await anyio.to_thread.run_sync(
                partial(self._ended, desk, speech, newest, is_beside=is_beside)
            )

    async def _heard(self, speech: Speech, *, is_beside: bool) -> AsyncIterator[Updates]:
        shown = ("", False)
        while not speech.is_over:
            await asyncio.sleep(SECONDS_BETWEEN_DRAWINGS)
            if shown == (speech.text, speech.is_waiting):
                continue
            shown = (speech.text, speech.is_waiting)
            yield {
                self.status: gr.update(value=tr(WAITING), visible=speech.is_waiting),
                **self.made.text_so_far(speech.text, is_beside=is_beside),
            }

    def _ended(self, desk: Desk, speech: Speech, newest: str | None, *, is_beside: bool) -> Updates:
        kept = speech.created.id if speech.created else _kept_part(desk, speech, newest)
        if kept is not None:
            desk.place(kept, is_beside=is_beside)
        updates = self._drawn(desk)
        if speech.created is not None:
            updates |= self.made.used_now(speech.created, is_beside=is_beside)
        if speech.error is not None:
            updates[self.status] = gr.update(value=sentence_for(speech.error), visible=True)
        return updates

    @told
    def _stop(self, request: gr.Request) -> None:
        self._desk(request).stop()

    @told
    def _show(self, version: str, request: gr.Request) -> Updates:
        desk = self._desk(request)
        desk.place(desk.companion.creations.get(version).id, is_beside=False)
        return self._drawn(desk)

    @told
    def _show_alone(self, request: gr.Request) -> Updates:
        desk = self._desk(request)
        desk.beside = None
        return self._drawn(desk)

    @told
    def _open(self, version: str, request: gr.Request) -> Updates:
        desk = self._desk(request)
        found = desk.companion.creations.get(version)
        desk.clear()
        desk.shown = found.id
        return {**self.form.filled_with(desk, found), **self._drawn(desk)}

    @told
    def _begin(self, request: gr.Request) -> Updates:
        desk = self._desk(request)
        desk.clear()
        return {**self.form.emptied(), **self._drawn(desk)}

    @told
    def _delete(self, is_sure: bool, request: gr.Request) -> Updates:
        desk = self._desk(request)
        if not is_sure or desk.shown is None:
            raise gr.Error(
                tr("Tick “Yes, delete it for good” first."),
                title=tr("Not deleted"),
                print_exception=False,
            )
        desk.stop()
        desk.companion.creations.delete(desk.shown)
        desk.clear()
        return self._drawn(desk)

    def _desk(self, request: gr.Request) -> Desk:
        page = self._pages.of(request)
        if page.desk is None:
            page.desk = Desk(self._pages.assistant.user(page.user))
        return page.desk


def _newest(desk: Desk) -> str | None:
    return next((each.id for each in desk.companion.creations.list(limit=1)), None)


def _kept_part(desk: Desk, speech: Speech, newest: str | None) -> str | None:
    """The version that a stopped or failed writing left; it did not come to name itself."""
    speech.wait(_SECONDS_TO_KEEP)
    now = _newest(desk)
    return now if now != newest else None
