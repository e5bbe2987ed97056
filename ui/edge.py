"""The outer edge: what goes wrong in an event becomes a sentence on the page, never a traceback."""

import logging
from collections.abc import Callable
from functools import wraps
from html import escape
from typing import ParamSpec, TypeVar

import gradio as gr

from ui.open_pages import PageExpired

_log = logging.getLogger(__name__)

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

UNEXPECTED = "Something went wrong that should not. The terminal that Bespoke runs in says more."

# By name, because this package imports nothing but `assistant`. Their messages say what to do,
# and never hold a user's words.
_TOLD = {"AssistantError", "VaultError", "PromptError", PageExpired.__name__}


def sentence_for(error: Exception) -> str:
    """What to tell people about an error; one that nobody expected is logged."""
    if _TOLD & {kind.__name__ for kind in type(error).__mro__}:
        return str(error)
    _log.error("Unexpected error in the app.", exc_info=error)
    return UNEXPECTED


def told(handler: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """Let an event handler's errors be shown as a message on the page."""

    @wraps(handler)
    def wrapper(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        try:
            return handler(*args, **kwargs)
        except gr.Error:
            raise
        except Exception as error:
            raise gr.Error(
                escape(sentence_for(error), quote=False), title="Sorry", print_exception=False
            ) from None

    return wrapper
