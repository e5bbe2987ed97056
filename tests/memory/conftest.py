"""A vault in a folder of its own, and the time that its records are made at."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from memory.embeddings import Embedder
from memory.vault import Vault
from tests.doubles import Clock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vault"


@pytest.fixture
def vault(folder: Path, embedder: Embedder) -> Iterator[Vault]:
    opened = Vault(folder, embedder)
    yield opened
    opened.close()


@pytest.fixture
def now(clock: Clock) -> datetime:
    return clock()
