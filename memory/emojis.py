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
_EMOJI = re.compile(rf"{_ONE}(?:\u200d{_ONE})*")
_WITH_SPACE = re.compile(rf"(^|\n)?[ \t]*{_EMOJI.pattern}(?:[ \t]*{_EMOJI.pattern})*([ \t]*)")
_MAY_GO_ON = re.compile(rf"[\s0-9#*\u200d\ufe0f\u20e3{_SHOWN}{_CHOSEN}]*\Z")


def has_emoji(text: str) -> bool:
    """Whether a text holds an emoji."""
    return _EMOJI.search(text) is not None


class EmojiFilter:
    """Takes pieces of a text and gives them back without emojis.

    What may be the beginning of an emoji, or the space before one, is held back until it is clear.
    """

    def __init__(self) -> None:
        self._held = ""
        self._is_line_start = True

    def add(self, piece: str) -> str:
        """What has become clear."""
        text = self._held + piece
        found = _MAY_GO_ON.search(text)
        assert found is not None
        self._held = text[found.start() :]
        return self._without(text[: found.start()])

    def end(self) -> str:
        """What was held back."""
        text, self._held = self._held, ""
        return self._without(text)

    def _without(self, text: str) -> str:
        plain = _WITH_SPACE.sub(self._replaced, text)
        if text:
            self._is_line_start = text.endswith("\n")
        return plain

    def _replaced(self, match: re.Match[str]) -> str:
        is_line_start = match[1] == "\n" or (match.start() == 0 and self._is_line_start)
        return (match[1] or "") + ("" if is_line_start else match[2])
