"""The learner, and what it reads with: the settings' parser and the detector's encoder."""

from pathlib import Path

from assistant.chat_models.installed import installed_folder, named_folder
from assistant.errors import ModelFailed
from assistant.settings import Settings
from memory.embeddings import Embedder
from memory.learn.learner import Learner
from memory.learn.statements import Parser

ENCODER = "all-MiniLM-L6-v2"
# What statements are not read with.
_LEFT_OUT = ("ner", "senter")


def open_learner(settings: Settings, embedder: Embedder) -> Learner | None:
    """A learner with the parser of the settings; None where they name none.

    The files of the parser and of the detector's encoder are looked for when first needed.

    Raises, then:
        ModelNotInstalled: the files are not on this machine.
        ModelFailed: they cannot be loaded.
    """
    if not settings.parser:
        return None
    return Learner(
        embedder,
        find_encoder=lambda: find_encoder(settings),
        load_parser=lambda: load_parser(settings),
    )


def find_encoder(settings: Settings) -> Path:
    """The folder of the encoder that the detector was fitted to, whatever the embedder is."""
    return installed_folder(ENCODER, settings.cache)


def load_parser(settings: Settings) -> Parser:
    """Load the parser of the settings. Raises as `open_learner` says."""
    folder = named_folder(settings.parser, settings.cache, what="parser")
    import spacy

    try:
        return spacy.load(folder, exclude=list(_LEFT_OUT))
    except (OSError, ValueError) as error:
        raise ModelFailed(
            f"The parser in {str(folder)!r} could not be loaded ({type(error).__name__}). "
            f"Delete that folder and run: bespoke models pull {settings.parser}"
        ) from error
