"""Which weights are on this machine, and are the expected ones.

Hashing a gigabyte takes seconds, so what was verified once is written down next to the files
(`verified.json`: sha256, size and time of change of each) and hashed again only when size or
time differ. Knows nothing about where files come from.
"""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from assistant.chat_models.catalogue import CATALOGUE, Weights, WeightsFile, find_weights
from assistant.errors import ModelNotInstalled

RECORD_NAME = "verified.json"


class _Seal(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    size: int
    changed_ns: int


_Seals = RootModel[dict[str, _Seal]]


def is_installed(weights: Weights, cache: Path) -> bool:
    """Whether every file lies in the cache and has the expected sha256."""
    return all(is_verified(file, weights.folder(cache)) for file in weights.files)


def installed_folder(name: str, cache: Path) -> Path:
    """The folder of a catalogue entry's verified files.

    Raises:
        UnknownModel: the catalogue has no such entry.
        ModelNotInstalled: it is not on this machine; the message has the command that fetches it.
    """
    weights = find_weights(name)
    if not is_installed(weights, cache):
        raise ModelNotInstalled(
            f"The weights of {name!r} are not in {str(weights.folder(cache))!r}. "
            f"Run: bespoke models pull {name}"
        )
    return weights.folder(cache)


def installed_file(name: str, cache: Path) -> Path:
    """The file that a catalogue entry's chat model is loaded from. Raises as `installed_folder`."""
    return installed_folder(name, cache) / find_weights(name).files[0].path


def named_folder(name: str, cache: Path, *, what: Literal["embedder", "parser"]) -> Path:
    """The folder of a catalogue entry's verified files, or the folder that is named itself.

    Raises:
        ModelNotInstalled: it is not on this machine, or `name` is neither; the message says which.
    """
    if name in CATALOGUE:
        return installed_folder(name, cache)
    folder = Path(name).expanduser()
    if not folder.is_dir():
        article = "an" if what == "embedder" else "a"
        raise ModelNotInstalled(
            f"{name!r} is neither {article} {what} of the catalogue nor a folder. See "
            f"`bespoke models list`, and set BESPOKE_{what.upper()} to one of them."
        )
    return folder


def is_verified(file: WeightsFile, folder: Path) -> bool:
    """Whether the file is there and the expected one; hashes it only if it changed since."""
    path = folder / file.path
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    if _read_seals(folder).get(file.path) == _seal(path, file.sha256):
        return True
    if sha256_of(path) != file.sha256:
        return False
    record_verified(file, folder)
    return True


def record_verified(file: WeightsFile, folder: Path) -> None:
    """Write down that the file was hashed and found to be the expected one."""
    seals = {**_read_seals(folder), file.path: _seal(folder / file.path, file.sha256)}
    # A cache that others own can be read-only: then the file is just hashed again next time.
    with suppress(PermissionError):
        (folder / RECORD_NAME).write_text(_Seals(seals).model_dump_json(indent=1), "utf-8")


def sha256_of(path: Path) -> str:
    """The file's sha256, in hex."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _seal(path: Path, sha256: str) -> _Seal:
    found = path.stat()
    return _Seal(sha256=sha256, size=found.st_size, changed_ns=found.st_mtime_ns)


def _read_seals(folder: Path) -> dict[str, _Seal]:
    try:
        return _Seals.model_validate_json((folder / RECORD_NAME).read_bytes()).root
    except (FileNotFoundError, ValidationError):
        return {}
