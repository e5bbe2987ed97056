"""Emojis: where they stand in a text. Typographic signs such as arrows and check marks are none."""

import re

# Shown as an emoji by themselves (Unicode's Emoji_Presentation), and two that everybody sees so.
_SHOWN = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u2614\u2615\u2639\u263a\u2648-\u2653\u267f\u2693"
    "\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa"
    "\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2764\u2795-\u2797\u27b0"
    "\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f004\U0001f0cf\U0001f18e-\U0001f19a"
    "\U0001f1e6-\U0001f1ff\U0001f201-\U0001faff"
)
# Shown as one only if a variation selector follows.
_CHOSEN = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u2300-\u27bf\u2934\u2935\u2b05-\u2b55"
_ONE = rf"(?:[{_SHOWN}]|[{_CHOSEN}]\ufe0f|[0-9#*]\ufe0f?\u20e3)[\ufe0f\U0001f3fb-\U0001f3ff]*"
EMOJI = rf"{_ONE}(?:\u200d{_ONE})*"
"""A pattern for one emoji."""
PARTS = rf"0-9#*\u200d\ufe0f\u20e3{_SHOWN}{_CHOSEN}"
"""What emojis are made of, for a set of characters in a pattern."""

_COMPILED = re.compile(EMOJI)


def has_emoji(text: str) -> bool:
    """Whether a text holds an emoji."""
    return _COMPILED.search(text) is not None
