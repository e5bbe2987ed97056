"""The app: who may ask, which user asks, and Gradio's pages behind both.

Knows nothing about sockets, and nothing about what the pages show.
"""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Mount

from assistant import Assistant
from assistant.assistant import utc_now
from ui.account_pages import SIGN_IN, account_routes
from ui.accounts import Accounts
from ui.door import Door
from ui.downloads import download_routes
from ui.gate import Gate, user_of
from ui.guard import Guard
from ui.isolation import Isolation
from ui.session import SECONDS_KEPT, cookie_name, load_secret, profile_of
from ui.welcome import PATH, welcome_routes


def make_app(
    assistant: Assistant,
    *,
    port: int,
    accounts: Accounts | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The whole app as FastAPI; it does not close the assistant.

    With `accounts` one signs in, else one chooses a profile.

    Raises:
        OSError: the home folder cannot be written to.
    """
    home = assistant.settings.home
    if accounts is None:
        middleware, entrance = _with_profiles(assistant, port)
    else:
        middleware, entrance = _with_accounts(Door(accounts, port=port, clock=clock))
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    uploads = home / "ui_temporary"
    shutil.rmtree(uploads, ignore_errors=True)  # what an import that was killed left there
    os.environ["GRADIO_TEMP_DIR"] = str(uploads)

    import gradio as gr  # reads both when it is imported

    from ui.layout import make_blocks
    from ui.look import ADAPTIVE_STYLE_SHEET, STYLE_SHEET, script, theme
    from ui.open_pages import OpenPages

    pages = OpenPages(assistant, has_accounts=accounts is not None)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        pages.close()

    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        middleware=middleware,
    )
    app.include_router(entrance)
    app.include_router(download_routes(pages.downloads))
    gr.mount_gradio_app(
        app,
        make_blocks(pages),
        path="/",
        auth_dependency=user_of,
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
    mounted = app.routes[-1]
    assert isinstance(mounted, Mount)
    mounted.app = Isolation(mounted.app)
    return app


def _with_profiles(assistant: Assistant, port: int) -> tuple[list[Middleware], APIRouter]:
    session = Middleware(
        SessionMiddleware,
        secret_key=load_secret(assistant.settings.home),
        session_cookie=cookie_name(port),
        max_age=SECONDS_KEPT,
        same_site="strict",
    )
    gate = Middleware(Gate, door=PATH, knows=profile_of, refusal="Choose a profile first.")
    return [Middleware(Guard), session, gate], welcome_routes(assistant)


def _with_accounts(door: Door) -> tuple[list[Middleware], APIRouter]:
    gate = Middleware(
        Gate,
        door=SIGN_IN,
        knows=door.user,
        refusal="You are signed out. Reload the page to sign in again.",
    )
    return [Middleware(Guard, is_any_host=True), gate], account_routes(door)
