"""What the model is told about the user: a snapshot once a conversation, and notes with a message.

The snapshot says what is known and most binding when a conversation begins. Notes are what has
become known since, and what recall found for this message. What the prompt holds already is not
told again. What the user wished for about replies is repeated right behind the message.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import chain
from typing import TypeVar

from assistant.settings import Settings
from assistant.style import Style
from assistant.types import Context, Record
from memory.backing import most_needed
from memory.conversations import SentMessage, Snapshot
from memory.types import Memory, Message, Reason, Recollection
from memory.vault import Vault
from prompts.compose import CountTokens, fitting, quoted
from prompts.library import Template

_MOST_CONSIDERED = 500
# Why something stands in a prompt that was not recalled for it.
KNOWN = {
    "known_before": "was known when this conversation began",
    "known_since": "became known in this conversation",
    "kind": "this kind of text asks for it",
}
_MOST_IN_SNAPSHOT = 40
_Item = TypeVar("_Item")


class Briefing(Record):
    """The words about the user in one prompt, and the items that they come from.

    `known` goes into the system message; `sent` is the user's message with its notes. `attached`
    are the items of the notes, `offered` all that the prompt holds, `used` what was recalled now.
    `history_from` is the `seq` of the first message of the history that the prompt holds.
    """

    snapshot: Snapshot
    known: str
    sent: str
    attached: tuple[Recollection, ...]
    attached_tokens: int
    offered: tuple[Recollection, ...]
    used: tuple[Recollection, ...]
    history_from: int | None = None


class Briefer:
    """Writes briefings within the budgets, in the model's own tokens."""

    def __init__(self, template: Template, settings: Settings, count_tokens: CountTokens) -> None:
        self._template = template
        self._settings = settings
        self._count_tokens = count_tokens

    def brief_without_memory(self, message: Message, context: Context) -> Briefing:
        """A briefing that tells nothing about the user."""
        snapshot = Snapshot(time=message.time, memories=())
        return Briefing(
            snapshot=snapshot,
            known=self.known(snapshot),
            sent=self._sent(_context_lines(context), message.content, ""),
            attached=(),
            attached_tokens=0,
            offered=(),
            used=(),
        )

    def brief(
        self,
        message: Message,
        context: Context,
        *,
        vault: Vault,
        style: Style,
        frozen: Snapshot | None,
        history: Sequence[SentMessage],
        recalled: Sequence[Recollection],
        aside: Collection[str] = (),
        only_tells: bool = False,
    ) -> Briefing:
        """Write the briefing for a message; `frozen` is the conversation's snapshot, if any.

        `aside` are the ids of memories that the conversation does without. Small models echo a
        message that `only_tells` something, unless they are reminded.
        """
        now = message.time
        snapshot = frozen or self.snapshot(self._needed(vault, now, aside), style, now)
        if not style.is_adapting:
            snapshot = snapshot.model_copy(update={"style": ()})
        reminders = [self._template.render("told")] if only_tells else []
        reminder = " ".join([*reminders, style.reminder(self._template, message.content)]).strip()
        told = frozenset(chain.from_iterable(said.items for said in history))
        added = vault.memories.added_since(snapshot.time, now=now)
        changed = _as_recollections([each for each in added if each.id not in aside], "known_since")
        from_start = _as_recollections(snapshot.memories, "known_before")
        lines = self._date_lines(snapshot, now) + _context_lines(context)
        attached = self._fitting(
            _unique([*changed, *_binding_first(recalled)], without=told), lines, message.content
        )
        in_prompt = told | {item.id for item in chain(attached, from_start)}
        sent = self._sent([*lines, *map(self._note, attached)], message.content, reminder)
        return Briefing(
            snapshot=snapshot,
            known=self.known(snapshot),
            sent=sent,
            attached=tuple(attached),
            attached_tokens=self._count_tokens(sent)
            - self._count_tokens(self._sent(lines, message.content, reminder)),
            offered=tuple(_unique([*recalled, *attached, *from_start], only=in_prompt)),
            used=tuple(item for item in recalled if item.id in in_prompt),
            history_from=history[0].seq if history else None,
        )

    def _needed(self, vault: Vault, now: datetime, aside: Collection[str]) -> Sequence[Memory]:
        strongest = vault.memories.strongest(_MOST_CONSIDERED, now=now)
        considered = [each for each in strongest if each.id not in aside]
        needed = most_needed(considered, now=now, strengthened=vault.memories.strengthened())
        return needed[:_MOST_IN_SNAPSHOT]

    def snapshot(self, memories: Sequence[Memory], style: Style, now: datetime) -> Snapshot:
        """As many of the memories as the budget has room for, and how to write."""
        empty = Snapshot(time=now, memories=())
        lines = self._fitting_known(
            style.adapted_lines(self._template),
            lambda chosen: empty.model_copy(update={"style": tuple(chosen)}),
        )
        styled = empty.model_copy(update={"style": tuple(lines)})
        fitting_in = self._fitting_known(
            memories, lambda chosen: styled.model_copy(update={"memories": tuple(chosen)})
        )
        return styled.model_copy(update={"memories": tuple(fitting_in)})

    def _fitting_known(
        self, items: Sequence[_Item], snapshot: Callable[[Sequence[_Item]], Snapshot]
    ) -> list[_Item]:
        return fitting(
            items,
            lambda chosen: self.known(snapshot(chosen)),
            budget=self._settings.snapshot_tokens,
            count_tokens=self._count_tokens,
        )

    def known(self, snapshot: Snapshot) -> str:
        """What a snapshot says in the system message."""
        lines = [_statement(each.text, each.strength) for each in snapshot.memories]
        return self._template.render(
            "known", date=self._day(snapshot.time), lines=lines, style=snapshot.style
        )

    def _fitting(
        self, items: Sequence[Recollection], lines: list[str], text: str
    ) -> list[Recollection]:
        bare = self._count_tokens(self._sent(lines, text, ""))
        return fitting(
            items,
            lambda chosen: self._sent([*lines, *map(self._note, chosen)], text, ""),
            budget=bare + self._settings.attached_tokens,
            count_tokens=self._count_tokens,
        )

    def _date_lines(self, snapshot: Snapshot, now: datetime) -> list[str]:
        today, then = (self._day(time) for time in (now, snapshot.time))
        return [] if today == then else [f"today is {today}"]

    def _day(self, time: datetime) -> str:
        return f"{time.astimezone(self._settings.zone):%A, %d %B %Y}"

    def _sent(self, lines: Sequence[str], text: str, reminder: str) -> str:
        return self._template.render("attached", lines=lines, message=text, reminder=reminder)

    def _note(self, item: Recollection) -> str:
        date = f"{item.time.astimezone(self._settings.zone):%d %B %Y}"
        if item.kind == "memory":
            return _statement(item.text, item.strength)
        speaker = "the user said" if item.role == "user" else "you said"
        asked = f"asked {quoted(item.answers)}, " if item.answers else ""
        return f"{date}, {asked}{speaker}: {quoted(item.text)}"


def _binding_first(items: Sequence[Recollection]) -> list[Recollection]:
    return sorted(items, key=lambda item: item.strength != "hard")


def _statement(text: str, strength: str | None) -> str:
    return f"the user said{' (must)' if strength == 'hard' else ''}: {quoted(text)}"


def _context_lines(context: Context) -> list[str]:
    given = context.model_dump(exclude_none=True)
    return [f"{name} now: {quoted(value)}" for name, value in given.items()]


def _as_recollections(memories: Sequence[Memory], why: str) -> list[Recollection]:
    return [
        Recollection(
            kind="memory",
            id=each.id,
            source_id=each.evidence[0].message_id or each.id,
            text=each.text,
            time=each.valid_from,
            score=0.0,
            reasons=(Reason(feature=why, amount=0.0, words=KNOWN[why]),),
            strength=each.strength,
        )
        for each in memories
    ]


def _unique(
    items: Sequence[Recollection],
    *,
    without: frozenset[str] = frozenset(),
    only: frozenset[str] | None = None,
) -> list[Recollection]:
    """The items, each once, in order."""
    first = {item.id: item for item in reversed(items)}
    kept = {item.id: first[item.id] for item in items if item.id not in without}
    return [item for item in kept.values() if only is None or item.id in only]
