"""How a caution is worded for the user. Knows nothing about how conflicts are found."""

from collections.abc import Sequence

from assistant.constraints.check import Conflict

_LONGEST = 160


def caution(conflicts: Sequence[Conflict], *, begins_line: bool) -> str:
    """A paragraph of its own, a quotation in Markdown: what conflicts with what the user told.

    Args:
        conflicts: at least one.
        begins_line: whether the text before it ended its line.
    """
    by_memory: dict[str, list[Conflict]] = {}
    for conflict in conflicts:
        by_memory.setdefault(conflict.text, []).append(conflict)
    warnings = [
        f"{_what(broken)}, and you told me “{_shortened(text)}”"
        for text, broken in by_memory.items()
    ]
    before = "\n" if begins_line else "\n\n"
    return f"{before}> ⚠ Careful: {'; '.join(warnings)}.\n\n"


def _what(conflicts: Sequence[Conflict]) -> str:
    if conflicts[0].is_measured:
        return f"this says {_listed([each.words for each in conflicts])}"
    dishes = [
        f"{each.words} usually contains {each.contains}" for each in conflicts if each.contains
    ]
    plain = [each.words for each in conflicts if not each.contains]
    named = [f"this has {_listed(plain)}"] if plain else []
    return _listed([*named, *dishes])


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _shortened(text: str) -> str:
    line = " ".join(text.split()).rstrip(".!")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rsplit(' ', 1)[0]} …"
