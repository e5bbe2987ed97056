"""How a text that was made looks: its words, its name among the versions, what it used and why.

Knows nothing about pages; what it shows comes from one companion, so from one user.
"""

from collections.abc import Iterator, Sequence

from assistant import Companion
from assistant.errors import EXPECTED
from assistant.types import Created, Creation, Trace
from ui.language import tr
from ui.words import as_reply, as_typed, quoted, shortened

NOTHING_USED = "No personal memory used"
NEUTRAL = "Nothing personal was used for this version."
STOPPED = "*(stopped)*"
CUT = "*(cut at its length limit)*"
THINKING = "…"
_LONGEST = 300
_NAMED = 2


def shown_text(text: str, *, ended: str = "") -> str:
    """The text as Markdown that is safe to show, and a word on how it ended."""
    body = as_reply(text) or THINKING
    return f"{body}\n\n{ended}" if ended else body


def how_it_ended(version: Creation, trace: Trace | None) -> str:
    """A word on a version that is not whole; "" where it is."""
    if not version.is_complete:
        return tr(STOPPED)
    return tr(CUT) if trace is not None and trace.is_cut else ""


def trace_of(companion: Companion, version: Creation) -> Trace | None:
    """How a version came about; None where that is not known any more, as after an import."""
    try:
        return companion.creations.trace(version.id)
    except EXPECTED as error:
        if type(error).__name__ == "NotFound":
            return None
        raise


def version_name(version: Creation, number: int) -> str:
    """What a version is called in the list of versions."""
    what = tr("neutral" if version.is_neutral else "for you")
    if version.instruction:
        what = f"{what}, {quoted(version.instruction, 40)}"
    return f"{number} · {what}"


def work_name(version: Creation, title: str) -> str:
    """What a text is called in the list of texts."""
    return f"{title}: {shortened(version.brief, 60)}"


def used_by(made: Created) -> tuple[str, str]:
    """What a text that was just written used, in a line, and in Markdown with the reasons."""
    used = [(each.text, each.why) for each in made.used]
    known = [each.text for each in made.offered if each not in made.used]
    minded = [(each.text, each.why) for each in made.minded]
    return _told(used, known, minded, is_neutral=made.is_neutral)


def used_then(companion: Companion, version: Creation, trace: Trace | None) -> tuple[str, str]:
    """The same of a version that was written earlier, as far as it is still known."""
    if trace is None:
        return tr("What it used is not known any more"), ""
    ids = [*(offer.id for offer in trace.offers), *trace.minded]
    texts = {each.id: each.text for each in companion.memories.named(ids).values()}
    offers = [(offer, texts[offer.id]) for offer in trace.offers if offer.id in texts]
    return _told(
        [(text, "") for offer, text in offers if offer.is_used],
        [text for offer, text in offers if not offer.is_used],
        [(texts[each], "") for each in trace.minded if each in texts],
        is_neutral=version.is_neutral,
    )


def _told(
    used: Sequence[tuple[str, str]],
    known: Sequence[str],
    minded: Sequence[tuple[str, str]],
    *,
    is_neutral: bool,
) -> tuple[str, str]:
    used = list(dict(used).items())  # two messages may say the same
    title = _title(tr("Used"), [text for text, _ in used]) or tr(NOTHING_USED)
    if minded_title := _title(tr("Minded"), [text for text, _ in minded]):
        title = f"{title} — {minded_title}"
    return title, "\n\n".join(_details(used, known, minded, is_neutral=is_neutral))


def _details(
    used: Sequence[tuple[str, str]],
    known: Sequence[str],
    minded: Sequence[tuple[str, str]],
    *,
    is_neutral: bool,
) -> Iterator[str]:
    if is_neutral:
        yield tr(NEUTRAL)
    if used:
        yield _listed(tr("Looked up for this text"), used)
    if known:
        yield _listed(tr("Also known while it was written"), [(text, "") for text in known])
    if minded:
        yield _listed(tr("Checked against what must be respected"), minded)
    if not (is_neutral or used or known):
        yield tr("Nothing that is known about you was used for this version.")


def _listed(title: str, items: Sequence[tuple[str, str]]) -> str:
    lines = [
        f"- {as_typed(quoted(text, _LONGEST))}" + (f": {as_typed(why)}" if why else "")
        for text, why in items
    ]
    return "\n".join([f"**{title}**", "", *lines])


def _title(what: str, texts: Sequence[str]) -> str:
    if not texts:
        return ""
    more = f" {tr('and {count} more', count=len(texts) - _NAMED)}" if len(texts) > _NAMED else ""
    return f"{what}: {' · '.join(quoted(text, 50) for text in texts[:_NAMED])}{more}"
