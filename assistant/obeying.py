"""What is answered without a model: orders to the memory, and questions about oneself.

Each is told only after it was done, or from what is stored; so nothing is made up.
"""

from collections.abc import Sequence

from assistant.history import said_before
from assistant.orders import UNKNOWN, forget_order, forget_told, settle
from assistant.self_answers import answer
from assistant.self_questions import read_question
from assistant.steps import Steps
from assistant.types import Trace
from assistant.workplace import Workplace
from memory.types import Message, Recollection


def obey(work: Workplace, steps: Steps, message: Message) -> tuple[str | None, bool]:
    """Carry out what a message asks of the memory.

    Returns what to tell, None where it asks nothing, and whether the message itself was changed:
    what is forgotten may be gone from it.
    """
    what = forget_order(message.content)
    if work.is_temporary:
        return None, False

    def carry_out() -> str | None:
        with work.kept() as vault:
            if what is None:
                trace = vault.messages.trace_before(message)
                last = Trace.model_validate_json(trace) if trace else None
                return settle(vault, message, last, clock=work.clock)
            return forget_told(vault, what, work.embedder, time=message.time) or UNKNOWN

    told = steps.attempt("obey", carry_out, without=None)
    is_changed = what is not None and told not in (None, UNKNOWN)
    if is_changed:
        work.model().drop_cache()
    return told, is_changed


def answer_from_memory(
    work: Workplace, steps: Steps, message: Message, recalled: Sequence[Recollection]
) -> str | None:
    """What the store says to a question about oneself; None if the message is none."""
    if read_question(message.content) is None:
        return None

    def tell() -> str | None:
        with work.kept() as kept:
            history = kept.conversations.history(message.conversation_id)
        with work.known() as known:
            if not work.may_use_memory(known):
                return None
            profile = known.profile(now=message.time)
        said = [each.text for each in said_before(message, history)]
        return answer(message.content, profile, heard=recalled, said=said)

    return steps.attempt("answer", tell, without=None)
