from mmrag.ingest.characters import clean, clean_name, is_garbage


def test_unsafe_characters_are_replaced_where_a_reader_sees_it() -> None:
    assert clean("a\x00b\ud800c\U000e0041d\u202ee") == "a\ufffdb\ufffdc\ufffdd\ufffde"


def test_spaces_of_all_kinds_become_one_plain_space() -> None:
    assert clean("net\u00a0\u2009 sales\t2019") == "net sales 2019"


def test_cleaned_text_can_be_stored_as_utf8() -> None:
    every = "".join(map(chr, range(0x10000)))
    clean(every).encode("utf-8")
    clean_name(every).encode("utf-8")


def test_a_name_is_one_line() -> None:
    assert clean_name("a\nb\udc80.pdf") == "a\ufffdb\ufffd.pdf"


def test_glyphs_without_meaning_are_garbage() -> None:
    assert is_garbage("\ue001\ue002\ue003 \ue004\ue005")
    assert is_garbage("\ufffd" * 10)
    assert is_garbage("  ")


def test_language_numbers_and_other_scripts_are_not_garbage() -> None:
    assert not is_garbage("Net sales rose by 4.2 % to $ 1,204 million.")
    assert not is_garbage("2019 2020 2021 | 4.1 % 5.2 % 6.3 %")
    assert not is_garbage("Уставный капитал общества")
    assert not is_garbage("資本金の額")


def test_full_width_digits_and_letters_become_plain() -> None:
    assert clean("合計：１２．５％（ＡＢ）") == "合計：12.5%（AB）"
