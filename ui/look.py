"""How the app looks: a theme that loads no font from anywhere, and the style sheet beside it."""

from pathlib import Path

import gradio as gr

STYLE_SHEET = Path(__file__).with_name("look.css")
ADAPTIVE_STYLE_SHEET = Path(__file__).with_name("adaptive.css")
_SCRIPT = Path(__file__).with_name("narrow.js")

_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif")
_MONO = ("ui-monospace", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")


def theme() -> gr.themes.Base:
    """Calm colours, the system's own fonts."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_lg,
        font=_SANS,
        font_mono=_MONO,
    ).set(
        # The defaults are too faint to read: less than 4.5 to 1 against the page.
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_hover_dark="*primary_800",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        link_text_color="*primary_700",
        link_text_color_dark="*primary_400",
    )


def script() -> str:
    """What the page runs when it is loaded."""
    return _SCRIPT.read_text("utf-8")
