"""What can go wrong in the assistant, each named for what happened.

Every message says what was wrong and what to do next. None ever holds a user's words, because
errors end up in logs.
"""

from traceback import format_tb

from memory.errors import VaultError
from prompts.errors import PromptError


class AssistantError(Exception):
    """The root of all errors that this package raises."""


class InvalidMessage(AssistantError):
    """The message cannot be stored or sent as it is."""


class InvalidBrief(AssistantError):
    """What is asked to be written is empty, too long, or not storable."""


class UnknownModel(AssistantError):
    """The model's name fits no provider, file or catalogue entry."""


class ModelNotInstalled(AssistantError):
    """The model is known, but its weights are not on this machine."""


class MissingExtra(AssistantError):
    """The model's provider needs a package that is not installed."""


class MissingKey(AssistantError):
    """The model's provider needs a key that is not set."""


class ReplyInProgress(AssistantError):
    """Nothing can be forgotten while a reply is being written that may know it."""


class ModelFailed(AssistantError):
    """The model could not be loaded, or gave up while answering."""


class DownloadFailed(AssistantError):
    """Weights could not be fetched, or were not the expected ones."""


class NotEnoughDisk(DownloadFailed):
    """The weights do not fit on the disk."""


class InvalidSettings(AssistantError):
    """A value in the environment or in `bespoke.toml` cannot be used."""


class InvalidStyle(AssistantError):
    """There is no such dimension of style."""


class InvalidChoice(AssistantError):
    """There is no such aspect of the app's look, value of it, or starter of a chat."""


class PromptChanged(AssistantError):
    """The prompt of an earlier reply cannot be put together again as it was sent."""


class SuggestionsRefused(AssistantError):
    """Suggestions cannot be made: the user does not allow them, or the model is too small."""


class ExportFailed(AssistantError):
    """The export could not be written."""


def where_it_failed(error: BaseException) -> str:
    """The traceback and the kind of an error for a log, without its own text.

    Errors of other libraries repeat what they were given, and that is what the user wrote.
    """
    return "".join([*format_tb(error.__traceback__), type(error).__qualname__])


# What the outer edges (command line, app) tell people as it stands; all else is a fault of ours.
EXPECTED = (AssistantError, VaultError, PromptError)
