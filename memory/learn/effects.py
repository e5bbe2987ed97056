"""What a statement does to an earlier one: takes its place, ends it, repeats it, or lets it be.

A small network reads both together. It is fitted to the pairs in `english/pairs.yaml`, and ships
(`bespoke eval fit effects`). What follows from an effect is decided in `resolve.py`.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from memory.learn.language import Language

if TYPE_CHECKING:
    from memory.learn.effect_network import EffectNetwork

SHIPPED = Path(str(files("memory.learn") / "english" / "effects.npz"))


class Effects(NamedTuple):
    """How likely a statement has each effect on an earlier one; the four make 1."""

    replaces: float
    ends: float
    repeats: float
    keeps: float

    @property
    def retires(self) -> float:
        """How likely the earlier statement holds no longer."""
        return self.replaces + self.ends


class EffectReader:
    """Tells what a statement does to earlier ones, in one language."""

    def __init__(self, find_encoder: Callable[[], Path]) -> None:
        """Nothing is read yet; `find_encoder` names the folder of the encoder, when needed."""
        self._find_encoder = find_encoder

    def read(self, said: str, earlier: Sequence[str]) -> list[Effects]:
        """The effects of what is said now on each of the earlier statements.

        Raises OSError or ValueError where the network cannot be read.
        """
        if not earlier:
            return []
        shares = self._network.judge(earlier, [said] * len(earlier))
        return [Effects(*row) for row in shares.tolist()]

    @cached_property
    def _network(self) -> "EffectNetwork":
        # Imported here because it takes seconds: it brings torch along.
        from memory.learn.effect_network import load_effect_network

        return load_effect_network(self._find_encoder(), SHIPPED)


def pairs_key(language: Language) -> str:
    """What the network is fitted to."""
    lines = "\n".join("\t".join(pair) for pair in language.pairs)
    return hashlib.sha256(lines.encode()).hexdigest()[:32]
