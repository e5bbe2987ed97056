"""Checks of a reply's own words: what stands in it, its form, its length and its language."""

import re
from typing import Any, Literal

from pydantic import Field, field_validator

from evals.checks.base import Check, Seen, check
from evals.results import Verdict
from evals.wording import found_in

Words = str | tuple[str, ...]


@check
class Contains(Check):
    """The reply holds these words: whole, in any case. With `most: any`, one of them will do."""

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
class Regex(Check):
    """A regular expression is found in the reply."""

    regex: str = Field(description="A regular expression of Python; '(?i)' ignores case.")

    @field_validator("regex")
    @classmethod
    def _is_valid(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return pattern

    def judge(self, seen: Seen) -> Verdict:
        """Search the reply."""
        found = re.search(self.regex, seen.reply)
        return self.verdict(
            found is not None, f"it holds {found[0]!r}" if found else "nothing in it fits"
        )


def as_words(given: Words) -> tuple[str, ...]:
    """One or more words, as more."""
    return (given,) if isinstance(given, str) else given


def listed(words: Any) -> str:
    """Words in quotes, for a reason."""
    return ", ".join(repr(each) for each in words) or "none"
