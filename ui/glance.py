"""The profile at a glance: what is known about the user, and how their interests changed.

Knows nothing about how a profile is computed.
"""

from collections.abc import Iterable, Sequence

import gradio as gr
from gradio.blocks import Block

from assistant.records import Entry, Person, Profile, Trend, Trends
from assistant.style import Trait, language_name
from ui.events import Updates
from ui.language import tr
from ui.marks import chip, link
from ui.open_pages import OpenPage
from ui.pictures import picture
from ui.words import as_typed, shortened

MOST_SHOWN = 6
MOST_INTERESTS = 12
_EMPTY = (
    "### Nothing yet\nTell Bespoke about yourself in a chat, or add something under "
    "*All memories*. What is known then stands here."
)
_LIKINGS = {"positive": "likes", "negative": "dislikes", "neutral": ""}
_NO_TOPIC = "other"
_MOVED = 0.05


class Glance:
    """Draws the profile."""

    def __init__(self) -> None:
        """Must be made within the tab."""
        with gr.Row(elem_id="glance"):
            with gr.Column(min_width=300):
                self.known = gr.Markdown(elem_id="known")
            with gr.Column(min_width=300):
                self.title = gr.Markdown(elem_id="interests-title")
                self.interests = picture("interests", elem_id="interests")
        self.style = gr.Markdown(elem_id="style")

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return [self.known, self.title, self.interests, self.style]

    def drawn(self, page: OpenPage) -> Updates:
        """The profile as it is now."""
        profile, trends = page.companion.profile(), page.companion.trends(limit=MOST_INTERESTS)
        return {
            self.known: _known(profile),
            self.title: _interests_title(trends),
            self.interests: _interests(trends),
            self.style: _style(page),
        }


def _known(profile: Profile) -> str:
    parts = [
        _section("Must be respected", profile.constraints),
        _section("Facts", profile.facts),
        _people("People", profile.people),
        _people("Animals", profile.pets),
        _section("Goals", profile.goals),
        _section("Wishes about replies", profile.styles),
    ]
    return "\n\n".join(part for part in parts if part) or ("" if profile.interests else tr(_EMPTY))


def _section(title: str, entries: Sequence[Entry]) -> str:
    lines = [f"- {_entry(each)}" for each in entries[:MOST_SHOWN]]
    return _titled(title, lines, len(entries))


def _people(title: str, people: Sequence[Person]) -> str:
    lines = [f"- **{as_typed(_who(each))}**: {_entries(each.entries)}" for each in people]
    return _titled(title, lines[:MOST_SHOWN], len(people))


def _who(person: Person) -> str:
    return f"{person.name} ({person.relation})" if person.name else person.relation


def _entries(entries: Iterable[Entry]) -> str:
    return " · ".join(_entry(each) for each in [*entries][:3])


def _entry(entry: Entry) -> str:
    marks = [*[tr("without exception")] * entry.is_hard, *[tr("pinned")] * entry.is_pinned]
    return chip(shortened(entry.text, 160), "memory", entry.memories[0]) + "".join(
        f" *{mark}*" for mark in marks
    )


def _titled(title: str, lines: list[str], count: int) -> str:
    if not lines:
        return ""
    more = [f"- {tr('and {count} more, under *All memories*', count=count - len(lines))}"] * (
        count > len(lines)
    )
    return "\n".join([f"### {tr(title)}", *lines, *more])


def _interests_title(trends: Trends) -> str:
    if not trends.interests:
        return ""
    shown = len(trends.interests)
    part = (
        f" ({tr('the {shown} firmest of {total}', shown=shown, total=trends.total)})"
        if trends.total > shown
        else ""
    )
    return f"### {tr('Interests')}{part}"


def _interests(trends: Trends) -> dict[str, object] | None:
    if not trends.interests:
        return None
    return {
        "axis": tr("how firmly it stands"),
        "since": f"{tr('since')} {trends.times[0]:%b %Y}",
        "rows": [
            {
                "href": link("memory", each.memories[0]),
                "text": shortened(each.text, 90),
                "liking": _LIKINGS[each.polarity],
                "marks": _marks(each),
                "weights": each.weights,
            }
            for each in trends.interests
        ],
    }


def _marks(trend: Trend) -> str:
    topic = "" if trend.topic == _NO_TOPIC else tr(trend.topic)
    marks = (tr(_LIKINGS[trend.polarity]), topic, tr(_movement(trend)))
    return " · ".join(mark for mark in marks if mark)


def _movement(trend: Trend) -> str:
    now, before = trend.weights[-1], trend.weights[len(trend.weights) // 2]
    if now == 0:
        return "no longer"
    if before == 0:
        return "new"
    if abs(now - before) < _MOVED:
        return "steady"
    return "growing" if now > before else "fading"


def _style(page: OpenPage) -> str:
    traits = page.companion.style().traits()
    lines = [
        f"- {tr(dimension)}: {_value(trait)} ({as_typed(tr(trait.because))})"
        for dimension, trait in traits.items()
    ]
    return "\n".join([f"### {tr('How replies are fitted to you')}", *lines])


def _value(trait: Trait) -> str:
    return as_typed(tr(language_name(trait.value))) if trait.value else tr("as it comes")
