"""Keeps apart what the pages of different users do, in all that Gradio's own routes offer.

Gradio names a page by a session hash that the page makes up, and trusts whoever knows it: with it,
one could read the page's events, put events among them, or end them. Here the hash is replaced, on
its way in, by one that also depends on who asks. So every user's pages have a name space of their
own, and somebody else's hash names nothing in it. What Gradio itself hands out (names of events,
paths of uploaded files) is taken back only from the user who got it. Routes that the page never
asks for are closed.
"""

import json
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.gate import user_of

_API = "/gradio_api"
_JOIN, _UPLOAD = f"{_API}/queue/join", f"{_API}/upload"
_HEARTBEAT = f"{_API}/heartbeat/"
_WITH_BODY = {_JOIN, f"{_API}/cancel", f"{_API}/reset"}
_HANDING_OUT = {_JOIN, _UPLOAD}
_OPEN = {
    "/",
    "/config",
    "/favicon.ico",
    "/theme.css",
    f"{_API}/app_id",
    f"{_API}/info",
    f"{_API}/queue/data",
    f"{_API}/startup-events",
    f"{_API}/theme.css",
    f"{_API}/upload_progress",
    *_WITH_BODY,
    *_HANDING_OUT,
}
_OPEN_FOLDERS = ("/assets/", "/static/", "/svelte/", _HEARTBEAT)
_NAMES_IN_QUERY = {"session_hash", "upload_id"}
_MOST_BYTES = 32_000_000
_MOST_HANDED_OUT = 50_000


class _Refused(Exception):
    """The request cannot be passed on: a status, and a sentence that the page shows."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.answer = JSONResponse({"detail": sentence}, status)


class Isolation:
    """ASGI middleware around Gradio's app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._key = secrets.token_bytes(32)
        self._handed_out: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the names in it replaced, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            scope, receive = await self._replaced(scope, receive)
        except _Refused as refused:
            await refused.answer(scope, receive, send)
            return
        if scope["path"] in _HANDING_OUT:
            send = self._noting(_user(scope), send)
        await self._app(scope, receive, send)

    async def _replaced(self, scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
        path, user = scope["path"], _user(scope)
        if path not in _OPEN and not path.startswith(_OPEN_FOLDERS):
            raise _Refused(404, "There is nothing here.")
        scope = {**scope, "query_string": self._query(user, scope["query_string"])}
        if path.startswith(_HEARTBEAT):
            scope["path"] = _HEARTBEAT + self._own(user, path.removeprefix(_HEARTBEAT))
            scope["raw_path"] = scope["path"].encode()
        if path in _HANDING_OUT:
            scope["headers"] = list(scope["headers"])
            del MutableHeaders(scope=scope)["accept-encoding"]  # `_noting` reads the answer
        if path in _WITH_BODY:
            body = self._body(user, await _whole_body(receive))
            scope["headers"] = list(scope["headers"])
            MutableHeaders(scope=scope)["content-length"] = str(len(body))
            receive = _giving(body, receive)
        return scope, receive

    def _own(self, user: str, name: str) -> str:
        """The name that stands for this one among the names of this user."""
        both = json.dumps([user, name]).encode()
        return blake2b(both, key=self._key, digest_size=20).hexdigest()

    def _query(self, user: str, query: bytes) -> bytes:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        return urlencode(
            [
                (key, self._own(user, text) if key in _NAMES_IN_QUERY else text)
                for key, text in pairs
            ]
        ).encode()

    def _body(self, user: str, body: bytes) -> bytes:
        try:
            given = json.loads(body)
        except (ValueError, RecursionError):
            raise _Refused(400, "This is not what the page sends.") from None
        if not isinstance(given, dict):
            raise _Refused(400, "This is not what the page sends.")
        self._check_handed_out(user, given)
        if given.get("session_hash") is not None:
            given["session_hash"] = self._own(user, str(given["session_hash"]))
        return json.dumps(given).encode()

    def _check_handed_out(self, user: str, given: dict[str, Any]) -> None:
        event = given.get("event_id")
        if event is not None and (user, str(event)) not in self._handed_out:
            raise _Refused(403, "This belongs to another page.")
        for path in _paths(given.get("data")):
            if (user, path) not in self._handed_out:
                raise _Refused(403, "This file is not there any more. Choose it again.")

    def _noting(self, user: str, send: Send) -> Send:
        """The same, with the names in the answer noted as this user's."""
        parts: list[bytes] = []

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    self._note(user, b"".join(parts))
            await send(message)

        return send_and_note

    def _note(self, user: str, answer: bytes) -> None:
        try:
            given = json.loads(answer)
        except ValueError:
            return
        names = given if isinstance(given, list) else [given.get("event_id")]
        self._handed_out.update({(user, name): None for name in names if isinstance(name, str)})
        while len(self._handed_out) > _MOST_HANDED_OUT:
            self._handed_out.popitem(last=False)


def _user(scope: Scope) -> str:
    user = user_of(HTTPConnection(scope))
    if user is None:  # the gate lets strangers through to the door alone, whatever the method
        raise _Refused(401, "It is not known who asks.")
    return user


def _paths(data: object) -> Iterator[str]:
    """Where the page says that files lie, at any depth of what it sends."""
    waiting = [data]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, dict):
            waiting.extend(each.values())
            if isinstance(each.get("path"), str):
                yield each["path"]


async def _whole_body(receive: Receive) -> bytes:
    parts, count = [], 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        count += len(parts[-1])
        if count > _MOST_BYTES:
            raise _Refused(413, "This is too much at once.")
        if not message.get("more_body", False):
            return b"".join(parts)


def _giving(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives this body first, then what still comes: that the browser has gone."""
    waiting = [body]

    async def receive_body() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return receive_body
