"""How a reply or a created text came about, as the record that is kept of it: no text in it."""

from assistant.briefing import Briefing
from assistant.chat_models.opened import OpenedModel
from assistant.constraints import Watch
from assistant.types import Offer, Trace, Usage
from prompts.library import Template


def trace_of(
    briefing: Briefing,
    watch: Watch,
    *,
    template: Template,
    model: OpenedModel,
    usage: Usage,
    failures: list[str],
    asked: tuple[str, str] | None = None,
    is_from_memory: bool = False,
    is_cut: bool = False,
) -> Trace:
    """Put together what stood in a prompt, which one it was, and what it cost."""
    used = {item.id for item in briefing.used}
    return Trace(
        prompt=template.name,
        version=template.version,
        digest=template.digest,
        model=model.name,
        asked=asked,
        is_from_memory=is_from_memory,
        is_cut=is_cut,
        host=model.host,
        offers=tuple(
            Offer(
                kind=item.kind,
                id=item.id,
                score=item.score,
                is_used=item.id in used,
                why=item.features,
            )
            for item in briefing.offered
        ),
        usage=usage,
        failures=tuple(failures),
        snapshot_time=briefing.snapshot.time,
        history_from=briefing.history_from,
        minded=tuple(each.memory_id for each in watch.minded()),
    )
