"""Hard constraints: what they rule out, whether a text respects them, and streams that do."""

from assistant.constraints.check import Checker, Conflict, conflicts_in
from assistant.constraints.constraint import Constraint
from assistant.constraints.guard import Guard
from assistant.constraints.watch import Watch

__all__ = ["Checker", "Conflict", "Constraint", "Guard", "Watch", "conflicts_in"]
