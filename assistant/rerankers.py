"""The reranker that the settings name: any sentence-transformers `CrossEncoder`, loaded on use."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from assistant.errors import ModelFailed, ModelNotInstalled
from assistant.settings import Settings
from memory.recall.reranking import Reranker


def open_reranker(settings: Settings) -> Reranker | None:
    """Name the reranker of the settings, if they name one; it is loaded when it is first used.

    Raises, then:
        ModelNotInstalled: there is no such folder.
        ModelFailed: it cannot be loaded.
    """
    if settings.reranker is None:
        return None
    folder = Path(settings.reranker).expanduser()

    @cache
    def loaded() -> Any:
        return _load(folder)

    def scores(question: str, texts: Sequence[str]) -> Sequence[float]:
        from torch.nn import Identity

        pairs = [(question, text) for text in texts]
        found = loaded().predict(pairs, activation_fn=Identity(), show_progress_bar=False)
        return [float(score) for score in found]

    return scores


def _load(folder: Path) -> Any:
    if not folder.is_dir():
        raise ModelNotInstalled(
            f"{str(folder)!r} is not a folder with a cross-encoder. Set BESPOKE_RERANKER to one, "
            "or unset it to do without."
        )
    # Imported here because it takes seconds: it brings torch along.
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(
            str(folder), device="cpu", local_files_only=True, trust_remote_code=False
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelFailed(
            f"The reranker in {str(folder)!r} could not be loaded ({type(error).__name__}). Set "
            "BESPOKE_RERANKER to another folder, or unset it to do without."
        ) from error
