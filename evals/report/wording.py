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
    return (
        f"{100 * estimate.mean:+.1f} points [{100 * estimate.low:+.1f}, {100 * estimate.high:+.1f}]"
    )


def probability(p: float) -> str:
    """A p-value as one writes it."""
    return "< .001" if p < 0.001 else f"{p:.3f}".removeprefix("0")
