"""Checks that ask more than rules can tell: nearness in meaning, and judges.

A judge is any chat model that the suite names. It answers with one letter; what cannot be read is
not scored, and neither is a comparison that comes out otherwise in the other order.
"""

from pydantic import Field

from evals.checks.base import Check, Seen, check
from evals.results import Verdict

_YES, _NO = "Yes", "No"
_FIRST, _SECOND, _SAME = "The first reply", "The second reply", "Neither is better"


@check
class Similar(Check):
    """The reply says about the same as a text, by the embedder's vectors."""

    similar: str = Field(description="What it should be about the same as.")
    least: float = Field(0.6, ge=-1, le=1, description="The least cosine of the two vectors.")

    def judge(self, seen: Seen) -> Verdict:
        """Embed both."""
        cosine = seen.tools.similarity(seen.reply, self.similar)
        return self.verdict(
            cosine >= self.least, f"their cosine is {cosine:.2f}", score=min(max(cosine, 0.0), 1.0)
        )


@check
class Judged(Check):
    """A judge says yes to a question about the reply: the same both times that it is asked.

    Asked is with the answers in both orders, so that a judge who likes the first letter is noticed.
    """

    needs_judge = True

    judged: str = Field(description="A question that a good reply makes one answer with yes.")

    def judge(self, seen: Seen) -> Verdict:
        """Ask twice."""
        question = (
            f"The user said:\n{_quoted(seen.turn.user)}\n\nThe assistant replied:\n"
            f"{_quoted(seen.reply)}\n\n{self.judged}"
        )
        said = [seen.tools.choose(question, options) for options in ((_YES, _NO), (_NO, _YES))]
        if None in said:
            return self.verdict(None, "the judge's answer could not be read")
        if said[0] != said[1]:
            return self.verdict(None, "the judge says yes and no, depending on the order")
        return self.verdict(said[0] == _YES, f"the judge says {str(said[0]).lower()}, twice")


@check
class BetterThan(Check):
    """A judge finds the reply no worse than another text, whichever of them comes first."""

    needs_judge = True

    better_than: str = Field(description="The reply to compare with.")
    by: str = Field("Which reply is better for this user?", description="What decides.")
    or_same: bool = Field(True, description="Whether it is enough to be as good.")

    def judge(self, seen: Seen) -> Verdict:
        """Ask in both orders; a score of 0.5 is a draw."""
        forth = self._wins(seen, seen.reply, self.better_than, ours=_FIRST)
        back = self._wins(seen, self.better_than, seen.reply, ours=_SECOND)
        if forth is None or back is None:
            return self.verdict(None, "the judge's answer could not be read")
        if {forth, back} == {0.0, 1.0}:
            return self.verdict(None, "the judge prefers whichever stands at one place")
        score = (forth + back) / 2
        passed = score >= 0.5 if self.or_same else score > 0.5
        words = "better" if score > 0.5 else "as good" if score == 0.5 else "worse"
        return self.verdict(passed, f"the judge finds it {words}", score=score)

    def _wins(self, seen: Seen, first: str, second: str, *, ours: str) -> float | None:
        question = (
            f"The user said:\n{_quoted(seen.turn.user)}\n\nThe first reply:\n{_quoted(first)}"
            f"\n\nThe second reply:\n{_quoted(second)}\n\n{self.by}"
        )
        said = seen.tools.choose(question, (_FIRST, _SECOND, _SAME))
        return None if said is None else 0.5 if said == _SAME else float(said == ours)


def _quoted(text: str) -> str:
    """A text as data: each line marked, so that none can end the quotation."""
    return "\n".join(f"> {line}" for line in text.splitlines() or [""])
