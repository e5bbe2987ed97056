"""The welcome page: choose a profile. Plain HTML; knows nothing about Gradio."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant import Assistant
from ui.plain_pages import page
from ui.session import LONGEST_NAME, choose_profile, is_profile_name, profile_of

PATH = "/welcome"


def welcome_routes(assistant: Assistant) -> APIRouter:
    """The routes of the welcome page."""
    router = APIRouter()

    @router.get(PATH)
    def show(request: Request) -> HTMLResponse:
        return HTMLResponse(_page(assistant, request))

    @router.post(PATH)
    def choose(request: Request, name: Annotated[str, Form()] = "") -> Response:
        name = name.strip()
        if not is_profile_name(name):
            problem = f"Type a name of 1 to {LONGEST_NAME} characters, on one line."
            return HTMLResponse(_page(assistant, request, problem), 422)
        choose_profile(request, name)
        return RedirectResponse("/", 303)

    return router


def _page(assistant: Assistant, request: Request, problem: str = "") -> str:
    return page(
        "welcome.html",
        current=profile_of(request),
        home=str(assistant.settings.home),
        longest_name=LONGEST_NAME,
        problem=problem,
        profiles=[name for name in assistant.users() if is_profile_name(name)],
    )
