"""The embedder that the settings name: sentence-transformers, loaded on first use."""

from langchain_core.embeddings import Embeddings

from assistant.chat_models.installed import named_folder
from assistant.errors import ModelFailed
from assistant.settings import Settings
from memory.embeddings import Embedder


def open_embedder(settings: Settings, given: Embeddings | None = None) -> Embedder:
    """Wrap the embeddings given, or name those of the settings.

    The weights of those are looked for when they are first used.

    Raises, then:
        ModelNotInstalled: the weights are not on this machine.
        ModelFailed: they cannot be loaded.
    """
    cache = settings.cache / "embedded"
    if given is not None:
        return Embedder.of(given, cache=cache)
    return Embedder(settings.embedder, lambda: load_embeddings(settings), cache=cache)


def load_embeddings(settings: Settings) -> Embeddings:
    """Load the embedder of the settings as it is.

    Raises:
        ModelNotInstalled, ModelFailed: as `open_embedder` says.
    """
    folder = named_folder(settings.embedder, settings.cache, what="embedder")
    # Imported here because it takes seconds: it brings torch along.
    from langchain_huggingface import HuggingFaceEmbeddings
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return HuggingFaceEmbeddings(
            model_name=str(folder),
            model_kwargs={"device": "cpu", "local_files_only": True, "trust_remote_code": False},
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelFailed(
            f"The embedder in {str(folder)!r} could not be loaded ({type(error).__name__}). "
            f"Delete that folder and run: bespoke models pull {settings.embedder}"
        ) from error
