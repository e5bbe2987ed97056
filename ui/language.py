"""The words of the interface in the language of whoever looks at the page.

The code says them in English; the tables in `languages/` say them in other languages, and what a
table lacks stays English. Which language is spoken belongs to the event at hand: `OpenPages` says
it for each, so that nobody has to pass it on. Words of users and models never come here.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from importlib.resources import files

import yaml

LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français"}
ENGLISH = "en"
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def speak(language: str) -> None:
    """Let this event speak a language; English, where there is no table of it."""
    _spoken.set(language if language in LANGUAGES else ENGLISH)


def spoken() -> str:
    """The language of this event."""
    return _spoken.get()


def tr(english: str, **values: object) -> str:
    """Words of the interface in the language of this event.

    `values` take the place of their names in braces: `tr("{count} memories", count=3)`.
    """
    words = table(spoken()).get(english, english)
    for name, value in values.items():
        words = words.replace(f"{{{name}}}", str(value))
    return words


@cache
def table(language: str) -> Mapping[str, str]:
    """What there is in a language, by the English words; empty for English itself."""
    if language == ENGLISH:
        return {}
    text = files("ui").joinpath("languages", f"{language}.yaml").read_text("utf-8")
    loaded = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    assert isinstance(loaded, dict)
    return loaded
