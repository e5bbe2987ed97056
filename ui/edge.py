"""The outer edge: what goes wrong in an event becomes a sentence on the page, never a traceback."""

import logging
from collections.abc import Callable
from functools import wraps
from html import escape
from typing import ParamSpec, TypeVar

import gradio as gr

from assistant.errors import EXPECTED, where_it_failed
from ui.open_pages import PageExpired

_log = logging.getLogger(__name__)

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

UNEXPECTED = "Something went wrong that should not. The terminal that Bespoke runs in says more."


def sentence_for(error: Exception) -> str:
    """What to tell people about an error; one that nobody expected is logged."""
    if isinstance(error, (*EXPECTED, PageExpired)):
        return str(error)
    _log.error("Unexpected error in the app.\n%s", where_it_failed(error))
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
