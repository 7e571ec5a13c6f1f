"""The files that are mutated are of every format, and each of them can be read as it is."""

from pathlib import Path

import pytest
import small_files
from small_office import Fact

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.sniff import format_of
from mmrag.ingest.formats.table import FORMATS

FACT = Fact("Brina", 300)
PICTURES = {"png", "jpeg", "webp", "tiff", "gif", "avif", "heic", "cbz"}
LISTED = {".zip": "note.txt", ".tgz": "note.txt", ".mbox": "Plan"}
NEEDS = {"heic": "pillow_heif", "outlook": "oxmsg"}  # formats whose file another package writes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    for name, data in small_files.files(FACT).items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.name)
def test_there_is_a_file_of_every_format_and_it_says_what_it_was_given(folder, fmt) -> None:
    if fmt.name in NEEDS:
        pytest.importorskip(NEEDS[fmt.name], reason=f"{fmt.title} needs it to be written")
    files = [path for path in sorted(folder.glob("a.*")) if format_of(path) == fmt]
    assert files, f"no file of {fmt.title} is mutated: add one to small_files"
    for path in files:
        try:
            with open_file(path, max_pixels=10**7) as file:
                said = "".join(text_of(file, number) for number in range(1, file.pages + 1))
        except DocumentError as error:
            assert "needs LibreOffice" in str(error)
            pytest.skip(f"{path.name} {error}")
        listed = LISTED.get(path.suffix)  # what holds files lists them
        if fmt.name not in PICTURES:
            wanted = {listed} if listed else {FACT.ferry, str(FACT.people)}
            assert wanted <= set(said.split())


def text_of(file, number: int) -> str:
    with file.load(number, IngestSettings()) as page:
        return page.get_text()
