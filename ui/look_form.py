"""Look and feel: text size, spacing, language and order, chosen or adapted, and why.

What is adapted is told beside the chats, and is kept or undone there with one click. A page keeps
its look while it is open; only a choice changes it at once. Knows nothing about what speaks for
which look.
"""

from collections.abc import Callable

import gradio as gr
from gradio.blocks import Block

from assistant.interface import Interface, Look
from assistant.look_wishes import ASPECTS, Aspect
from ui.edge import told
from ui.events import QUICK, Updates, merged
from ui.language import ENGLISH, LANGUAGES, speak, tr
from ui.open_pages import OpenPage, OpenPages
from ui.pictures import picture
from ui.words import as_typed

_AUTOMATIC = "Automatic"
_NAMES: dict[Aspect, str] = {
    "text_size": "Text size",
    "density": "Spacing",
    "language": "Language",
    "order": "Order of suggestions",
}
_CHOICES: dict[Aspect, dict[str, str]] = {
    "text_size": {"normal": "Normal", "large": "Large", "largest": "Very large"},
    "density": {"compact": "Compact", "comfortable": "Comfortable", "spacious": "Spacious"},
    "language": LANGUAGES,
    "order": {"automatic": "Most used first", "fixed": "Always the same"},
}
_BECAUSE = {
    "said": "because you said “{words}”",
    "wished": "because you wished for replies in it",
    "wrote": "because you write in it",
    "browser": "because your browser asks for it",
}


class LookForm:
    """Draws the form and wires it."""

    def __init__(self, pages: OpenPages) -> None:
        """Must be made within the sidebar."""
        self._pages = pages
        self.look = picture("look", elem_id="look")
        with gr.Column(visible=False, elem_id="adapted") as self.adapted:
            self.why = gr.Markdown(elem_id="adapted-why")
            with gr.Row(elem_id="adapted-answer"):
                self.keep = gr.Button("Keep it", size="sm", min_width=80, elem_id="adapted-keep")
                self.undo = gr.Button("Undo", size="sm", min_width=80, elem_id="adapted-undo")
        with gr.Accordion("Look and feel", open=False, elem_id="look-form"):
            self.choices = {
                aspect: gr.Dropdown(
                    [(_AUTOMATIC, ""), *((name, value) for value, name in choices.items())],
                    value="",
                    label=_NAMES[aspect],
                    filterable=False,
                    elem_id=f"look-{aspect}",
                )
                for aspect, choices in _CHOICES.items()
            }

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return [self.look, self.adapted, self.why, *self.choices.values()]

    def wire(self, redrawn: Callable[[OpenPage], Updates], outputs: list[Block]) -> None:
        """Wire the form; `redrawn` draws the rest of the page in another language or order."""
        drawn = {"outputs": list(dict.fromkeys([*outputs, *self.outputs()])), **QUICK}
        for aspect, choice in self.choices.items():
            choice.input(_Chooser(self, aspect, redrawn), [choice], preprocess=False, **drawn)
        self.keep.click(_Answer(self, redrawn, is_kept=True), None, **drawn)
        self.undo.click(_Answer(self, redrawn, is_kept=False), None, **drawn)

    def begun(self, page: OpenPage, accepted: str) -> Updates:
        """The look of a page that is being opened; `accepted` is what the browser asks for."""
        page.browser_language = accepted.split(",")[0].split(";")[0].split("-")[0].strip().lower()
        return self.drawn(page)

    def drawn(self, page: OpenPage) -> Updates:
        """The look as it is now, and why."""
        interface = _interface(page)
        page.language = interface.language.value
        speak(page.language)
        why = [_sentence(aspect, look) for aspect, look in interface.adapted().items()]
        return {
            self.look: {each: interface.look(each).value for each in ASPECTS},
            self.adapted: gr.update(visible=bool(why)),
            self.why: "\n\n".join(why),
            **{choice: _choice(interface, each) for each, choice in self.choices.items()},
        }

    def choose(
        self,
        page: OpenPage,
        chosen: dict[Aspect, str | None],
        redrawn: Callable[[OpenPage], Updates],
        *,
        is_anew: bool = False,
    ) -> Updates:
        """Choose some of it, leave it to be automatic, or let that begin anew."""
        before = page.language
        for aspect, value in chosen.items():
            if is_anew:
                page.companion.interface.reset(aspect)
            else:
                page.companion.interface.set(aspect, value)
        own = self.drawn(page)
        is_redrawn = page.language != before or "order" in chosen
        return merged(redrawn(page) if is_redrawn else {}, own)

    def page_of(self, request: gr.Request) -> OpenPage:
        """The page that an event comes from."""
        return self._pages.of(request)


class _Chooser:
    """Chooses one aspect."""

    def __init__(
        self, form: LookForm, aspect: Aspect, redrawn: Callable[[OpenPage], Updates]
    ) -> None:
        self._form, self._aspect, self._redrawn = form, aspect, redrawn
        self.__name__ = f"choose_{aspect}"

    def __call__(self, value: str, request: gr.Request) -> Updates:
        return _choose(self._form, {self._aspect: value or None}, self._redrawn, request)


class _Answer:
    """Keeps all that is adapted, or undoes it."""

    def __init__(
        self, form: LookForm, redrawn: Callable[[OpenPage], Updates], *, is_kept: bool
    ) -> None:
        self._form, self._redrawn, self._is_kept = form, redrawn, is_kept
        self.__name__ = "keep_adapted" if is_kept else "undo_adapted"

    def __call__(self, request: gr.Request) -> Updates:
        return _answer(self._form, self._redrawn, request, is_kept=self._is_kept)


@told
def _choose(
    form: LookForm,
    chosen: dict[Aspect, str | None],
    redrawn: Callable[[OpenPage], Updates],
    request: gr.Request,
) -> Updates:
    return form.choose(form.page_of(request), chosen, redrawn)


@told
def _answer(
    form: LookForm,
    redrawn: Callable[[OpenPage], Updates],
    request: gr.Request,
    *,
    is_kept: bool,
) -> Updates:
    page = form.page_of(request)
    interface = _interface(page)
    adapted: dict[Aspect, str | None] = {
        aspect: look.value for aspect, look in interface.adapted().items()
    }
    return form.choose(page, adapted, redrawn, is_anew=not is_kept)


def _interface(page: OpenPage) -> Interface:
    """How the app looks to the user; in English where it does not speak their language."""
    interface = page.companion.interface(browser=page.browser_language)
    if interface.language.value in LANGUAGES:
        return interface
    return interface.model_copy(update={"language": Look(value=ENGLISH)})


def _sentence(aspect: Aspect, look: Look) -> str:
    because = tr(_BECAUSE[look.source], words=as_typed(look.words))
    return f"{tr(_NAMES[aspect])}: {_named(aspect, look)}, {because}."


def _automatic(aspect: Aspect, look: Look) -> str:
    """What it comes to by itself, and why."""
    named = _named(aspect, look)
    if look.source not in _BECAUSE:
        return named
    return f"{named}, {tr(_BECAUSE[look.source], words=look.words)}"


def _named(aspect: Aspect, look: Look) -> str:
    return tr(_CHOICES[aspect].get(look.value, look.value))


def _choice(interface: Interface, aspect: Aspect) -> Updates:
    look = interface.look(aspect)
    is_chosen = look.source == "chosen"
    choices = [(tr(name), value) for value, name in _CHOICES[aspect].items()]
    return gr.update(
        choices=[(tr(_AUTOMATIC), ""), *choices],
        value=look.value if is_chosen else "",
        label=tr(_NAMES[aspect]),
        info=None if is_chosen else _automatic(aspect, look),
    )
