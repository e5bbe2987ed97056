"""The pages of an app with accounts: signing in and out, and one's own password. Plain HTML."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ui.accounts import SHORTEST_PASSWORD, AccountError
from ui.door import Door, TooManyAttempts
from ui.gate import user_of
from ui.plain_pages import page
from ui.session import LONGEST_NAME

SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
ACCOUNT = "/account"

Field = Annotated[str, Form()]


def account_routes(door: Door) -> APIRouter:
    """The routes of these pages."""
    router = APIRouter()

    @router.get(SIGN_IN)
    def show_sign_in(request: Request) -> Response:
        if user_of(request) is not None:
            return RedirectResponse("/", 303)
        return _sign_in_page()

    @router.post(SIGN_IN)
    def sign_in(request: Request, name: Field = "", password: Field = "") -> Response:
        inside = RedirectResponse("/", 303)
        try:
            door.sign_in(request, inside, name, password)
        except AccountError as error:
            return _sign_in_page(error, name=name[:LONGEST_NAME])
        return inside

    @router.post(SIGN_OUT)
    def sign_out(request: Request) -> Response:
        outside = RedirectResponse(SIGN_IN, 303)
        door.sign_out(request, outside)
        return outside

    @router.get(ACCOUNT)
    def show_account(request: Request) -> Response:
        return _account_page(request)

    @router.post(ACCOUNT)
    def change_password(
        request: Request, old: Field = "", new: Field = "", again: Field = ""
    ) -> Response:
        if new != again:
            return _account_page(
                request, AccountError("The new password was not the same both times.")
            )
        done = _account_page(request, is_changed=True)
        try:
            door.change_password(request, done, old=old, new=new)
        except AccountError as error:
            return _account_page(request, error)
        return done

    return router


def _sign_in_page(error: AccountError | None = None, *, name: str = "") -> HTMLResponse:
    shown = page("sign_in.html", longest_name=LONGEST_NAME, name=name, problem=str(error or ""))
    return _answer(shown, error)


def _account_page(
    request: Request, error: AccountError | None = None, *, is_changed: bool = False
) -> HTMLResponse:
    shown = page(
        "account.html",
        is_changed=is_changed,
        name=user_of(request),
        problem=str(error or ""),
        shortest=SHORTEST_PASSWORD,
    )
    return _answer(shown, error)


def _answer(shown: str, error: AccountError | None) -> HTMLResponse:
    if isinstance(error, TooManyAttempts):
        return HTMLResponse(shown, 429, headers={"Retry-After": str(error.seconds)})
    return HTMLResponse(shown, 422 if error else 200)
