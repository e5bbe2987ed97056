"""A llama.cpp server inside this process, which nobody but this process can talk to.

It listens on no port: its socket is a file in a folder that only this user can enter, and it
wants a key that is made anew for every start. So a web page or another user of the machine finds
nothing to ask. LangChain's `ChatOpenAI` drives it. Knows nothing about the catalogue.
"""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING, Any

import httpx
from langchain_core.messages import BaseMessage

from assistant.chat_models.scoring import Scored, score
from assistant.chat_models.spinning import spin_briefly
from assistant.errors import ModelFailed

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

CONTEXT_TOKENS = 8192
PROMPT_CACHE_MIB = 512
# A stopped reply lets go of the cores after this many tokens of its prompt at the latest.
BATCH_TOKENS = 256
COUNTS_KEPT = 2048
# Never looked up: the requests go to the socket. If one ever went astray, it would get nowhere.
ADDRESS = "http://llama.invalid"
# Reading has no limit: a slow machine can take minutes until the first token.
TIMEOUT = httpx.Timeout(None, connect=5)

# The server hangs up after a stream that took longer than five seconds, and whoever asks in that
# moment gets no answer. Connecting to a socket file takes a fraction of a millisecond.
ONE_REQUEST_EACH = httpx.Limits(max_keepalive_connections=0)


class LocalServer:
    """One model file, served to this process; it is loaded when first asked something.

    Loading holds Python's interpreter lock (seconds for a gigabyte, with the file in the page
    cache, which is why it is read through first); answering does not.
    """

    def __init__(
        self,
        file: Path,
        *,
        how_to_mend: str,
        threads: int | None = None,
        context_tokens: int = CONTEXT_TOKENS,
    ) -> None:
        self.file = file
        self.context_tokens = context_tokens
        self._threads = threads or _cores()
        self._how_to_mend = how_to_mend
        self._key = ""
        self._server: Any = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._transport: httpx.HTTPTransport | None = None
        self._in_use = 0
        self._state = Condition()
        self._count = lru_cache(COUNTS_KEPT)(self._ask_for_count)
        self._client = httpx.Client(
            base_url=ADDRESS, transport=_Transport(self), timeout=TIMEOUT, trust_env=False
        )

    @property
    def is_running(self) -> bool:
        """Whether the model is loaded."""
        return self._server is not None

    @property
    def socket(self) -> Path:
        """Where it listens while it runs."""
        if self._folder is None:
            raise ModelFailed(f"{str(self.file)!r} is not loaded; ask it something first.")
        return Path(self._folder.name) / "llama.sock"

    def chat(self, name: str, *, temperature: float, reply_tokens: int) -> "ChatOpenAI":
        """A chat model that speaks through this server; made without loading anything.

        What OPENAI_* and proxy settings in the environment say does not reach it. It is driven
        synchronously: its async methods fail.
        """
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            model=name,
            base_url=f"{ADDRESS}/v1",
            api_key=SecretStr("set by the transport"),
            openai_proxy="",
            http_client=self._client,
            http_async_client=httpx.AsyncClient(transport=_NoAsync()),
            http_socket_options=(),
            timeout=TIMEOUT,
            max_retries=0,
            stream_usage=True,
            use_responses_api=False,
            temperature=temperature,
            max_completion_tokens=reply_tokens,
        )

    def count_tokens(self, text: str) -> int:
        """How many tokens the model reads `text` as, without those around a message."""
        return self._count(text)

    def score(
        self,
        prompt: Sequence[BaseMessage],
        reply: str,
        *,
        most_tokens: int,
        is_wanted: Callable[[], bool],
    ) -> Scored | None:
        """How probable the model finds the beginning of a reply; see `scoring.score`."""
        return score(self._client, prompt, reply, most_tokens=most_tokens, is_wanted=is_wanted)

    def drop_cache(self) -> None:
        """Make the model forget every prompt it read; waits for a reply in progress.

        The model is unloaded, which alone frees all of llama.cpp's copies, and loaded again when
        next asked something.
        """
        with self._state:
            self._state.wait_for(lambda: self._in_use == 0)
            self.close()

    def close(self) -> None:
        """Free the model; a reply in progress ends where it is. It can be asked again."""
        with self._state:
            self._count.cache_clear()
            if self._transport is not None:
                self._transport.close()
            self._server = None  # the last reference: that stops it and frees its memory
            if self._folder is not None:
                self._folder.cleanup()
            self._transport = self._folder = None

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the server, which is started if need be."""
        with self._state:
            transport = self._started()
            self._in_use += 1
        request.headers["Authorization"] = f"Bearer {self._key}"
        try:
            response = transport.handle_request(request)
        except BaseException:
            self.end_use()
            raise
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Answer(response.stream, self)
        return response

    def end_use(self) -> None:
        """Note that an answer was read to its end, or given up."""
        with self._state:
            self._in_use -= 1
            self._state.notify_all()

    def _started(self) -> httpx.HTTPTransport:
        if self._transport is None:
            self._folder = tempfile.TemporaryDirectory(prefix="bespoke-")
            self._key = secrets.token_urlsafe(32)
            try:
                _read_through(self.file)
                self._server = _xllamacpp().Server(self._params())
            except (OSError, RuntimeError) as error:
                self._folder.cleanup()
                self._folder = None
                raise ModelFailed(
                    f"The model in {str(self.file)!r} could not be loaded. {self._how_to_mend}"
                ) from error
            self._transport = httpx.HTTPTransport(uds=str(self.socket), limits=ONE_REQUEST_EACH)
        return self._transport

    def _params(self) -> Any:
        params = _xllamacpp().CommonParams()
        params.model.path = str(self.file)
        params.hostnames = [str(self.socket)]
        params.api_keys = [self._key]
        # By default any origin is reflected: "null" is one that no page of the web has.
        params.cors_origins = "null"
        params.cors_origins_explicit = True
        params.cors_credentials = False
        params.cors_methods = params.cors_headers = ""
        params.ui = params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False
        params.verbosity = -1  # silent: its log lines hold what was asked
        params.offline = True
        params.n_ctx = self.context_tokens
        params.n_parallel = 1
        params.n_batch = params.n_ubatch = BATCH_TOKENS
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self._threads
        params.cache_prompt = True
        params.cache_ram_mib = PROMPT_CACHE_MIB
        params.fit_params = False  # it would load the model twice
        return params

    def _ask_for_count(self, text: str) -> int:
        answer = self._client.post("/tokenize", json={"content": text, "add_special": False})
        answer.raise_for_status()
        return len(answer.json()["tokens"])


class _Transport(httpx.BaseTransport):
    """Starts the server with the first request, and sends each over its socket."""

    def __init__(self, server: LocalServer) -> None:
        self._server = server

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._server.send(request)


class _Answer(httpx.SyncByteStream):
    """A response's body that tells the server when nobody reads it any more."""

    def __init__(self, body: httpx.SyncByteStream, server: LocalServer) -> None:
        self._body = body
        self._server = server
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        yield from self._body

    def close(self) -> None:
        self._body.close()
        if self._is_open:
            self._is_open = False
            self._server.end_use()


class _NoAsync(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise ModelFailed(
            f"The local model is driven synchronously; {request.method} came from an async "
            "method. Use Companion.astream, or the chat model's stream in a thread."
        )


def _xllamacpp() -> Any:
    spin_briefly()
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelFailed(
            f"llama.cpp could not be loaded: {error}. Run: pip install xllamacpp; and where "
            "'libgomp' is missing, install the system's package of it (libgomp1 on Debian)."
        ) from error
    return xllamacpp


def _read_through(file: Path) -> None:
    """Bring the file into the page cache, while other threads can still run."""
    buffer = bytearray(1 << 22)
    with file.open("rb", buffering=0) as opened:
        while opened.readinto(buffer):
            pass


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
