"""Checks of what a turn cost: tokens, what of them the model had read before, time, money."""

from pydantic import Field

from evals.checks.base import Check, Seen, check
from evals.results import Verdict


@check
class Tokens(Check):
    """The prompt and the reply take at most so many tokens."""

    tokens: int = Field(ge=0, description="The most, prompt and reply together.")

    def judge(self, seen: Seen) -> Verdict:
        """Add them up."""
        usage = seen.turn.usage
        count = usage.prompt_tokens + usage.completion_tokens
        if not count:
            return self.verdict(None, "no tokens were counted")
        return self.verdict(count <= self.tokens, f"{count} tokens")


@check
class CachedShare(Check):
    """At least this share of the prompt had been read by the model before."""

    cached_share: float = Field(ge=0, le=1, description="The least share.")

    def judge(self, seen: Seen) -> Verdict:
        """Divide."""
        usage = seen.turn.usage
        if not usage.prompt_tokens:
            return self.verdict(None, "no tokens were counted")
        share = usage.cached_tokens / usage.prompt_tokens
        return self.verdict(
            share >= self.cached_share, f"{share:.0%} of the prompt was read before"
        )


@check
class Cost(Check):
    """The turn costs at most so much; needs `prices` in the suite."""

    cost: float = Field(ge=0, description="The most, in US dollars.")

    def judge(self, seen: Seen) -> Verdict:
        """Compare."""
        cost = seen.turn.usage.cost
        if cost is None:
            return self.verdict(None, "no price is known; add 'prices' to the suite")
        return self.verdict(cost <= self.cost, f"it costs ${cost:.6f}")


@check
class Seconds(Check):
    """The model takes at most so long. Depends on the machine, so mind where it is run."""

    seconds: float = Field(gt=0, description="The most, in seconds.")

    def judge(self, seen: Seen) -> Verdict:
        """Compare."""
        took = seen.turn.usage.seconds
        return self.verdict(took <= self.seconds, f"it took {took:.1f} s")
