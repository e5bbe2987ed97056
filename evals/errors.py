"""What can go wrong in an evaluation, each named for what happened."""

from assistant.errors import AssistantError


class EvalError(AssistantError):
    """The root of all errors that this package raises."""


class DataNotFound(EvalError):
    """There is no data set at the path that was given."""


class UnknownFormat(EvalError):
    """The file is there, but it is not in the data set's format."""


class SystemFailed(EvalError):
    """A system that Bespoke is compared with could not be run."""


class SuiteInvalid(EvalError):
    """A suite cannot be run as it is written; the message says where, and what to do."""


class SubjectFailed(EvalError):
    """What is under test could not be opened, or cannot do what a case asks of it."""


class NotComparable(EvalError):
    """Two runs, or a run and a baseline, do not hold the same cases."""
