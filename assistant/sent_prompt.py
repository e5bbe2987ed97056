"""The prompt of a reply, put together again as it was sent, and the same without one item.

Nothing keeps prompts as such. A trace says which snapshot and which messages one held, and the
vault has both; where one of them has changed since, there is no going back.
"""

from collections.abc import Sequence

from langchain_core.messages import BaseMessage

from assistant.briefing import Briefer
from assistant.errors import PromptChanged
from assistant.types import Trace
from memory.conversations import SentMessage, Snapshot
from memory.types import Message
from memory.vault import Vault
from prompts.compose import Said, compose, quoted
from prompts.library import Template

_NOTHING_YET = "?"


class SentPrompt:
    """A prompt that was sent: the snapshot, and the messages up to the user's."""

    def __init__(
        self,
        template: Template,
        briefer: Briefer,
        *,
        snapshot: Snapshot,
        said: Sequence[SentMessage],
        contents: dict[str, str],
    ) -> None:
        """`contents` maps the ids of messages to what was said, without what was attached."""
        self._template = template
        self._briefer = briefer
        self._snapshot = snapshot
        self._said = said
        self._contents = contents

    def messages(self) -> list[BaseMessage]:
        """The prompt as it was sent."""
        return self._composed(self._snapshot, [said.text for said in self._said])

    def without(self, item_id: str, text: str) -> list[BaseMessage]:
        """The prompt as it would have been without the note of an item, whose text is `text`.

        Raises:
            PromptChanged: the item's note does not stand in the prompt.
        """
        kept = tuple(each for each in self._snapshot.memories if each.id != item_id)
        texts = [self._without_note(said, text) for said in self._said]
        if len(kept) == len(self._snapshot.memories) and texts == [s.text for s in self._said]:
            raise PromptChanged("the item's note does not stand in the prompt.")
        return self._composed(self._snapshot.model_copy(update={"memories": kept}), texts)

    def _composed(self, snapshot: Snapshot, texts: Sequence[str]) -> list[BaseMessage]:
        return compose(
            system=[self._template.render("system"), self._briefer.known(snapshot)],
            said=[Said(said.role, text) for said, text in zip(self._said, texts, strict=True)],
        )

    def _without_note(self, said: SentMessage, text: str) -> str:
        if said.role != "user":
            return said.text
        content = self._contents[said.id].strip()
        notes, rest = _split(said.text, content)
        one_note = self._template.render(
            "attached", lines=[_NOTHING_YET], message=content, reminder=""
        )
        emptied = _without_line(_split(one_note, content)[0], _NOTHING_YET)
        left = _without_line(notes, quoted(text))
        return rest if left == emptied else left + rest


def rebuild(
    vault: Vault, trace: Trace, reply: Message, *, template: Template, briefer: Briefer
) -> SentPrompt:
    """Put the prompt of a reply together again.

    Raises:
        PromptChanged: it cannot be; the message says why.
    """
    if (trace.prompt, trace.digest) != (template.name, template.digest):
        raise PromptChanged("the prompt's template has changed since.")
    snapshot = vault.conversations.snapshot(reply.conversation_id)
    if snapshot is None or snapshot.time != trace.snapshot_time:
        raise PromptChanged("what is known about you in this conversation has changed since.")
    said = vault.conversations.history(
        reply.conversation_id, since=trace.history_from if trace.history_from is not None else 0
    )
    place = [each.id for each in said].index(reply.id)
    return SentPrompt(
        template,
        briefer,
        snapshot=snapshot,
        said=said[0 if trace.history_from is not None else place - 1 : place],
        contents={each.id: each.content for each in vault.messages.of(reply.conversation_id)},
    )


def _split(sent: str, content: str) -> tuple[str, str]:
    """A message as it was sent: its notes, and its content with what stands behind that."""
    place = len(sent) - len(content)
    while place > 0 and not (
        sent.startswith(content, place) and sent[place + len(content) :][:1] in ("", "\n")
    ):
        place -= 1
    return sent[:place], sent[place:]


def _without_line(notes: str, end: str) -> str:
    """Notes without the lines that end with `end`."""
    lines = notes.splitlines(keepends=True)
    return "".join(line for line in lines if not line.rstrip().endswith(end))
