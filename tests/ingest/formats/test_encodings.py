import pytest

from mmrag.ingest.formats import encodings

GERMAN = "Die Fähre über den See fährt täglich um zwölf Uhr, außer an Feiertagen. " * 3
RUSSIAN = "Паром отправляется каждый день в полдень, кроме праздников и выходных. " * 3
JAPANESE = "フェリーは毎日正午に出発します。祝日と週末は運休です。" * 4
CHINESE = "渡轮每天中午出发，节假日和周末除外。请提前到达码头。" * 4


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-32"),
        (GERMAN, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (CHINESE, "gb18030"),
        (CHINESE, "utf-16"),
    ],
)
def test_text_of_any_encoding_is_read(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert encodings.is_text(data[:4096])
    assert encodings.decoded(data)[0] == text


def test_what_a_page_declares_goes_before_what_is_likely() -> None:
    assert encodings.decoded("Größe".encode("mac_roman"), "mac_roman")[0] == "Größe"
    assert encodings.decoded("Größe".encode(), "mac_roman")[0] == "Größe"
    assert encodings.decoded("Größe".encode(), "no-such-encoding")[0] == "Größe"


def test_line_ends_are_line_feeds() -> None:
    assert encodings.decoded(b"a\r\nb\rc\n")[0] == "a\nb\nc\n"


@pytest.mark.parametrize("data", [b"", bytes(range(256)) * 16, b"\x00\x01\x02junk" * 300])
def test_what_holds_control_characters_is_no_text(data: bytes) -> None:
    assert not encodings.is_text(data)
