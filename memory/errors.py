"""What can go wrong in a vault, each named for what happened. No message holds a user's words."""


class VaultError(Exception):
    """The root of all errors that this package raises."""


class VaultInUse(VaultError):
    """Another process is writing to this vault."""


class VaultUnreadable(VaultError):
    """The vault's database is damaged, or of a newer version than this program."""


class VaultReadOnly(VaultError):
    """The vault, or the folder it lies in, cannot be written to."""


class StorageFull(VaultError):
    """The disk is full."""


class EmbedderMismatch(VaultError):
    """The vault's vectors were made by another embedder than the one at hand."""


class NotFound(VaultError):
    """There is no conversation, message or memory with this id."""


class NotTheLast(VaultError):
    """Something was said after the message that is to be changed or answered anew."""


class InvalidMemory(VaultError):
    """What was given cannot be stored as a memory or a message."""


class ImportFailed(VaultError):
    """A file cannot be imported: it is damaged, or in no format that is known."""
