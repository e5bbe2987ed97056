"""The page: sidebar and tabs, put together. Knows nothing about what is in them."""

import gradio as gr

from ui.card import MemoryCard
from ui.chat import ChatTab
from ui.create import CreateTab
from ui.edge import told
from ui.events import QUICK, Updates, merged
from ui.first_run import FirstRun
from ui.knows import KnowsTab
from ui.language import ENGLISH
from ui.look_form import LookForm
from ui.open_pages import OpenPage, OpenPages
from ui.privacy import PrivacyTab
from ui.sidebar import Sidebar
from ui.translation import Translation
from ui.why import WhyPanel


def make_blocks(pages: OpenPages) -> gr.Blocks:
    """All of the page, wired."""
    blocks = gr.Blocks(title="Bespoke", analytics_enabled=False, fill_width=True)
    with blocks:
        with gr.Sidebar(width=290, elem_id="sidebar"):
            sidebar = Sidebar(pages)
            look = LookForm(pages)
        why = WhyPanel(pages)
        card = MemoryCard(pages)
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab("Chat", id="chat", elem_id="chat-tab"):
                first_run = FirstRun(pages)
                chat = ChatTab(pages, sidebar)
            with gr.Tab("Create", id="create", elem_id="create-tab") as create_tab:
                create = CreateTab(pages)
            with gr.Tab("What I know about you", id="knows", elem_id="knows-tab") as knows_tab:
                knows = KnowsTab(pages)
            with gr.Tab("Privacy", id="privacy", elem_id="privacy-tab") as privacy_tab:
                privacy = PrivacyTab(pages)

        words = Translation(blocks)

        @told
        def open_page(request: gr.Request) -> Updates:
            page = pages.open(request)
            own = look.begun(page, request.headers.get("accept-language", ""))
            translated = words.drawn() if page.language != ENGLISH else {}
            return merged(translated, own, first_run.drawn(page), chat.drawn(page))

        def say_anew(page: OpenPage) -> Updates:
            if page.desk is not None:
                page.desk.order_anew()
            shown = {} if page.is_speaking else chat.drawn(page)
            return merged(words.drawn(), first_run.drawn(page), chat.starters.drawn(page), shown)

        @told
        def redraw_chat(request: gr.Request) -> Updates:
            return chat.drawn(pages.of(request))

        @told
        def go_to_chat(request: gr.Request) -> Updates:
            page = pages.of(request)
            shown = chat.opened(card.conversation(page), request)
            page.item = None
            return {**shown, tabs: gr.update(selected="chat"), **card.drawn(page)}

        parts = (words, look, first_run, chat, chat.starters)
        everything = list(dict.fromkeys(each for part in parts for each in part.outputs()))
        opened = blocks.load(open_page, None, everything, **QUICK)
        opened.then(chat.model_line, None, [chat.model], **QUICK)
        opened.then(first_run.with_host, None, [first_run.kept], **QUICK)
        look.wire(say_anew, everything)
        chat.box.submit(first_run.hidden, None, [first_run.panel], **QUICK)
        chat.starters.wire(chat.box)
        for change in (opened, *first_run.ended):
            change.then(chat.starters.redrawn, None, chat.starters.outputs(), **QUICK)
        sidebar.new.click(chat.starters.redrawn, None, chat.starters.outputs(), **QUICK)
        create_tab.select(
            create.drawn_for, [create.form.kind], create.outputs(), preprocess=False, **QUICK
        )
        knows_tab.select(knows.shown, knows.inputs(), knows.outputs(), **QUICK)
        card.wire(knows.redrawn, knows.inputs(), knows.outputs())
        # They lie at the same place.
        card.door.select(why.shut, None, why.outputs(), **QUICK)
        why.door.select(card.shut, None, card.outputs(), **QUICK)
        card.go.click(go_to_chat, None, [*chat.outputs(), tabs, *card.outputs()], **QUICK)
        for change in (privacy.transfers.done, privacy.erasing.done):
            change.success(redraw_chat, None, chat.outputs(), **QUICK)
        privacy_tab.select(privacy.drawn_for, None, privacy.outputs(), **QUICK)
    blocks.queue(default_concurrency_limit=8, max_size=100, api_open=False)
    return blocks
