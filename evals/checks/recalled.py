"""Checks of what stood in the prompt, of what was learned, and of what is remembered after it."""

from collections.abc import Iterable, Sequence

from pydantic import Field

from evals.checks.base import Check, Seen, check
from evals.checks.words import Words, as_words, listed
from evals.results import Verdict
from evals.wording import found_in

_DESCRIPTION = "Words that tell what is meant; each is looked for."


class _InTexts(Check):
    """Whether words stand in some texts; each has to, or, the other way round, none may."""

    def _all_in(self, words: Words, texts: Iterable[str], where: str) -> Verdict:
        found = set(found_in("\n".join(texts), as_words(words)))
        missing = [each for each in as_words(words) if each not in found]
        reason = f"{listed(missing)} is not {where}" if missing else f"all of it is {where}"
        return self.verdict(not missing, reason)

    def _none_in(self, words: Words, texts: Iterable[str], where: str) -> Verdict:
        found = found_in("\n".join(texts), as_words(words))
        return self.verdict(
            not found, f"{listed(found)} is {where}" if found else f"nothing of it is {where}"
        )

    def _untold(self) -> Verdict:
        return self.verdict(None, "this subject does not tell what it remembers")


@check
class Offered(_InTexts):
    """What was known stood in the prompt."""

    offered: Words = Field(description=_DESCRIPTION)

    def judge(self, seen: Seen) -> Verdict:
        """Look in every item that was offered."""
        return self._all_in(self.offered, _offered(seen), "among what was offered")


@check
class NotOffered(_InTexts):
    """What was known, or never should have been, did not stand in the prompt."""

    not_offered: Words = Field(description=_DESCRIPTION)

    def judge(self, seen: Seen) -> Verdict:
        """Look in every item that was offered."""
        return self._none_in(self.not_offered, _offered(seen), "among what was offered")


@check
class Used(_InTexts):
    """It was recalled for this very message."""

    used: Words = Field(description=_DESCRIPTION)

    def judge(self, seen: Seen) -> Verdict:
        """Look in every item that was used."""
        return self._all_in(self.used, _used(seen), "among what was used")


@check
class NotUsed(_InTexts):
    """It was not recalled for this message, for it does not matter here."""

    not_used: Words = Field(description=_DESCRIPTION)

    def judge(self, seen: Seen) -> Verdict:
        """Look in every item that was used."""
        return self._none_in(self.not_used, _used(seen), "among what was used")


@check
class Learned(_InTexts):
    """This message taught it."""

    learned: Words = Field(description=_DESCRIPTION)

    def judge(self, seen: Seen) -> Verdict:
        """Look in what was learned."""
        return self._all_in(self.learned, seen.turn.learned, "among what was learned")


@check
class NotLearned(_InTexts):
    """This message did not teach it; `not_learned: true`: it taught nothing."""

    not_learned: Words | bool = Field(description=_DESCRIPTION)

    def judge(self, seen: Seen) -> Verdict:
        """Look in what was learned."""
        learned = seen.turn.learned
        if isinstance(self.not_learned, bool):
            reason = f"it learned {listed(learned)}" if learned else "it learned nothing"
            return self.verdict(not learned, reason)
        return self._none_in(self.not_learned, learned, "among what was learned")


@check
class Remembered(_InTexts):
    """It is among what is remembered in the end."""

    remembered: Words = Field(description=_DESCRIPTION)

    def judge(self, seen: Seen) -> Verdict:
        """Look in every memory that counts now."""
        memories = seen.store.memories()
        if memories is None:
            return self._untold()
        return self._all_in(self.remembered, memories, "remembered")


@check
class NotRemembered(_InTexts):
    """It is not among what is remembered in the end: it was forgotten, or never learned."""

    not_remembered: Words = Field(description=_DESCRIPTION)

    def judge(self, seen: Seen) -> Verdict:
        """Look in every memory that counts now."""
        memories = seen.store.memories()
        if memories is None:
            return self._untold()
        return self._none_in(self.not_remembered, memories, "remembered")


def _offered(seen: Seen) -> Sequence[str]:
    return [item.text for item in seen.turn.offered]


def _used(seen: Seen) -> Sequence[str]:
    return [item.text for item in seen.turn.offered if item.is_used]
