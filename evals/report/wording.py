"""How figures are written in reports."""

from evals.statistics import Estimate


def percent(share: float) -> str:
    """A share as a whole percentage; never 100 % where something is missing, nor 0 % of some."""
    rounded = round(100 * share)
    if (rounded == 100 and share < 1) or (rounded == 0 and share > 0):
        return f"{100 * share:.1f} %"
    return f"{rounded} %"


def points(estimate: Estimate) -> str:
    """A difference in percentage points, with its interval."""
    mean, low, high = (_signed(100 * each) for each in (estimate.mean, estimate.low, estimate.high))
    return f"{mean} [{low}, {high}]"


def probability(p: float) -> str:
    """A p-value as one writes it."""
    return "< .001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def _signed(value: float) -> str:
    return f"{round(value, 1) + 0.0:+.1f}"  # never -0.0
