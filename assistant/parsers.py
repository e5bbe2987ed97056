"""The parser that the settings name: a spaCy pipeline, loaded on first use, and the learner."""

from assistant.chat_models.installed import named_folder
from assistant.errors import ModelFailed
from assistant.settings import Settings
from memory.embeddings import Embedder
from memory.learn.learner import Learner
from memory.learn.statements import Parser

# What statements are not read with.
_LEFT_OUT = ("ner", "senter")


def open_learner(settings: Settings, embedder: Embedder) -> Learner | None:
    """A learner with the parser of the settings; None where they name none.

    The parser's files are looked for when it is first needed.

    Raises, then:
        ModelNotInstalled: the files are not on this machine.
        ModelFailed: they cannot be loaded.
    """
    if not settings.parser:
        return None
    return Learner(embedder, lambda: load_parser(settings))


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
