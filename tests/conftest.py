"""What holds for the whole suite: no network but loopback, no settings of whoever runs it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from memory.embeddings import Embedder
from tests.doubles import Clock, RecordingChatModel, WordEmbeddings
from tests.ui.windows import chromium

__all__ = ["chromium"]

KEPT = {"BESPOKE_NO_SKIP", "BESPOKE_DATA"}
LOOPBACK = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "::", ""}


class NetworkBlocked(ConnectionError):
    """A test wanted to reach another machine."""


def pytest_configure() -> None:
    for name in os.environ.keys() - KEPT:
        if name.startswith("BESPOKE_"):
            del os.environ[name]
    sys.addaudithook(_block_network)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    is_marked = item.get_closest_marker("real_model") or item.get_closest_marker("browser")
    must_run = is_marked and os.environ.get("BESPOKE_NO_SKIP")
    if report.skipped and must_run:
        report.outcome = "failed"
        report.longrepr = f"BESPOKE_NO_SKIP is set, and this was skipped: {report.longrepr}"
    return report


def _block_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name is not None and name not in LOOPBACK and not name.startswith("127."):
        raise NetworkBlocked(f"Tests may reach loopback only, not {name!r}.")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in a folder of its own, so no `bespoke.toml` and no real vault is found."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    # Learning needs a real embedder and parser; its own tests switch it on.
    monkeypatch.setenv("BESPOKE_PARSER", "")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder that holds all vaults; not there yet."""
    return tmp_path / "home"


@pytest.fixture
def clock() -> Clock:
    """Monday, 5 January 2026, 9:00 UTC, until it is set."""
    return Clock()


@pytest.fixture
def embedder() -> Embedder:
    return Embedder.of(WordEmbeddings())


@pytest.fixture
def model() -> RecordingChatModel:
    return RecordingChatModel()


@pytest.fixture
def bespoke(home: Path, clock: Clock, model: RecordingChatModel) -> Iterator[Assistant]:
    """An assistant of doubles."""
    with Assistant(home=home, model=model, embeddings=WordEmbeddings(), clock=clock) as assistant:
        yield assistant


class SmallDisk:
    """A disk of 4 MB that can be filled up, emptied, and made read-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill_up(self) -> None:
        """Take all the room that is left."""
        with self._filler.open("wb", buffering=0) as filler:
            try:
                while filler.write(bytes(4096)):
                    pass
            except OSError:
                return

    def make_room(self) -> None:
        self._filler.unlink()

    def make_read_only(self) -> None:
        _run("mount", "-o", "remount,ro", str(self.folder))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "small_disk"
    folder.mkdir()
    if shutil.which("mount") is None or not _run(
        "mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "bespoke-test", str(folder)
    ):
        pytest.skip("needs the right to mount a small disk (root on Linux)")
    yield SmallDisk(folder)
    _run("umount", "--lazy", str(folder))


def _run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


MakeAssistant = Callable[..., Assistant]


@pytest.fixture
def make_assistant(home: Path, clock: Clock) -> Iterator[MakeAssistant]:
    """Makes assistants of doubles, with what is given in place of some; closes them at the end."""
    made: list[Assistant] = []

    def make(**given: Any) -> Assistant:
        defaults: dict[str, Any] = {
            "home": home,
            "model": RecordingChatModel(),
            "embeddings": WordEmbeddings(),
            "clock": clock,
        }
        made.append(Assistant(**defaults | given))
        return made[-1]

    yield make
    for assistant in made:
        assistant.close()
