"""Files to download, each offered to one user, once. Knows nothing about what is in them."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response
from starlette.background import BackgroundTask

from ui.gate import user_of

FOLDER_NAME = "ui_downloads"
PATH = "/download"
_GONE = "This file is not there any more. Make it again."


@dataclass(frozen=True)
class _Offer:
    user: str
    path: Path


class Downloads:
    """What is offered; it lies in a folder of the home until it was fetched."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER_NAME
        self._offers: dict[str, _Offer] = {}
        self._mutex = Lock()
        self.clear()

    def new_path(self) -> Path:
        """Where to write a file that is to be offered; nothing is there yet."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._folder / f"{secrets.token_hex(16)}.jsonl"

    def offer(self, user: str, path: Path) -> str:
        """Offer a file to a user; returns its address. Older offers to this user end."""
        token = secrets.token_urlsafe(24)
        with self._mutex:
            for old in [key for key, each in self._offers.items() if each.user == user]:
                self._offers.pop(old).path.unlink(missing_ok=True)
            self._offers[token] = _Offer(user, path)
        return f"{PATH}/{token}"

    def take(self, user: str | None, token: str) -> Path | None:
        """The file that was offered to this user, which ends the offer; None for anybody else."""
        with self._mutex:
            found = self._offers.get(token)
            if found is None or found.user != user:
                return None
            return self._offers.pop(token).path

    def clear(self) -> None:
        """Delete what was not fetched."""
        with self._mutex:
            self._offers.clear()
        for path in self._folder.glob("*.jsonl"):
            path.unlink(missing_ok=True)


def download_routes(downloads: Downloads) -> APIRouter:
    """The route that files are fetched from."""
    router = APIRouter()

    @router.get(PATH + "/{token}")
    def fetch(token: str, request: Request) -> Response:
        path = downloads.take(user_of(request), token)
        if path is None or not path.is_file():
            return PlainTextResponse(_GONE, 404)
        return FileResponse(
            path,
            filename="bespoke.jsonl",
            media_type="application/x-ndjson",
            headers={"Cache-Control": "no-store"},
            background=BackgroundTask(path.unlink, missing_ok=True),
        )

    return router
