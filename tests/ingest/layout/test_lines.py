from mmrag.ingest.layout.lines import is_garbage


def test_glyphs_without_meaning_are_garbage() -> None:
    assert is_garbage("\ue001\ue002\ue003 \ue004\ue005")
    assert is_garbage("\ufffd" * 10)
    assert is_garbage("  ")


def test_language_numbers_and_other_scripts_are_not_garbage() -> None:
    assert not is_garbage("Net sales rose by 4.2 % to $ 1,204 million.")
    assert not is_garbage("2019 2020 2021 | 4.1 % 5.2 % 6.3 %")
    assert not is_garbage("Уставный капитал общества")
    assert not is_garbage("資本金の額")
