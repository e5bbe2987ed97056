"""Why a reply says what it says, as a record and as a text to read."""

from collections.abc import Iterator
from typing import Literal

from assistant.types import Record, Trace
from memory.feedback import Feedback
from memory.types import Memory, Status

LeaningMethod = Literal["scored again", "overlap"]

# Set by eye: with the default model, items that do not matter come to between -0.02 and 0.02.
LEAST_LEANING: dict[LeaningMethod, float] = {"scored again": 0.03, "overlap": 0.3}

_MEASURED: dict[LeaningMethod, str] = {
    "scored again": "by how much less probable it gets without the item (log-probability a token)",
    "overlap": "by words and meaning that a sentence shares with the item (0 to 1)",
}
_LONGEST = 100


class ExplainedItem(Record):
    """An item that stood in a reply's prompt, as it is now; `text` is None if it is gone.

    `status` is a memory's status now. `score` is the log-odds that it was needed, and 0 where it
    was not recalled for this message. `leaning` is how much the reply leans on it, in the unit of
    the explanation's method; None where it was not measured.
    """

    kind: Literal["message", "memory"]
    id: str
    text: str | None
    status: Status | None
    why: str
    score: float
    is_used: bool
    leaning: float | None = None


class PromptMessage(Record):
    """One message of a prompt, word for word; `role` is LangChain's: system, human or ai."""

    role: str
    text: str


class Explanation(Record):
    """Why a reply says what it says; `str` makes a text of it.

    `offered` is what stood in the prompt, what the reply leans on most first. `method` says how
    that was measured: "scored again" is the drop of the mean log-probability of the reply's first
    tokens when the item is left out of the prompt; "overlap" is how many words and how much of its
    meaning an item shares with a sentence of the reply, from 0 to 1. It is None where there was
    nothing to measure. `note` says why the reply was not scored again. `learned` are the memories
    that rest on the user's message. `prompt` is the prompt as it was sent, and empty where it
    cannot be put together again; then `prompt_note` says why.
    """

    reply_id: str
    trace: Trace
    offered: tuple[ExplainedItem, ...]
    method: LeaningMethod | None
    note: str
    learned: tuple[Memory, ...]
    feedback: Feedback | None
    prompt: tuple[PromptMessage, ...] = ()
    prompt_note: str = ""

    @property
    def used(self) -> tuple[ExplainedItem, ...]:
        """What passed the gate for this message."""
        return tuple(item for item in self.offered if item.is_used)

    @property
    def leans_on(self) -> tuple[ExplainedItem, ...]:
        """What the reply leans on by more than an item that does not matter, most first."""
        if self.method is None:
            return ()
        least = LEAST_LEANING[self.method]
        return tuple(item for item in self.offered if (item.leaning or 0) >= least)

    def lines(self) -> Iterator[str]:
        """The explanation in lines of text."""
        yield from self._offered_lines()
        for learned in self.learned:
            yield f"learned  {shortened(learned.text)} ({learned.status.value})"
        if self.feedback:
            words = f": {shortened(self.feedback.words)}" if self.feedback.words else ""
            yield f"you said it was {'good' if self.feedback.is_liked else 'not good'}{words}"
        yield from self._trace_lines()

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _offered_lines(self) -> Iterator[str]:
        if not self.offered:
            yield "The model was given nothing from memory for this reply."
            return
        if self.method is None:
            yield "What the model was given (how much the reply leans on it was not measured):"
        else:
            how = _MEASURED[self.method]
            yield f"How much the reply leans on what the model was given, {how}:"
        leaned_on = {item.id for item in self.leans_on}
        for item in self.offered:
            amount = "    -" if item.leaning is None else f"{item.leaning:5.2f}"
            mark = "leans on" if item.id in leaned_on else "        "
            yield f"{mark} {amount}  {_what(item)}"
            yield f"                {'used' if item.is_used else 'known'}: {item.why}"
        if self.note:
            yield self.note

    def _trace_lines(self) -> Iterator[str]:
        trace, usage = self.trace, self.trace.usage
        where = f" at {trace.host}" if trace.host else ""
        yield f"model    {trace.model}{where}, prompt {trace.prompt} {trace.version} {trace.digest}"
        yield (
            f"tokens   {usage.prompt_tokens} read ({usage.cached_tokens} of them before),"
            f" {usage.completion_tokens} written"
        )
        yield "seconds  " + ", ".join(f"{step} {s:.2f}" for step, s in usage.seconds.items())
        for step in trace.failures:
            yield f"failed   {step}; the reply was made without it"


def shortened(text: str, length: int = _LONGEST) -> str:
    """A text in quotation marks, on one line, and no longer than `length` characters."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= length else f"“{line[:length].rsplit(' ', 1)[0]} …”"


def _what(item: ExplainedItem) -> str:
    if item.text is None:
        return f"a {item.kind} that is no longer kept"
    status = f" ({item.status.value} now)" if item.status not in (None, Status.ACTIVE) else ""
    return shortened(item.text) + status
