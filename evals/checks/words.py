"""Checks of a reply's own words: what stands in it, and what does not."""

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from evals.checks.base import Check, Seen, check
from evals.results import Verdict
from evals.wording import found_in

Words = str | tuple[str, ...]


def _is_valid(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"this is no regular expression: {error}") from None
    return pattern


Pattern = Annotated[
    str,
    AfterValidator(_is_valid),
    Field(description="A regular expression of Python; '(?i)' ignores case."),
]


@check
class Contains(Check):
    """The reply holds one of these words, or with `need: all` each: whole, in any case."""

    contains: Words = Field(description="Words or phrases; '*' at an end stands for more letters.")
    need: Literal["any", "all"] = Field("any", description="Whether one of them will do.")

    def judge(self, seen: Seen) -> Verdict:
        """Look for each."""
        wanted = as_words(self.contains)
        found = found_in(seen.reply, wanted)
        passed = len(found) == len(wanted) if self.need == "all" else bool(found)
        missing = [each for each in wanted if each not in found]
        reason = f"it says {listed(found)}" if passed else f"it does not say {listed(missing)}"
        return self.verdict(passed, reason)


@check
class NotContains(Check):
    """The reply holds none of these words: whole, in any case."""

    not_contains: Words = Field(description="Words or phrases, as in `contains`.")

    def judge(self, seen: Seen) -> Verdict:
        """Look for each."""
        found = found_in(seen.reply, as_words(self.not_contains))
        return self.verdict(not found, f"it says {listed(found)}" if found else "it says none")


@check
class NotRegex(Check):
    """A regular expression is found nowhere in the reply."""

    not_regex: Pattern

    def judge(self, seen: Seen) -> Verdict:
        """Search the reply."""
        found = re.search(self.not_regex, seen.reply)
        return self.verdict(
            found is None, f"it holds {found[0]!r}" if found else "nothing in it fits"
        )


@check
class Regex(Check):
    """A regular expression is found in the reply."""

    regex: Pattern

    def judge(self, seen: Seen) -> Verdict:
        """Search the reply."""
        found = re.search(self.regex, seen.reply)
        return self.verdict(
            found is not None, f"it holds {found[0]!r}" if found else "nothing in it fits"
        )


def as_words(given: Words) -> tuple[str, ...]:
    """One or more words, as more."""
    return (given,) if isinstance(given, str) else given


def listed(words: Iterable[str]) -> str:
    """Words in quotes, for a reason."""
    return ", ".join(repr(each) for each in words) or "none"
