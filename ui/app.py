"""The app: who may ask, which profile asks, and Gradio's pages behind both.

Knows nothing about sockets, and nothing about what the pages show.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware

from assistant import Assistant
from ui.downloads import download_routes
from ui.guard import Guard
from ui.session import SECONDS_KEPT, ProfileGate, cookie_name, load_secret, profile_of
from ui.welcome import PATH, welcome_routes


def make_app(assistant: Assistant, *, port: int) -> FastAPI:
    """The whole app as FastAPI; it does not close the assistant.

    Raises:
        OSError: the home folder cannot be written to.
    """
    home = assistant.settings.home
    secret = load_secret(home)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    uploads = home / "ui_temporary"
    shutil.rmtree(uploads, ignore_errors=True)  # what an import that was killed left there
    os.environ["GRADIO_TEMP_DIR"] = str(uploads)

    import gradio as gr  # reads both when it is imported

    from ui.layout import make_blocks
    from ui.look import ADAPTIVE_STYLE_SHEET, STYLE_SHEET, script, theme
    from ui.open_pages import OpenPages

    pages = OpenPages(assistant)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        pages.close()

    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(Guard),
            Middleware(
                SessionMiddleware,
                secret_key=secret,
                session_cookie=cookie_name(port),
                max_age=SECONDS_KEPT,
                same_site="strict",
            ),
            Middleware(ProfileGate, welcome=PATH),
        ],
    )
    app.include_router(welcome_routes(assistant))
    app.include_router(download_routes(pages.downloads))
    gr.mount_gradio_app(
        app,
        make_blocks(pages),
        path="/",
        auth_dependency=profile_of,
        run_history=False,
        footer_links=[],
        show_error=True,  # what handlers raise was made for people, see `ui.edge`
        max_file_size="4gb",  # an export of years of chats; importers have limits of their own
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        theme=theme(),
        css_paths=[STYLE_SHEET, ADAPTIVE_STYLE_SHEET],
        js=script(),
    )
    return app
