"""What a case can use beside its subject: a judge, a user that a model plays, and similarity."""

from collections.abc import Callable, Sequence

from langchain_core.messages import HumanMessage, SystemMessage

from assistant.chat_models.opened import OpenedModel
from evals import choosing
from evals.errors import SubjectFailed
from evals.subjects.base import Calls
from evals.subjects.recorded_chat import RecordedChat
from evals.suites.types import Sampling
from memory.embeddings import Embedder

_JUDGE = "You judge replies of an assistant. Be strict, and answer with one letter only."


class CaseTools:
    """The tools of one case; what they ask a model counts among its calls."""

    def __init__(
        self,
        calls: Calls,
        *,
        open_model: Callable[[str], OpenedModel],
        embedder: Callable[[], Embedder],
        judge: str | None,
        seed: int,
    ) -> None:
        """Nothing is opened yet."""
        self._calls = calls
        self._open_model = open_model
        self._embedder = embedder
        self._judge = judge
        self._seed = seed

    def similarity(self, first: str, second: str) -> float:
        """How near two texts are in meaning: the cosine of their vectors."""
        one, other = self._embedder().vectors([first, second])
        return float(one @ other)

    def choose(self, question: str, options: Sequence[str]) -> str | None:
        """Which option the judge answers with; None if its answer is none of them.

        Raises:
            SubjectFailed: the suite names no judge.
        """
        if self._judge is None:
            raise SubjectFailed("A check needs a judge. Name one in the suite: 'judge: <model>'.")
        chat = self.chat(self._judge, temperature=0.0)
        chat.begin_turn(choosing.letters(options))
        messages = [SystemMessage(_JUDGE), HumanMessage(choosing.asked(question, options))]
        return choosing.chosen(chat.invoke(messages).text, options)

    def chat(self, model: str, *, temperature: float) -> RecordedChat:
        """A chat model by name, whose calls count among the case's."""
        return RecordedChat(
            opened=self._open_model(model),
            calls=self._calls,
            sampling=Sampling(temperature=temperature, reply_tokens=100),
            seed=self._seed,
        )
