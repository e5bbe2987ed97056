"""Text made safe to show in Markdown, and short. Knows nothing about where it is shown."""

import re
from urllib.parse import quote

_INLINE = re.compile(r"[\\`*_~\[|]|<(?=[A-Za-z/!?])|&(?=[#A-Za-z])")
_LINE_START = re.compile(r"^([ \t]*)([#>+=-]|\d{1,9}(?=[.)]))", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]+`)", re.DOTALL)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def as_typed(text: str) -> str:
    """Markdown that shows exactly these characters, whatever they are.

    Only what Markdown or HTML could take for a sign of theirs is escaped: Gradio reads the rest
    out to screen readers as it stands here.
    """
    escaped = _LINE_START.sub(_escape_line_start, _INLINE.sub(r"\\\g<0>", text))
    return _INDENT.sub(lambda indent: "\u00a0" * len(indent[0].expandtabs(4)), escaped)


def _escape_line_start(match: re.Match[str]) -> str:
    indent, sign = match.groups()
    return f"{indent}{sign}\\" if sign[0].isdigit() else f"{indent}\\{sign}"


def as_reply(text: str) -> str:
    """A reply's own Markdown, but its HTML as text, and its pictures as links.

    A picture's address could carry words away; the browser is forbidden to load it, too.
    """
    parts = _CODE.split(text)
    return "".join(
        part if at % 2 else _TAG.sub("&lt;", part).replace("![", "!\\[")
        for at, part in enumerate(parts)
    )


def shortened(text: str, length: int = 80) -> str:
    """The text on one line, cut at a word where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length].rsplit(' ', 1)[0]} …"


def quoted(text: str, length: int = 80) -> str:
    """The text on one line, between quotation marks."""
    return f"“{shortened(text, length)}”"


def why_link(reply_id: str) -> str:
    """Where a click opens the explanation of a reply."""
    return f"#why/{quote(reply_id, safe='')}"


def excerpt(text: str, length: int, *, is_end: bool = False) -> str:
    """The beginning of a text, or its end, with a sign where something is left out."""
    if len(text) <= length:
        return text
    return f"… {text[-length:]}" if is_end else f"{text[:length]} …"
