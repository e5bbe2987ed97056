"""mem0 in a process and an interpreter of its own; run by `mem0.py`, imports nothing of ours.

Reads one JSON object a line, `{"store": [text, ...]}` or `{"search": text, "limit": n}`, and
answers each with one: `{"seconds": s}` or `{"found": [position, ...]}`. It stores texts as they are
(`infer=False`), so the language model that mem0 wants configured is never asked.
"""

import json
import os
import sys
import time
from functools import cache
from typing import Any

USER = "user"


def main() -> None:
    """Answer until standard input ends. Arguments: embedder's folder, dimension, storage folder."""
    # Libraries print; answers have standard output to themselves.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    from mem0 import Memory

    embedder, dimension, storage = sys.argv[1:]
    worker = Worker(Memory.from_config(configuration(embedder, int(dimension), storage)))
    for line in sys.stdin:
        print(json.dumps(worker.answer(json.loads(line))), file=answers, flush=True)


def configuration(embedder: str, dimension: int, storage: str) -> dict[str, Any]:
    """mem0's default store, kept locally, with the embedder's weights from a folder."""
    return {
        "vector_store": {
            "provider": "qdrant",
            "config": {
                "path": f"{storage}/qdrant",
                "on_disk": True,
                "embedding_model_dims": dimension,
            },
        },
        "embedder": {"provider": "huggingface", "config": {"model": embedder}},
        "llm": {
            "provider": "openai",
            "config": {"api_key": "none", "openai_base_url": "http://127.0.0.1:9"},
        },
        "history_db_path": f"{storage}/history.db",
    }


class Worker:
    """One user's memories in mem0, as positions in the list that was stored last."""

    def __init__(self, memories: Any) -> None:
        """Let the embedder keep what it has embedded, as the other systems' does."""
        self._memories = memories
        self._positions: dict[str, int] = {}
        memories.embedding_model.embed = cache(memories.embedding_model.embed)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what a line asks for."""
        if "store" in request:
            return {"seconds": self._store(request["store"])}
        found = self._memories.search(
            request["search"], top_k=request["limit"], filters={"user_id": USER}
        )
        return {"found": [self._positions[each["id"]] for each in found["results"]]}

    def _store(self, texts: list[str]) -> float:
        if self._positions:
            self._memories.reset()
        messages = [{"role": "user", "content": text} for text in texts]
        started = time.perf_counter()
        added = self._memories.add(messages, user_id=USER, infer=False)["results"]
        spent = time.perf_counter() - started
        self._positions = {each["id"]: position for position, each in enumerate(added)}
        return spent


if __name__ == "__main__":
    main()
