"""An explanation in words to show: what a reply was given, what it leans on, what it cost.

All that people wrote is escaped. Knows nothing about pages.
"""

from assistant.explanation import ExplainedItem, Explanation, LeaningMethod
from ui.language import tr
from ui.words import as_typed, quoted

_LONGEST = 300
_MOST_BARS = 10
# What fills a bar, at least: small amounts must not look large because all are small.
_FULL: dict[LeaningMethod, float] = {"scored again": 0.3, "overlap": 1.0}
_ROLES = {"system": "Instructions", "human": "You", "ai": "Bespoke"}
_HOW = {
    "scored again": "Measured by reading the reply again without each item: the longer the bar, "
    "the less likely the reply becomes without it.",
    "overlap": "Compared by the words and the meaning that the reply shares with each item.",
}
_STEPS = {
    "write": "keep your message",
    "embed": "read its meaning",
    "obey": "carry out orders",
    "learn": "learn from it",
    "recall": "look up what matters",
    "answer": "answer from memory",
    "compose": "put the prompt together",
    "constraints": "see what must be respected",
    "first_token": "until the first word",
    "speak": "write the reply",
    "keep": "keep the reply",
}


def given_to(explanation: Explanation) -> str:
    """What stood in the prompt, and why; with bars where it was measured."""
    if explanation.trace.is_from_memory:
        return f"{_title()}\n{tr('No model wrote it: it was answered from what is stored.')}"
    if not explanation.offered:
        return f"{_title()}\n{tr('The model was given nothing that is known about you.')}"
    leaned_on = {item.id for item in explanation.leans_on}
    used = [item for item in explanation.offered if item.is_used]
    known = [item for item in explanation.offered if not item.is_used]
    parts = [_title()]
    for title, items in (("Looked up for your message", used), ("Known anyway", known)):
        if items:
            lines = [_item(item, explanation, is_leaned_on=item.id in leaned_on) for item in items]
            parts += [f"**{tr(title)}**", "\n".join(lines)]
    return "\n\n".join(parts)


def measured_how(explanation: Explanation) -> str:
    """How it was measured, and why not another way."""
    if explanation.method is None:
        return tr("There was nothing to measure.")
    note = f" {as_typed(explanation.note)}" if explanation.note else ""
    nothing = "" if explanation.leans_on else f"{tr('The reply leans on none of these.')} "
    return f"{nothing}{tr(_HOW[explanation.method])}{note}"


def learned_from(explanation: Explanation) -> str:
    """What the message taught."""
    if not explanation.learned:
        return ""
    lines = [f"- {as_typed(quoted(each.text, _LONGEST))}" for each in explanation.learned]
    return "\n".join([f"**{tr('Learned from your message')}**", "", *lines])


def feedback_of(explanation: Explanation) -> str:
    """What the user thought of the reply."""
    if explanation.feedback is None:
        return ""
    words = (
        f": {as_typed(quoted(explanation.feedback.words))}" if explanation.feedback.words else ""
    )
    said = tr(
        "You said it was good" if explanation.feedback.is_liked else "You said it was not good"
    )
    return f"{said}{words}."


def prompt_of(explanation: Explanation) -> str:
    """The prompt as plain text, or why it cannot be shown."""
    if not explanation.prompt:
        return f"{tr('It cannot be put together again:')} {explanation.prompt_note}"
    return "\n\n".join(
        f"── {tr(_ROLES.get(each.role, each.role))} ──\n{each.text}" for each in explanation.prompt
    )


def numbers_of(explanation: Explanation) -> str:
    """Model, prompt, tokens and times."""
    trace, usage = explanation.trace, explanation.trace.usage
    where = f" ({as_typed(trace.host)})" if trace.host else f", {tr('on this machine')}"
    lines = [
        f"- {tr('Model:')} {as_typed(trace.model)}{where}",
        f"- {tr('Prompt:')} {as_typed(trace.prompt)}, {trace.version} ({trace.digest})",
        "- "
        + tr(
            "Read: {all} tokens, {cached} of them read before; {attached} for what was looked up",
            all=usage.prompt_tokens,
            cached=usage.cached_tokens,
            attached=usage.attached_tokens,
        ),
        "- " + tr("Written: {count} tokens", count=usage.completion_tokens),
    ]
    lines += [f"- {_step(step)}: {seconds:.2f} s" for step, seconds in usage.seconds.items()]
    lines += [f"- {tr('Failed, and gone without:')} {as_typed(step)}" for step in trace.failures]
    return "\n".join(lines)


def _title() -> str:
    return f"### {tr('Why this reply?')}"


def _step(step: str) -> str:
    name = tr(_STEPS[step]) if step in _STEPS else as_typed(step)
    return f"{name[:1].upper()}{name[1:]}"


def _item(item: ExplainedItem, explanation: Explanation, *, is_leaned_on: bool) -> str:
    if item.text is None:
        return f"- {tr('Something that is no longer kept')}"
    bar = _bar(item, explanation)
    mark = f" **← {tr('the reply leans on it')}**" if is_leaned_on else ""
    return f"- {as_typed(quoted(item.text, _LONGEST))}{mark}  \n  {bar}{as_typed(item.why)}"


def _bar(item: ExplainedItem, explanation: Explanation) -> str:
    """How much the reply leans on it, beside the one that it leans on most, in signs."""
    if item.leaning is None or explanation.method is None:
        return ""
    full = max(_FULL[explanation.method], *(each.leaning or 0 for each in explanation.offered))
    length = round(_MOST_BARS * max(item.leaning, 0) / full)
    return f"{'▰' * length}{'▱' * (_MOST_BARS - length)} {max(item.leaning, 0):.2f} · "
