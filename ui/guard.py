"""Who may ask: only pages of this very app, opened on this very machine.

A page elsewhere must not act for the user (checked by Origin), nor reach this app under a name of
its own that points to 127.0.0.1 (checked by Host). The answers forbid the browser to load
anything from elsewhere, so that not even a picture in a reply can carry words away. With
accounts, other machines may ask under any name: what is theirs to see is then for the gate to say.
Knows nothing about profiles.
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
_REFUSAL = (
    "Refused: open Bespoke at the address that it printed when it started. "
    "A proxy in front of it must pass on Host and X-Forwarded-Proto."
)


class Guard:
    """ASGI middleware that turns away all but this app's own pages."""

    def __init__(self, app: ASGIApp, *, is_any_host: bool = False) -> None:
        """Only names of this machine are let through, unless `is_any_host`."""
        self._app = app
        self._is_any_host = is_any_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with 403, or pass the request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http" and self._is_own(scope):
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "http":
            await PlainTextResponse(_REFUSAL, 403)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _is_own(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        is_known = bool(host) if self._is_any_host else is_own_host(host)
        return is_known and origin in (None, f"{scope['scheme']}://{host}")


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message.setdefault("headers", [])
            headers = MutableHeaders(scope=message)
            headers.update(_HEADERS)
            if headers.get("content-type", "").startswith("text/html"):
                headers["Cache-Control"] = "no-store"  # else "Back" shows a page after signing out
        await send(message)

    return send_with_headers
