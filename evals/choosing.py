"""Multiple choice by one letter: how it is asked, and which option an answer means."""

import re
from collections.abc import Sequence
from string import ascii_uppercase

from evals.wording import found_in


def letters(options: Sequence[str]) -> tuple[str, ...]:
    """The letters that stand for the options."""
    return tuple(ascii_uppercase[: len(options)])


def asked(question: str, options: Sequence[str]) -> str:
    """The question with its options, a line each."""
    lines = [f"{letter}) {each}" for letter, each in zip(letters(options), options, strict=True)]
    return "\n".join([question, "", *lines, "", "Answer with one letter only."])


def chosen(answer: str, options: Sequence[str]) -> str | None:
    """The option that an answer begins with, or names as the only one; None if that is unclear."""
    letter = re.match(r"\W*([A-Z])(?![A-Za-z0-9'\u2019])", answer)
    if letter and letter[1] in letters(options):
        return options[ascii_uppercase.index(letter[1])]
    named = found_in(answer, options)
    return named[0] if len(named) == 1 else None
