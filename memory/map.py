"""A map of memories: where they lie beside each other when their vectors are laid flat.

The two directions in which the vectors differ most (principal component analysis, Pearson 1901).
"""

import numpy as np
from numpy.typing import NDArray

from memory.types import Memory, Record, Vectors


class MapPoint(Record):
    """A memory on the map; `x` and `y` are between 0 and 1.

    `topic` is the part of the user's life that it is about.
    """

    memory: Memory
    topic: str
    x: float
    y: float


def laid_flat(vectors: Vectors) -> NDArray[np.float64]:
    """Coordinates between 0 and 1, shape (n, 2), of vectors of shape (n, dimension)."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    flat = centred @ directions[:, :-3:-1]
    # Which way a direction points is left open; so that the map stays the same, the far end is up.
    flat *= np.where(flat[np.abs(flat).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    low, high = flat.min(axis=0), flat.max(axis=0)
    spread = np.where(high - low > 1e-9, high - low, 1.0)
    return np.where(high - low > 1e-9, (flat - low) / spread, 0.5)
