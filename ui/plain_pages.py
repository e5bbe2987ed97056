"""Pages outside Gradio: plain HTML from templates/, which share one look."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
)


def page(template: str, **values: object) -> str:
    """The HTML of a page; all values are shown as text."""
    return _TEMPLATES.get_template(template).render(values)
