"""An interpreter that has mem0, in the cache folder, made when it is first needed."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from tqdm import tqdm

from evals.errors import SystemFailed

VERSION = "2.2.1"
# What runs the embedder there is what runs it here.
_SAME = ("sentence-transformers", "torch", "transformers")


def installed_python(cache: Path) -> Path:
    """The interpreter of mem0's folder in `cache`; installs some 2 GB the first time.

    Raises:
        SystemFailed: it cannot be installed; the message says where the log is.
    """
    folder = cache / f"mem0-{VERSION}"
    python, marker = folder / "bin" / "python", folder / "installed"
    if not marker.exists():
        tqdm.write(f"Installing mem0 {VERSION} in {folder}: some minutes ...", file=sys.stderr)
        same = [f"{package}=={version(package).split('+')[0]}" for package in _SAME]
        folder.mkdir(parents=True, exist_ok=True)
        _run(folder, sys.executable, "-m", "venv", str(folder))
        _run(folder, str(python), "-m", "pip", "install", f"mem0ai=={VERSION}", *same)
        marker.touch()
    return python


def _run(folder: Path, *command: str) -> None:
    log = folder / "install.log"
    with log.open("ab") as output:
        done = subprocess.run(  # noqa: S603
            command, stdout=output, stderr=output, check=False
        )
    if done.returncode:
        raise SystemFailed(f"mem0 could not be installed; {str(log)!r} says why.")
