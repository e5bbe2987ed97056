"""What can go wrong with a prompt."""


class PromptError(Exception):
    """A template is missing, malformed, or was given the wrong variables."""
