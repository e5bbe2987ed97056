"""Users that a language model plays: who they are is said in words, what they say depends on it."""

from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from evals.results import TurnRecord
from evals.subjects.recorded_chat import RecordedChat

_SYSTEM = """\
You play a person who talks to an assistant. Who you are, and what you want: {who}

Write the person's next message and nothing else: one or two short sentences, in the first person, \
as people type. Never answer as the assistant."""
_BEGIN = "Begin the conversation."


class SimulatedUser:
    """Speaks through a chat model; with the same seed and model it says the same again."""

    def __init__(self, who: str, chat: RecordedChat) -> None:
        self._who = who
        self._chat = chat

    def next_message(self, before: Sequence[TurnRecord]) -> str:
        """What the user says next; for them, the assistant's replies are what is said to them."""
        self._chat.begin_turn()
        messages: list[BaseMessage] = [
            SystemMessage(_SYSTEM.format(who=self._who)),
            HumanMessage(_BEGIN),
        ]
        for turn in before:
            messages += [AIMessage(turn.user), HumanMessage(turn.reply)]
        said = self._chat.invoke(messages).text.strip().strip('"').strip()
        return said or "Go on."
