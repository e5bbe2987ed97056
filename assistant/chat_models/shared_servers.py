"""One local server a model file and process, however many ask for it.

Two loaded copies of a gigabyte would help nobody: whoever opens the same file shares the server,
and the last one to let go frees it.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from assistant.chat_models.local_server import LocalServer

_guard = Lock()
_servers: dict[Path, LocalServer] = {}
_leases: dict[Path, int] = {}


def lease_server(
    file: Path, *, how_to_mend: str, threads: int | None
) -> tuple[LocalServer, Callable[[], None]]:
    """The process's server for that file, and what gives it back; twice does no harm.

    The first to ask decides on the threads. Nothing is loaded until the server is asked something.
    """
    key = file.resolve()
    with _guard:
        if key not in _servers:
            _servers[key] = LocalServer(file, how_to_mend=how_to_mend, threads=threads)
        _leases[key] = _leases.get(key, 0) + 1
        return _servers[key], _release_once(key)


def _release_once(key: Path) -> Callable[[], None]:
    held = [key]

    def release() -> None:
        with _guard:
            if held:
                held.clear()
                _release(key)

    return release


def _release(key: Path) -> None:
    _leases[key] -= 1
    if _leases[key] == 0:
        del _leases[key]
        _servers.pop(key).close()
