"""Keeps the local model's threads from waiting in a busy loop when they share the cores.

llama.cpp's wheel computes with libgomp, whose threads spin for milliseconds at every barrier.
Where something else wants the cores that eats the time which the late thread needs: with two busy
processes on two cores, 0.7-2 tokens/s instead of 6-12, and 17-28 when nothing else runs.
"""

import os

# Long enough to cost nothing on idle cores, short enough to give busy ones away.
SPINS = "5000"


def spin_briefly() -> None:
    """Tell libgomp so, unless the environment has a wish of its own.

    libgomp reads it once, when it is loaded, and torch may bring it along: so call this before
    torch is imported.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
