"""The page: sidebar and tabs, put together. Knows nothing about what is in them."""

import gradio as gr

from ui.card import MemoryCard
from ui.chat import ChatTab
from ui.create import CreateTab
from ui.edge import told
from ui.events import QUICK, Updates
from ui.knows import KnowsTab
from ui.open_pages import OpenPages
from ui.privacy import PrivacyTab
from ui.sidebar import Sidebar
from ui.why import WhyPanel


def make_blocks(pages: OpenPages) -> gr.Blocks:
    """All of the page, wired."""
    blocks = gr.Blocks(title="Bespoke", analytics_enabled=False, fill_width=True)
    with blocks:
        with gr.Sidebar(width=290, elem_id="sidebar"):
            sidebar = Sidebar(pages)
        WhyPanel(pages)
        card = MemoryCard(pages)
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab("Chat", id="chat", elem_id="chat-tab"):
                chat = ChatTab(pages, sidebar)
            with gr.Tab("Create", id="create", elem_id="create-tab") as create_tab:
                create = CreateTab(pages)
            with gr.Tab("What I know about you", id="knows", elem_id="knows-tab") as knows_tab:
                knows = KnowsTab(pages)
            with gr.Tab("Privacy", id="privacy", elem_id="privacy-tab") as privacy_tab:
                privacy = PrivacyTab(pages)

        @told
        def open_page(request: gr.Request) -> Updates:
            return chat.drawn(pages.open(request))

        @told
        def redraw_chat(request: gr.Request) -> Updates:
            return chat.drawn(pages.of(request))

        @told
        def go_to_chat(request: gr.Request) -> Updates:
            page = pages.of(request)
            shown = chat.opened(card.conversation(page), request)
            page.item = None
            return {**shown, tabs: gr.update(selected="chat"), **card.drawn(page)}

        opened = blocks.load(open_page, None, chat.outputs(), **QUICK)
        opened.then(chat.model_line, None, [chat.model], **QUICK)
        create_tab.select(
            create.drawn_for, [create.form.kind], create.outputs(), preprocess=False, **QUICK
        )
        knows_tab.select(knows.shown, knows.inputs(), knows.outputs(), **QUICK)
        card.wire(knows.redrawn, knows.inputs(), knows.outputs())
        card.go.click(go_to_chat, None, [*chat.outputs(), tabs, *card.outputs()], **QUICK)
        for change in (privacy.transfers.done, privacy.erasing.done):
            change.success(redraw_chat, None, chat.outputs(), **QUICK)
        privacy_tab.select(privacy.drawn_for, None, privacy.outputs(), **QUICK)
    blocks.queue(default_concurrency_limit=8, max_size=100, api_open=False)
    return blocks
