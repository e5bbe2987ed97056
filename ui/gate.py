"""Who asks: until that is known, nothing is to be had but one page, the door.

What it is known by (a profile that was chosen, or an account that signed in) is handed in; all
that comes after the gate reads `user_of`, and nothing else, to know whose vault to open.
"""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES_FROM_STRANGERS = 64_000
_USER = "bespoke.user"

Knows = Callable[[HTTPConnection], str | None]


def user_of(request: HTTPConnection) -> str | None:
    """The user who asks, as the gate found out; also Gradio's `auth_dependency`."""
    user = request.scope.get(_USER)
    return user if isinstance(user, str) else None


class Gate:
    """ASGI middleware that shows nothing but the door until it is known who asks."""

    def __init__(self, app: ASGIApp, *, door: str, knows: Knows, refusal: str) -> None:
        """`knows` names the user of a request; `refusal` is what everybody else reads."""
        self._app = app
        self._door = door
        self._knows = knows
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, lead to the door, or answer with 401."""
        if scope["type"] != "http":  # `Guard` lets only the start and the end of the app through
            await self._app(scope, receive, send)
            return
        user = self._knows(HTTPConnection(scope))
        if user is not None:
            await self._app({**scope, _USER: user}, receive, send)
        elif scope["path"] == self._door:
            await self._app(scope, _a_little_of(receive), send)
        else:
            await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        is_page = "text/html" in Headers(scope=scope).get("accept", "")
        if is_page or scope["path"] == "/":
            return RedirectResponse(self._door, 303)
        return JSONResponse({"detail": self._refusal}, 401)  # Gradio's page shows the detail


def _a_little_of(receive: Receive) -> Receive:
    """The same, cut off after what a form can hold, so that nobody unknown can fill the memory."""
    left = MOST_BYTES_FROM_STRANGERS

    async def receive_a_little() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        return message if left >= 0 else {"type": "http.disconnect"}

    return receive_a_little
