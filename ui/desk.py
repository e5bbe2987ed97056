"""What a page writes: which text and which versions it shows, and what is being written.

Like all about open pages it stays on the server. Knows nothing about how it looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant import Companion
from assistant.errors import EXPECTED
from assistant.types import Creation, CreationKind
from ui.speech import Speech


@dataclass
class Desk:
    """The texts of one page. `shown` and `beside` are ids of two versions of one text.

    `companion` is the desk's own, for texts that are not kept live only as long as theirs.
    """

    companion: Companion
    shown: str | None = None
    beside: str | None = None
    speech: Speech | None = None

    @cached_property
    def kinds(self) -> Sequence[CreationKind]:
        """The kinds of text, the most used first; in this order as long as the page is open."""
        return self.companion.creations.kinds(by_use=True)

    def order_anew(self) -> None:
        """Look again in which order the kinds come."""
        self.__dict__.pop("kinds", None)

    @property
    def first_kind(self) -> str:
        """The kind that is chosen until another one is."""
        return self.kinds[0].name if self.kinds else ""

    @property
    def is_writing(self) -> bool:
        """Whether a text is being written."""
        return self.speech is not None and not self.speech.is_over

    def stop(self) -> None:
        """Stop what is being written, if anything."""
        if self.speech is not None:
            self.speech.stop()

    def clear(self) -> None:
        """Show no text."""
        self.stop()
        self.speech = self.shown = self.beside = None

    def versions(self) -> Sequence[Creation]:
        """All versions of the text that is shown; none where it is gone."""
        if self.shown is None:
            return ()
        try:
            return self.companion.creations.versions(self.shown)
        except EXPECTED as error:
            if type(error).__name__ != "NotFound":
                raise
            self.shown = self.beside = None
            return ()

    def place(self, creation_id: str, *, is_beside: bool) -> None:
        """Show a version: alone, or beside the one that is shown."""
        if is_beside:
            self.beside = creation_id
        else:
            self.shown, self.beside = creation_id, None
