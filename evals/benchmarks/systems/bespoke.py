"""Bespoke, through its Python API, with a home that is thrown away."""

from tempfile import TemporaryDirectory

from langchain_core.embeddings import Embeddings

from assistant import Assistant
from evals.benchmarks.datasets.base import Corpus


class Bespoke:
    """One user a corpus; statements are added as memories, dialogues imported as messages."""

    def __init__(self, embeddings: Embeddings) -> None:
        """Open nothing yet."""
        self._home = TemporaryDirectory(prefix="bespoke-eval-")
        self._assistant = Assistant(home=self._home.name, embeddings=embeddings)
        self._stored = 0

    def store(self, corpus: Corpus) -> None:
        """Make a new user, who said or wrote down what the corpus holds."""
        self._stored += 1
        self._user = self._assistant.user(f"user {self._stored}")
        self._corpus = corpus
        self._ids = {message.id: message.id for message in corpus.messages}
        if corpus.kind == "memory":
            self._ids = {
                self._user.memories.add(message.content).id: message.id
                for message in corpus.messages
            }
            return
        fields = {"id", "role", "name", "content", "time"}
        self._user.import_messages(
            (
                message.model_dump(mode="json", include=fields)
                | {"conversation": message.conversation_id}
                for message in corpus.messages
            ),
            learn=False,
        )

    def search(self, text: str, limit: int) -> list[str]:
        """Recall without the gate, as if asked right after the last message."""
        # What was written down holds from now on, and so it is asked for now.
        now = self._corpus.asked_at if self._corpus.kind == "message" else None
        found = self._user.recall(
            text, limit=limit, kinds=(self._corpus.kind,), gate=False, now=now
        )
        return [self._ids[item.id] for item in found]

    def close(self) -> None:
        """Close all vaults and delete them."""
        self._assistant.close()
        self._home.cleanup()
