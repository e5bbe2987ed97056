"""A check of free replies to questions that have one known answer, without a judge."""

from pydantic import Field

from evals.checks.base import Check, Seen, check
from evals.results import Verdict
from evals.wording import found_in, words_of

_LEAST = 0.5


@check
class Answers(Check):
    """The reply says an answer: at least half of its words, where short ones do not count.

    Numbers and names count whatever their length. A reply that says the opposite with the same
    words passes, too: use `judged` where that matters.
    """

    answers: str = Field(min_length=1, description="The right answer.")

    def judge(self, seen: Seen) -> Verdict:
        """Count the answer's words in the reply."""
        words = list(dict.fromkeys(words_of(self.answers)))
        telling = [word for word in words if _is_telling(word)] or words
        if not telling:
            return self.verdict(None, "the answer has no words")
        found = found_in(seen.reply, telling)
        share = len(found) / len(telling)
        return self.verdict(
            share >= _LEAST, f"it says {len(found)} of {len(telling)} words of it", score=share
        )


def _is_telling(word: str) -> bool:
    return len(word) > 3 or not word.islower()
