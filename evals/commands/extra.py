"""What evaluations need beyond Bespoke itself: the optional packages of the extra `evals`."""

from importlib.util import find_spec

from assistant.errors import MissingExtra

_PACKAGES = ("bm25s", "matplotlib", "rich", "scipy")


def require_extra() -> None:
    """Say what to install where a package of the extra is missing.

    Raises:
        MissingExtra: one is.
    """
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise MissingExtra(
            f"Evaluations need {', '.join(missing)}. Run: pip install 'bespoke-assistant[evals]'"
        )
