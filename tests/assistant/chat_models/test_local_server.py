import asyncio
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import httpx
import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from assistant.chat_models.local_server import LocalServer
from assistant.chat_models.opened import OpenedModel, open_model
from assistant.errors import ModelFailed
from assistant.settings import Settings

ROOT = Path(__file__).parents[3]
NAME = "smollm2-135m-instruct"
PROMPT = [SystemMessage("Be helpful. " * 40), HumanMessage("Tell me about the sea.")]
ENDPOINTS = [
    ("GET", "/v1/models"),
    ("GET", "/props"),
    ("GET", "/slots"),
    ("GET", "/metrics"),
    ("POST", "/tokenize"),
    ("POST", "/apply-template"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/completion"),
    ("POST", "/infill"),
    ("GET", "/lora-adapters"),
]


@pytest.fixture(scope="module")
def server(smollm2_settings: Settings) -> LocalServer:
    folder = smollm2_settings.cache / "models" / NAME
    started = LocalServer(next(folder.glob("*.gguf")), how_to_mend="")
    started.count_tokens("start")
    return started


@pytest.mark.real_model
def test_a_reply_comes_in_pieces_with_its_usage(smollm2: OpenedModel) -> None:
    pieces = list(smollm2.stream(PROMPT))
    assert len([piece for piece in pieces if piece.content]) > 10
    whole = sum(pieces[1:], start=pieces[0])
    assert whole.usage_metadata is not None
    assert 1 < whole.usage_metadata["output_tokens"] <= 64


@pytest.mark.real_model
def test_the_second_time_the_prompt_comes_from_the_cache(smollm2: OpenedModel) -> None:
    for _ in range(2):
        pieces = list(smollm2.stream(PROMPT))
    usage = sum(pieces[1:], start=pieces[0]).usage_metadata
    assert usage is not None
    assert usage["input_token_details"]["cache_read"] == usage["input_tokens"] - 1


@pytest.mark.real_model
def test_a_dropped_cache_knows_no_prompt_any_more(smollm2: OpenedModel) -> None:
    list(smollm2.stream(PROMPT))
    smollm2.drop_cache()
    pieces = list(smollm2.stream(PROMPT))
    usage = sum(pieces[1:], start=pieces[0]).usage_metadata
    assert usage is not None
    assert usage["input_token_details"]["cache_read"] == 0


@pytest.mark.real_model
def test_dropping_the_cache_waits_for_the_reply_in_progress(smollm2: OpenedModel) -> None:
    reply = smollm2.stream(PROMPT)
    next(reply)
    dropping = Thread(target=smollm2.drop_cache)
    dropping.start()
    pieces = list(reply)
    dropping.join()
    assert pieces[-1].chunk_position == "last" or len(pieces) > 10


@pytest.mark.real_model
def test_closing_the_stream_stops_the_work(smollm2_settings: Settings) -> None:
    long = smollm2_settings.model_copy(update={"reply_tokens": 4000})
    opened = open_model(NAME, long)
    reply = opened.stream([HumanMessage("Count from one to a thousand.")])
    next(reply)
    reply.close()
    sleep(0.5)
    before = _cpu_seconds()
    sleep(1)
    assert _cpu_seconds() - before < 0.5
    opened.close()


@pytest.mark.real_model
def test_closing_it_ends_a_reply_in_progress_and_it_can_be_opened_again(
    smollm2_settings: Settings,
) -> None:
    opened = open_model(NAME, smollm2_settings.model_copy(update={"reply_tokens": 4000}))
    reply = opened.stream([HumanMessage("Count from one to a thousand.")])
    next(reply)
    opened.close()
    with suppress(httpx.HTTPError):
        assert len(list(reply)) < 4000
    again = open_model(NAME, smollm2_settings)
    assert again.count_tokens("hello world") == 2
    again.close()


@pytest.mark.real_model
def test_tokens_are_counted_with_the_models_own_tokenizer(smollm2: OpenedModel) -> None:
    assert smollm2.count_tokens("hello world") == 2
    assert smollm2.count_tokens("") == 0


@pytest.mark.real_model
def test_it_listens_on_no_port(server: LocalServer) -> None:
    assert _listening_ports() == set()
    assert stat.S_ISSOCK(server.socket.stat().st_mode)
    assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700


@pytest.mark.real_model
@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_without_the_key_even_the_socket_gives_nothing(
    server: LocalServer, method: str, path: str
) -> None:
    answer = _ask(server, method, path, {})
    assert answer.status_code == 401
    assert answer.json()["error"]["message"] == "Invalid API Key"


@pytest.mark.real_model
def test_without_the_key_health_says_only_that_it_is_well(server: LocalServer) -> None:
    assert _ask(server, "GET", "/health", {}).json() == {"status": "ok"}


@pytest.mark.real_model
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_no_other_origin_is_let_in(server: LocalServer, method: str) -> None:
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    answer = _ask(server, method, "/v1/models", headers)
    assert answer.headers["access-control-allow-origin"] == "null"
    assert answer.headers.get("access-control-allow-credentials", "false") == "false"
    assert answer.headers.get("access-control-allow-methods", "") == ""


@pytest.mark.real_model
def test_other_threads_run_while_it_answers(smollm2: OpenedModel) -> None:
    smollm2.count_tokens("load it first")
    gaps = _gaps_while(lambda: list(smollm2.stream(PROMPT)))
    assert max(gaps) < 0.5


@pytest.mark.real_model
def test_what_the_environment_says_about_openai_and_proxies_does_not_reach_it(
    smollm2_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL", "OPENAI_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "not ours")
    monkeypatch.setenv("OPENAI_ORG_ID", "nobody")
    opened = open_model(NAME, smollm2_settings)
    assert opened.chat.invoke("Say hello.").text
    opened.close()


@pytest.mark.real_model
def test_nothing_is_printed_while_it_loads_and_answers(smollm2_settings: Settings) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from assistant.chat_models.local_server import LocalServer\n"
        "server = LocalServer(Path(sys.argv[1]), how_to_mend='')\n"
        "chat = server.chat('smollm2', temperature=0, reply_tokens=8)\n"
        "assert chat.invoke('Tell me a secret.').content\n"
    )
    file = next((smollm2_settings.cache / "models" / NAME).glob("*.gguf"))
    done = subprocess.run(
        [sys.executable, "-c", code, file], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.real_model
def test_two_who_open_the_same_file_share_one_server(smollm2_settings: Settings) -> None:
    first, second = (open_model(NAME, smollm2_settings) for _ in range(2))
    first.close()
    first.close()
    assert second.count_tokens("hello world") == 2
    second.close()


@pytest.mark.parametrize("content", [b"", b"not a model", b"GGUF" + b"\x00" * 100])
def test_a_damaged_file_says_how_to_mend_it(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "damaged.gguf"
    file.write_bytes(content)
    server = LocalServer(file, how_to_mend="Delete it and run: bespoke models pull tiny")
    with pytest.raises(ModelFailed, match=r"damaged\.gguf' could not be loaded\. Delete it and"):
        server.count_tokens("hello")


async def _invoke_async(server: LocalServer) -> None:
    await server.chat("x", temperature=0, reply_tokens=8).ainvoke("hello")


def test_its_async_methods_fail_rather_than_look_for_a_host(tmp_path: Path) -> None:
    with pytest.raises(ModelFailed, match="driven synchronously"):
        asyncio.run(_invoke_async(LocalServer(tmp_path / "none.gguf", how_to_mend="")))


def _ask(server: LocalServer, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    transport = httpx.HTTPTransport(uds=str(server.socket))
    with httpx.Client(transport=transport, base_url="http://llama.invalid") as client:
        return client.request(method, path, headers=headers)


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system


def _gaps_while(work: Callable[[], object]) -> list[float]:
    working = Thread(target=work)
    moments = [monotonic()]
    working.start()
    while working.is_alive():
        sleep(0.005)
        moments.append(monotonic())
    return [after - before for before, after in pairwise(moments)]


def _listening_ports() -> set[int]:
    """The TCP ports on which this very process listens."""
    inodes = {str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        socket.ntohs(int(fields[1].split(":")[1], 16))
        for fields in lines
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes
    }
