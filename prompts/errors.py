"""What can go wrong with a prompt."""


class PromptError(Exception):
    """A template is missing, malformed, or was given the wrong variables."""


class UnknownKind(PromptError):
    """There is no kind of text by that name."""
