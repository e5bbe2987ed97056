"""A learner with the weights that users have."""

import pytest

from assistant.chat_models.pull import pull
from assistant.embedders import open_embedder
from assistant.parsers import open_learner
from assistant.settings import Settings
from memory.learn.learner import Learner


@pytest.fixture(scope="session")
def learner() -> Learner:
    """The default embedder and parser; fetched if they are not here."""
    for name in ("all-MiniLM-L6-v2", "en_core_web_sm"):
        pull(name, Settings().cache)
    settings = Settings(parser="en_core_web_sm")
    made = open_learner(settings, open_embedder(settings))
    assert made is not None
    return made
