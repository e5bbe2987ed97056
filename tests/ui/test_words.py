import pytest

from ui.words import as_reply, as_typed, quoted


@pytest.mark.parametrize(
    ("typed", "markdown"),
    [
        ("What could I cook?", "What could I cook?"),
        ("I'm 5 < 6 & so on - really!", "I'm 5 < 6 & so on - really!"),
        ("<b>x</b>", r"\<b>x\</b>"),
        ("&lt;", r"\&lt;"),
        ("# title", r"\# title"),
        ("  - item", "\u00a0\u00a0\\- item"),
        ("1. one\n2) two", "1\\. one\n2\\) two"),
        ("a * b_c `d` ~e~ [f](g) |h|", r"a \* b\_c \`d\` \~e\~ \[f](g) \|h\|"),
        ("title\n=====", "title\n\\====="),
        ("back\\slash", r"back\\slash"),
    ],
)
def test_what_was_typed_is_shown_as_it_is(typed: str, markdown: str) -> None:
    assert as_typed(typed) == markdown


def test_html_in_a_reply_becomes_text_but_not_in_code() -> None:
    assert as_reply("**a** <b>") == "**a** &lt;b>"
    assert as_reply("`<b>` and\n```html\n<b>\n```\n<b>") == "`<b>` and\n```html\n<b>\n```\n&lt;b>"


def test_a_picture_in_a_reply_is_not_loaded() -> None:
    assert as_reply("![x](http://evil.example/?q=1)") == "!\\[x](http://evil.example/?q=1)"


def test_a_long_text_is_cut_at_a_word() -> None:
    assert quoted("one two three", 8) == "“one two …”"
    assert quoted("one\n two", 8) == "“one two”"
