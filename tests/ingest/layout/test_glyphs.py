import pytest

from mmrag.ingest.layout import glyphs


@pytest.mark.parametrize(
    ("text", "font", "read"),
    [
        ("\uf0b7 5 \uf0b1 2, \uf0b3 8", "ABCDEF+Arial", "• 5 ± 2, ≥ 8"),
        ("Da", "Symbol", "Δα"),
        ("\u00a3 7 \u00b5", "ABCDEF+SymbolMT", "≤ 7 µ"),
        ("8n", "ZapfDingbats", "✘■"),
        ("\uf0fc \u006e", "Wingdings-Regular", "✓ ■"),
        ("\u00fe", "Wingdings", "☑"),
        ("P", "Wingdings2", "✓"),
        ("\uf734\uf762", "MinionExpert", "4B"),
        ("\ufeb3\ufefc\ufee1 \ufb01n", "Amiri", "سلام fin"),
    ],
)
def test_glyphs_of_symbols_are_read_as_what_they_show(text: str, font: str, read: str) -> None:
    assert glyphs.readable(text, font) == read


def test_what_says_nothing_is_shown_as_unreadable() -> None:
    assert glyphs.readable("\ue123 \uf0e0", "FontAwesome") == "\ufffd \ufffd"


def test_the_text_of_other_fonts_stays() -> None:
    assert glyphs.readable("naïve ½ × 3", "Times-Roman") == "naïve ½ × 3"
