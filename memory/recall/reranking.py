"""An optional second look: a cross-encoder that reads the question and a text together.

Better than vectors and slower by far, so it sees only the first few and is off by default.
"""

from collections.abc import Callable, Sequence

# Maps a question and texts to a score each, higher is better, on the scale of log-odds.
Reranker = Callable[[str, Sequence[str]], Sequence[float]]

# So many of the best candidates are looked at again, or as many as are asked for.
SECOND_LOOKS = 30
