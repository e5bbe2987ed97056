"""Says what to do when a chat model gave up, whichever provider's error it is.

Providers repeat the question, and sometimes the key, in their errors: so an error's own text is
never passed on, only what its kind and its status say.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, ModelFailed

if TYPE_CHECKING:
    from assistant.chat_models.opened import OpenedModel

TOO_LONG = ("context_length", "exceed_context", "context window", "maximum context")
UNREACHABLE = {"APIConnectionError", "ConnectError", "ConnectionError", "ConnectTimeout"}
TOO_SLOW = {"APITimeoutError", "ReadTimeout", "TimeoutError"}


def describe_failure(error: Exception, opened: "OpenedModel") -> ModelFailed:
    """What went wrong and what to do next, without the user's words and without a key."""
    ours = next((link for link in _chain(error) if isinstance(link, AssistantError)), None)
    if ours is not None:
        return ModelFailed(str(ours))
    place = f" at {opened.host}" if opened.host else ""
    return ModelFailed(f"{opened.name!r}{place} gave no answer: {_reason(error)}")


def _reason(error: Exception) -> str:
    names = {kind.__name__ for link in _chain(error) for kind in type(link).__mro__}
    status = getattr(error, "status_code", None)
    if status in {401, 403}:
        return "it refuses the key. Check the key, and that it may use this model."
    if status == 404:
        return "it does not know the model. Check the model's name and the address."
    if status == 429:
        return "too many requests, or the account's limit is reached. Wait, or check the account."
    if status in {400, 413} and any(hint in str(error).lower() for hint in TOO_LONG):
        return (
            "the prompt is longer than it can read. Start a new conversation, or lower "
            "BESPOKE_HISTORY_TOKENS."
        )
    if names & TOO_SLOW:
        return "it took too long. Try again."
    if names & UNREACHABLE:
        return "it cannot be reached. Check the network and the address, or use a local model."
    if isinstance(status, int) and status >= 500:
        return f"it failed on its own side (status {status}). Try again in a while."
    detail = f"{type(error).__name__}, status {status}" if status else type(error).__name__
    return f"it failed with {detail}. The log has the place; try again, or use another model."


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
