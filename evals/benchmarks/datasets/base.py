"""What every data set is read to: corpora of messages, and questions that name their evidence."""

from datetime import datetime

from pydantic import Field

from memory.types import Message, RecollectionKind, Record


class Question(Record):
    """A question, and the ids of the messages that its answer stands in.

    `cluster` names what it has in common with others, so that intervals do not claim too much.
    `expected` is what a good answer says, where the data set tells.
    """

    id: str
    text: str
    kind: str
    cluster: str
    evidence: tuple[str, ...] = Field(min_length=1)
    expected: tuple[str, ...] = ()


class Corpus(Record):
    """What one user has said or told, and questions about it.

    `kind` says what the messages are: a dialogue, or statements about the user that are kept as
    memories.
    """

    name: str
    kind: RecollectionKind = "message"
    messages: tuple[Message, ...] = Field(min_length=1)
    questions: tuple[Question, ...]

    @property
    def asked_at(self) -> datetime:
        """The time of the questions: the end of what was said."""
        return max(message.time for message in self.messages)

    def texts(self) -> list[str]:
        """The messages as systems without fields for it store them: date and speaker in front."""
        if self.kind == "memory":
            return [message.content for message in self.messages]
        return [
            f"[{message.time:%d %B %Y}] {message.name or message.role}: {message.content}"
            for message in self.messages
        ]


class Dataset(Record):
    """Corpora, and how many questions were left out because they name no evidence.

    Kinds in `apart` are reported, but are not part of the overall figure.
    """

    name: str
    corpora: tuple[Corpus, ...]
    skipped: int
    apart: tuple[str, ...] = ()
