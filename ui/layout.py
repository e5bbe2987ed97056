"""The page: sidebar and tabs, put together. Knows nothing about what is in them."""

import gradio as gr

from ui.chat import ChatTab
from ui.create import CreateTab
from ui.edge import told
from ui.events import QUICK, Updates
from ui.memories import MemoriesTab
from ui.open_pages import OpenPages
from ui.privacy import PrivacyTab
from ui.sidebar import Sidebar
from ui.why import WhyPanel


def make_blocks(pages: OpenPages) -> gr.Blocks:
    """All of the page, wired."""
    blocks = gr.Blocks(title="Bespoke", analytics_enabled=False, fill_width=True)
    with blocks:
        with gr.Sidebar(width=290, elem_id="sidebar"):
            sidebar = Sidebar()
        WhyPanel(pages)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Chat", elem_id="chat-tab"):
                chat = ChatTab(pages, sidebar)
            with gr.Tab("Create", elem_id="create-tab") as create_tab:
                create = CreateTab(pages)
            with gr.Tab("Memories", elem_id="memories-tab") as memories_tab:
                memories = MemoriesTab(pages)
            with gr.Tab("Privacy", elem_id="privacy-tab") as privacy_tab:
                privacy = PrivacyTab(pages)

        @told
        def open_page(request: gr.Request) -> Updates:
            return chat.drawn(pages.open(request))

        opened = blocks.load(open_page, None, chat.outputs(), **QUICK)
        opened.then(chat.model_line, None, [chat.model], **QUICK)
        create_tab.select(
            create.drawn_for, [create.form.kind], create.outputs(), preprocess=False, **QUICK
        )
        memories_tab.select(memories.drawn_for, [memories.search], memories.outputs(), **QUICK)
        privacy_tab.select(privacy.drawn_for, None, privacy.outputs(), **QUICK)
    blocks.queue(default_concurrency_limit=8, max_size=100, api_open=False)
    return blocks
