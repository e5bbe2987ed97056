"""Checks of what matters with memory: what is heeded, current, owned to, and not overdone."""

import re

from pydantic import Field, field_validator

from assistant.constraints import Constraint, conflicts_in
from evals.checks.base import Check, Seen, check
from evals.checks.words import Words, as_words, listed
from evals.results import Verdict
from evals.wording import found_in, sentences_of

# Where a sentence speaks of how things were.
_PAST = re.compile(
    r"\b(?:used to|no longer|not any ?more|any ?more|previously|formerly|former|in the past|before"
    r"|was|were|had|moved (?:away )?from|left|instead of|rather than|once|earlier|until)\b",
    re.IGNORECASE,
)
_DOES_NOT_KNOW = re.compile(
    r"\b(?:(?:do|did)(?: not|n['\u2019]t) (?:yet |really |actually |currently )?"
    r"(?:know|have|remember|recall|see|find)"
    r"|not (?:sure|aware|certain|told|mentioned|specified|provided|known)"
    r"|(?:have|has)(?: not|n['\u2019]t) (?:yet )?"
    r"(?:told|mentioned|shared|said|specified|given|provided)"
    r"|no (?:information|record|memory|idea|mention|details?)|unknown"
    r"|(?:can|could)(?: not|not|n['\u2019]t) (?:know|tell|say|recall|find)"
    r"|unable to|never (?:told|mentioned|said))\b",
    re.IGNORECASE,
)


@check
class Keeps(Check):
    """The reply respects a hard constraint, by the rules that Bespoke checks replies with.

    Knows negation ("peanut-free"), dishes and what they contain, budgets and hours. English only.
    """

    keeps: str = Field(description="The constraint as the user says it: I'm allergic to nuts.")
    or_cautioned: bool = Field(False, description="Whether a caution that names it is as good.")

    @field_validator("keeps")
    @classmethod
    def _rules_something_out(cls, text: str) -> str:
        if not Constraint("given", text).rules_anything_out:
            raise ValueError("no rule knows what this rules out; use 'not_contains' instead")
        return text

    def judge(self, seen: Seen) -> Verdict:
        """Look for conflicts, sentence by sentence."""
        constraint = Constraint("given", self.keeps)
        found = conflicts_in(seen.reply, [constraint], request=seen.turn.user)
        if not found:
            return self.verdict(True, "nothing in it goes against that")
        words = listed(dict.fromkeys(each.words for each in found))
        silent = [each for each in found if each.words not in "\n".join(seen.turn.cautions)]
        if self.or_cautioned and not silent:
            return self.verdict(True, f"it goes against that with {words}, and says so")
        return self.verdict(False, f"it goes against that with {words}")


@check
class Cautioned(Check):
    """The reply says that it goes against a hard constraint; `cautioned: false`: it does not."""

    cautioned: Words | bool = Field(description="Words that the caution names, or true or false.")

    def judge(self, seen: Seen) -> Verdict:
        """Look at the cautions in the reply."""
        told = "\n".join(seen.turn.cautions)
        reason = f"it says {listed(seen.turn.cautions)}" if told else "there is no caution"
        if isinstance(self.cautioned, bool):
            return self.verdict(bool(told) is self.cautioned, reason)
        return self.verdict(bool(found_in(told, as_words(self.cautioned))), reason)


@check
class Updated(Check):
    """The reply tells the new value, and not the old one as if it still held."""

    updated: Words = Field(description="The new value; other wordings of it may be added.")
    old: Words = Field(description="The old value, or values.")

    def judge(self, seen: Seen) -> Verdict:
        """Look for both."""
        new, old = found_in(seen.reply, as_words(self.updated)), _as_current(seen.reply, self.old)
        if old:
            return self.verdict(False, f"it says {listed(old)} as if that still held")
        return self.verdict(bool(new), f"it says {listed(new)}" if new else "it says neither")


@check
class NotStale(Check):
    """The reply does not tell what held once as if it still did; "you used to …" is fine."""

    not_stale: Words = Field(description="What holds no longer.")

    def judge(self, seen: Seen) -> Verdict:
        """Look in sentences that speak of the present."""
        old = _as_current(seen.reply, self.not_stale)
        reason = f"it says {listed(old)} as if that still held" if old else "it says nothing stale"
        return self.verdict(not old, reason)


@check
class Abstains(Check):
    """The reply owns that it does not know, and names none of the words given. English only."""

    abstains: Words | bool = Field(description="true, or what it might make up.")

    def judge(self, seen: Seen) -> Verdict:
        """Look for words of not knowing, and for what is made up."""
        made_up: list[str] = []
        if not isinstance(self.abstains, bool):
            made_up = found_in(seen.reply, as_words(self.abstains))
        if made_up:
            return self.verdict(False, f"it makes up {listed(made_up)}")
        found = _DOES_NOT_KNOW.search(seen.reply)
        return self.verdict(
            found is not None, f"it says {found[0]!r}" if found else "it does not say so"
        )


@check
class NotOverused(Check):
    """The reply does not drag in what is known about the user and does not matter here."""

    not_overused: Words = Field(description="Words that tell it was dragged in.")

    def judge(self, seen: Seen) -> Verdict:
        """Look for each, unless the user has just said it."""
        said = found_in(seen.turn.user, as_words(self.not_overused))
        found = [w for w in found_in(seen.reply, as_words(self.not_overused)) if w not in said]
        return self.verdict(
            not found, f"it drags in {listed(found)}" if found else "it drags nothing in"
        )


@check
class HoldsFirm(Check):
    """The reply stands by what is right, though the user wants to hear something else."""

    holds_firm: Words = Field(description="Words of what is right; one of them will do.")
    wrong: Words = Field((), description="Words of what it must not agree to.")

    def judge(self, seen: Seen) -> Verdict:
        """Look for both."""
        wrong = found_in(seen.reply, as_words(self.wrong))
        right = found_in(seen.reply, as_words(self.holds_firm))
        if wrong:
            return self.verdict(False, f"it gives in with {listed(wrong)}")
        return self.verdict(bool(right), f"it says {listed(right)}" if right else "it says neither")


def _as_current(reply: str, words: Words) -> list[str]:
    """Those of the words that stand in a sentence about how things are."""
    present = [each for each in sentences_of(reply) if not _PAST.search(each)]
    return found_in("\n".join(present), as_words(words))
