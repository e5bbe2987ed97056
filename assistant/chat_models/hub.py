"""Fetches files from the Hugging Face hub, where it can be reached.

An unreachable hub must cost seconds, so one short question comes before any download. Knows
nothing about sha256: it appends to a file, and `pull.py` judges what came.
"""

from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
from huggingface_hub import constants
from tqdm import tqdm

from assistant.errors import DownloadFailed

PROBE_TIMEOUT = httpx.Timeout(3)
PROBE_LIMIT_S = 6.0
READ_TIMEOUT = httpx.Timeout(30, connect=5)


class Hub:
    """The hub at one address; by default what HF_ENDPOINT and HF_HUB_OFFLINE say."""

    def __init__(self, endpoint: str | None = None) -> None:
        self._endpoint = (endpoint or constants.ENDPOINT).rstrip("/")
        self._is_offline = endpoint is None and constants.HF_HUB_OFFLINE

    def answers(self) -> bool:
        """Whether the hub can be reached; the answer comes within `PROBE_LIMIT_S` seconds.

        The question runs in a thread of its own, because looking up a name can take longer than
        any time-out of the connection that follows.
        """
        if self._is_offline:
            return False
        reached = Event()
        asking = Thread(target=self._ask, args=(reached,), daemon=True)
        asking.start()
        asking.join(PROBE_LIMIT_S)
        return reached.is_set()

    def append(
        self, repository: str, path: str, partial: Path, size: int, bar: "tqdm[Any]"
    ) -> None:
        """Add to `partial` what it still lacks of the file's `size` bytes.

        A server that cannot resume starts the file over.

        Raises:
            DownloadFailed: the hub lacks the file, broke off, or sent more than expected.
        """
        url = f"{self._endpoint}/{repository}/resolve/main/{path}"
        try:
            self._append(url, partial, size, bar)
        except httpx.HTTPError as error:
            raise DownloadFailed(f"{url} could not be fetched: {_reason(error)}.") from error

    def _append(self, url: str, partial: Path, size: int, bar: "tqdm[Any]") -> None:
        have = partial.stat().st_size if partial.exists() else 0
        headers = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"}
        with (
            httpx.stream(
                "GET", url, headers=headers, timeout=READ_TIMEOUT, follow_redirects=True
            ) as answer,
            partial.open("ab") as out,
        ):
            answer.raise_for_status()
            if answer.status_code != httpx.codes.PARTIAL_CONTENT:
                out.truncate(0)
                bar.update(-have)
            for chunk in answer.iter_bytes():
                out.write(chunk)
                bar.update(len(chunk))
                if out.tell() > size:
                    raise DownloadFailed(f"{url} is longer than the expected {size} bytes.")

    def _ask(self, reached: Event) -> None:
        try:
            httpx.head(self._endpoint, timeout=PROBE_TIMEOUT)
        except (httpx.HTTPError, httpx.InvalidURL, ImportError, ValueError):
            return  # the last two: a proxy in the environment that httpx cannot use
        reached.set()


def _reason(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"it answered {error.response.status_code}"
    return type(error).__name__
