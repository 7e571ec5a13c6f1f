import pytest

from mmrag.ingest.layout import languages


@pytest.mark.parametrize(
    "text",
    [
        "The kiln is fired once a week and the bricks are left in it for two days to cool",
        "Der Ofen wird einmal in der Woche geheizt und die Ziegel sind zwei Tage darin",
        "Печь топят раз в неделю, и кирпичи остаются в ней ещё на два дня до утра",
        "Kiln A12",
    ],
)
def test_running_text_other_scripts_and_a_few_words_are_believed(text: str) -> None:
    assert languages.is_told([text])


def test_shifted_letters_are_no_language() -> None:
    text = "The kiln is fired once a week and the bricks are left in it for two days to cool"
    assert not languages.is_told(["".join(chr(ord(c) + 3) if c.isalpha() else c for c in text)])


def test_the_script_of_most_words_counts() -> None:
    assert languages.is_latin(["Straße und Haus", "42"])
    assert not languages.is_latin(["Η πόλη είναι μικρή", "OK"])
