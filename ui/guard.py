"""Who may ask: only pages of this very app, opened on this very machine.

A page elsewhere must not act for the user (checked by Origin), nor reach this app under a name of
its own that points to 127.0.0.1 (checked by Host). The answers forbid the browser to load
anything from elsewhere, so that not even a picture in a reply can carry words away. Knows nothing
about profiles.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.addresses import is_own_host

# Gradio needs inline styles and scripts and, for `gr.HTML`, `new Function`.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """ASGI middleware that turns away all but this app's own pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with 403, or pass the request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http" and _is_own(Headers(scope=scope)):
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "http":
            refusal = PlainTextResponse(
                "Refused: open Bespoke at the address that it printed when it started.", 403
            )
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


def _is_own(headers: Headers) -> bool:
    host = headers.get("host", "")
    origin = headers.get("origin")
    return is_own_host(host) and origin in (None, f"http://{host}")


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message.setdefault("headers", [])
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return send_with_headers
