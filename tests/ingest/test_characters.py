from mmrag.ingest.characters import clean, clean_name


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
