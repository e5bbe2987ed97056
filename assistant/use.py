"""How much the user uses what an app offers, so that what they use most can come first.

Knows nothing about what is offered.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from memory.types import Purpose
from memory.vault import Vault

HALF_LIFE_DAYS = 30.0
_SECONDS_A_DAY = 86_400


def use_weights(uses: Iterable[tuple[str, datetime]], now: datetime) -> Mapping[str, float]:
    """How often each thing was used; a use counts half after 30 days."""
    weights: defaultdict[str, float] = defaultdict(float)
    for what, time in uses:
        days = max((now - time).total_seconds(), 0) / _SECONDS_A_DAY
        weights[what] += 0.5 ** (days / HALF_LIFE_DAYS)
    return weights


def is_ordered_by_use(vault: Vault) -> bool:
    """Whether what is used most comes first: it does, unless the user wants a fixed order."""
    order = vault.interface.all().get("order")
    is_fixed = order is not None and order.value == "fixed"
    return not is_fixed and vault.consents.all()[Purpose.ADAPT_STYLE]
