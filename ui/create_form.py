"""The form of the create tab: which kind of text, about what, and how.

Length, tone and language start from the profile, which is said; whoever chooses something else
gets that. Knows nothing about what comes of it.
"""

import gradio as gr
from gradio.blocks import Block

from assistant import Companion
from assistant.style import Trait
from assistant.types import Creation
from ui.desk import Desk
from ui.events import Updates
from ui.language import tr
from ui.words import shortened

_LENGTHS = [("Short", "short"), ("Medium", "medium"), ("Long", "long")]
_TONES = [
    (each.capitalize(), each) for each in ("casual", "warm", "formal", "cheerful", "matter-of-fact")
]
_LANGUAGES = [
    (each, each)
    for each in (
        *("English", "Spanish", "French", "German", "Portuguese", "Italian", "Dutch", "Polish"),
        *("Turkish", "Ukrainian", "Russian", "Arabic", "Hindi", "Chinese", "Japanese", "Korean"),
    )
]
_AUTOMATIC = "Automatic"
_NOTHING_KNOWN = "Your profile says nothing about it"


class CreateForm:
    """Draws the form; the tab wires it."""

    def __init__(self) -> None:
        """Must be made within the tab."""
        self._examples: dict[str, str] = {}
        with gr.Column(elem_id="create-form"):
            with gr.Row(elem_id="what"):
                self.kind = gr.Dropdown(
                    [], label="What to write", scale=1, min_width=210, elem_id="text-kind"
                )
                self.audience = gr.Textbox(
                    label="Who will read it",
                    placeholder="Leave empty, or: my manager",
                    max_length=200,
                    scale=1,
                    min_width=210,
                    elem_id="audience",
                )
            self.brief = gr.Textbox(
                label="What it is about", lines=2, max_lines=8, elem_id="brief", autofocus=False
            )
            with gr.Row(elem_id="how"):
                self.length = _choice("Length", _LENGTHS, "length")
                self.tone = _choice("Tone", _TONES, "tone")
                self.language = _choice("Language", _LANGUAGES, "language")
            with gr.Row(elem_id="go"):
                self.write = gr.Button(
                    "Write it", variant="primary", scale=0, min_width=130, elem_id="write"
                )
                self.stop = gr.Button(
                    "Stop", scale=0, min_width=130, visible=False, elem_id="stop-writing"
                )
                self.neutral = gr.Checkbox(
                    label="Neutral: use nothing that is known about me",
                    container=False,
                    min_width=260,
                    elem_id="neutral",
                )

    def fields(self) -> list[Block]:
        """What people fill in; writing leaves it alone."""
        return [
            *(self.kind, self.brief, self.length, self.tone, self.language),
            *(self.audience, self.neutral),
        ]

    def inputs(self) -> list[Block]:
        """The fields in the order in which a text is asked for."""
        return self.fields()

    def outputs(self) -> list[Block]:
        """What changes."""
        return [*self.fields(), self.write, self.stop]

    def drawn(self, *, is_writing: bool) -> Updates:
        """The buttons: one begins, or the other stops."""
        return {
            self.write: gr.update(visible=not is_writing),
            self.stop: gr.update(visible=is_writing),
        }

    def opened(self, desk: Desk, kind: str | None) -> Updates:
        """The fields with what there is to choose from for this user; what is filled in stays."""
        self._examples = {each.name: each.example for each in desk.kinds}
        chosen = kind or desk.first_kind
        choices = [(tr(each.title), each.name) for each in desk.kinds]
        return {
            self.kind: gr.update(choices=choices, value=chosen, info=_order_of(desk)),
            **self.example_of(chosen),
            **self._defaults(desk.companion),
        }

    def example_of(self, kind: str) -> Updates:
        """The brief's placeholder for a kind."""
        example = self._examples.get(kind, "")
        return {
            self.brief: gr.update(placeholder=f"{tr('For example:')} {example}" if example else "")
        }

    def filled_with(self, desk: Desk, version: Creation) -> Updates:
        """The fields as they were for a text; what it left open is as the profile says now."""
        return {
            **self.opened(desk, version.kind),
            self.brief: gr.update(value=version.brief),
            self.audience: version.audience or "",
            self.neutral: version.is_neutral,
            self.length: version.length or "",
            self.tone: version.tone or "",
            self.language: version.language or "",
        }

    def emptied(self) -> Updates:
        """The fields for a new text; how it is to be written stays."""
        return {self.brief: "", self.audience: "", self.neutral: False}

    def _defaults(self, companion: Companion) -> Updates:
        defaults = companion.creations.defaults()
        updates: Updates = {}
        for name, field, choices in (
            ("length", self.length, _LENGTHS),
            ("tone", self.tone, _TONES),
            ("language", self.language, _LANGUAGES),
        ):
            trait = next((each for key, each in defaults.items() if key == name), None)
            value = trait.value if trait else None
            label = f"{tr('As usual for you:')} {shortened(value, 30)}" if value else tr(_AUTOMATIC)
            updates[field] = gr.update(
                choices=[(label, ""), *((tr(name), each) for name, each in choices)],
                info=_because(trait),
            )
        return updates


def _because(trait: Trait | None) -> str:
    if trait is None or trait.value is None:
        return tr(_NOTHING_KNOWN)
    because = tr(trait.because)
    return f"{because[:1].upper()}{because[1:]}"


def _choice(label: str, choices: list[tuple[str, str]], elem_id: str) -> gr.Dropdown:
    return gr.Dropdown(
        [(_AUTOMATIC, ""), *choices],
        value="",
        label=label,
        info=_NOTHING_KNOWN,
        allow_custom_value=True,
        min_width=170,
        elem_id=elem_id,
    )


def _order_of(desk: Desk) -> str | None:
    """Why the kinds come in another order than by their names, if they do."""
    titles = [each.title.casefold() for each in desk.kinds]
    return None if titles == sorted(titles) else tr("What you write most comes first.")
