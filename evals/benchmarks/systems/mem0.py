"""mem0 as it runs offline: it stores what it is given (`infer=False`) and asks no language model.

Its packages do not fit beside Bespoke's, so it runs in another process with an interpreter of its
own, on the same weights; `mem0_worker.py` is that process.
"""

import json
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from langchain_core.embeddings import Embeddings

from assistant.chat_models.catalogue import CATALOGUE
from assistant.chat_models.installed import installed_folder
from assistant.settings import Settings, load_settings
from evals.benchmarks.datasets.base import Corpus
from evals.benchmarks.systems.mem0_install import installed_python
from evals.errors import SystemFailed

_WORKER = Path(__file__).with_name("mem0_worker.py")
_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "MEM0_TELEMETRY": "False",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_OFFLINE": "1",
}


class Mem0:
    """The other process, as a system; `seconds` is what adding the last corpus took there."""

    def __init__(self, python: Path | None, embeddings: Embeddings) -> None:
        """Start the process with `python`, or with an interpreter made for it.

        Raises:
            SystemFailed: mem0 cannot be installed or started.
        """
        settings = load_settings()
        self._python = python or installed_python(settings.cache)
        self._storage = TemporaryDirectory(prefix="bespoke-eval-mem0-")
        self._log = Path(self._storage.name, "log.txt")
        dimension = len(embeddings.embed_query("How long is a vector?"))
        # -P: the worker's own folder holds a file of mem0's name.
        command = [str(self._python), "-P", str(_WORKER), _weights(settings), str(dimension)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [*command, self._storage.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=os.environ | _QUIET | {"MEM0_DIR": self._storage.name},
            )

    def store(self, corpus: Corpus) -> None:
        """Add the texts, after throwing away those of the corpus before.

        Raises:
            SystemFailed: the process gave up.
        """
        self._ids = [message.id for message in corpus.messages]
        self.seconds = float(self._ask({"store": corpus.texts()})["seconds"])

    def search(self, text: str, limit: int) -> list[str]:
        """Search as mem0 does by default.

        Raises:
            SystemFailed: the process gave up.
        """
        found = self._ask({"search": text, "limit": limit})["found"]
        return [self._ids[position] for position in found]

    def close(self) -> None:
        """End the process and delete what it stored."""
        self._process.communicate()
        self._storage.cleanup()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise SystemFailed(
                f"mem0 could not be run with {str(self._python)!r}: {self._last_words()} Leave "
                "--mem0-python out to have it installed in a folder of its own."
            )
        return dict(json.loads(answer))

    def _last_words(self) -> str:
        lines = self._log.read_text("utf-8", "replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "it ended without a word.")


def _weights(settings: Settings) -> str:
    if settings.embedder in CATALOGUE:
        return str(installed_folder(settings.embedder, settings.cache))
    return settings.embedder
