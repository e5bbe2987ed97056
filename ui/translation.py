"""What stands on the page before anything is asked, in the language of whoever looks at it.

Tabs, buttons, labels, hints, choices and headings are written in English where they are made;
here they are found and said anew. Knows nothing about what any of them is for.
"""

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.blocks import Block, BlockContext

from ui.events import Updates
from ui.language import tr

_WRITTEN = (gr.Button, gr.Markdown)
_SAID = ("label", "info", "placeholder")


class Translation:
    """All the words that a page of Gradio's is made with."""

    def __init__(self, blocks: gr.Blocks) -> None:
        """Find them; to be called when all is laid out."""
        self._words = {
            block: words for block in blocks.blocks.values() if (words := dict(_words_of(block)))
        }

    def outputs(self) -> list[Block]:
        """What `drawn` may change."""
        return list(self._words)

    def words(self) -> set[str]:
        """All the words in English."""
        return {
            text
            for words in self._words.values()
            for value in words.values()
            for text in ([name for name, _ in value] if isinstance(value, list) else [value])
        }

    def drawn(self) -> Updates:
        """All of it in the language of the event."""
        return {
            block: gr.update(**{name: _said(value) for name, value in words.items()})
            for block, words in self._words.items()
        }


def _words_of(block: Block | BlockContext) -> Iterator[tuple[str, Any]]:
    for name in _SAID:
        value = getattr(block, name, None)
        if isinstance(value, str) and value:
            yield name, value
    if isinstance(block, _WRITTEN) and isinstance(block.value, str) and block.value.strip():
        yield "value", block.value
    choices = getattr(block, "choices", None)
    if isinstance(choices, list) and choices:
        yield "choices", choices


def _said(value: Any) -> Any:
    if isinstance(value, list):
        return [(tr(name), each) for name, each in value]
    return tr(value)
