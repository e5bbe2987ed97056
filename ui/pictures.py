"""What Gradio has no component for: lists of links, bars and a map, drawn by scripts of ours.

Data reach a script as data: no template and no HTML is ever made of what people wrote.
"""

from pathlib import Path

import gradio as gr

_SCRIPTS = Path(__file__).with_name("scripts")


def picture(name: str, *, elem_id: str) -> gr.HTML:
    """A component that the script `name` draws from its value."""
    script = (_SCRIPTS / "make.js").read_text("utf-8") + (_SCRIPTS / f"{name}.js").read_text(
        "utf-8"
    )
    return gr.HTML(
        None,
        html_template='<div class="picture"></div>',
        js_on_load=f"{{\n{script}\n}}",
        apply_default_css=False,
        elem_id=elem_id,
    )
