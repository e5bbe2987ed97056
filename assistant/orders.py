"""What a message asks of the memory itself: to forget something, or to settle a contradiction.

Orders are carried out and answered without a language model, so nothing is claimed that was not
done. "Remember that …" needs none: it is learned like any statement.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from assistant.types import Trace
from memory.embeddings import Embedder
from memory.errors import NotFound
from memory.types import Learned, Memory, Message, Vectors
from memory.vault import Vault
from prompts.compose import quoted

# Of all-MiniLM-L6-v2: above it two sentences say the same in other words.
_SAME = 0.7
# A longer answer says more than yes or no, and is learned from.
_MOST_WORDS = 6
_FORGET = re.compile(
    r"\s*(?:please |ok,? |can you |could you |now |and )*"
    r"(?:forget|unlearn|delete|erase|stop remembering|don't remember)"
    r"(?: the (?:fact|memory|thing))?(?: (?:that|about|how|what|where))?[:,]? "
    r"(?P<what>(?:that )?(?:i\b|i'|my\b|we\b|our\b|me\b).+)",
    re.IGNORECASE | re.DOTALL,
)
_STILL = re.compile(
    r"\W*(?:yes|yep|yeah|still|it does|both|it still|of course|sure)\b", re.IGNORECASE
)
_NO_LONGER = re.compile(
    r"\W*(?:no\b(?! problem)|nope|not any ?more|no longer|it doesn't|it does not|that's over"
    r"|the new)",
    re.IGNORECASE,
)
UNKNOWN = "I keep no memory that says so, so there is nothing to forget."
_FORGOTTEN = "It is forgotten, for good, here and wherever it was said."
_STAYS = "Thanks, then I keep both in mind."
_REPLACED = "Thanks, then the earlier one no longer counts."


def forget_order(text: str) -> str | None:
    """What a message tells to forget, in its words; None if it does not."""
    found = _FORGET.fullmatch(text.strip())
    return found["what"].strip(" .!\"'“”") if found else None


def forget_told(vault: Vault, what: str, embedder: Embedder, *, time: datetime) -> str | None:
    """Forget for good the memory that says `what`, and say what was done; None if there is none."""
    found = _meant(vault, embedder.vector(what))
    if found is None:
        return None
    receipt = vault.forget(found.id, time=time)
    counts = ", ".join(f"{count} {what}" for what, count in receipt.removed.items() if count)
    reached = "\n".join(f"- {each}" for each in receipt.out_of_reach)
    return f"{_FORGOTTEN} Removed: {counts}.\n\nWhat I cannot reach:\n{reached}"


def question_about(learned: Sequence[Learned]) -> tuple[str, tuple[str, str]] | None:
    """The one question to ask where a message contradicts what is binding, and whom it is about.

    The ids are of the memory that was there and of the new one.
    """
    for each in learned:
        if each.contradicts is not None:
            question = (
                f"One question: you told me {quoted(each.contradicts.text)}, and now "
                f"{quoted(each.memory.text)}. Does the first still hold?"
            )
            return question, (each.contradicts.id, each.memory.id)
    return None


def settle(
    vault: Vault, message: Message, last: Trace | None, *, clock: Callable[[], datetime]
) -> str | None:
    """Carry out the answer to such a question, if the last reply asked one."""
    if last is None or last.asked is None or len(message.content.split()) > _MOST_WORDS:
        return None
    if _STILL.match(message.content):
        return _STAYS
    if not _NO_LONGER.match(message.content):
        return None
    old, new = last.asked
    try:
        vault.memories.supersede(old, by=new, time=clock())
    except NotFound:
        return None
    return _REPLACED


def _meant(vault: Vault, vector: Vectors) -> Memory | None:
    near = vault.near(vector)
    if not near or near[0].similarity < _SAME:
        return None
    return near[0].memory
