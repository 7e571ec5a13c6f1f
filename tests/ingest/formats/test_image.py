"""Picture files of all kinds as pages."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError, UsageError
from mmrag.ingest.formats import heif
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pictures import open_picture

MANY = 10**8


def size_of(path: Path, number: int = 1, **settings: int) -> tuple[float, float]:
    with (
        open_file(path, MANY) as file,
        file.load(number, IngestSettings(**settings)) as page,
    ):
        return round(page.rect.width), round(page.rect.height)


def drawn(path: Path, number: int = 1) -> Image.Image:
    """The page as grey pixels, 110 an inch."""
    with open_file(path, MANY) as file, file.load(number, IngestSettings()) as page:
        return page.get_pixmap(dpi=110).pil_image().convert("L")


def notes(path: Path) -> list[str]:
    with open_file(path, MANY) as file:
        return [str(problem) for problem in file.problems]


def mark(size: tuple[int, int] = (220, 110), *, ink: int = 0, paper: int = 255) -> Image.Image:
    """A page with a bar near its top left corner, so that it has one way up."""
    image = Image.new("L", size, paper)
    ImageDraw.Draw(image).rectangle((10, 10, size[0] // 2, 30), fill=ink)
    return image


def alike(one: Image.Image, other: Image.Image) -> bool:
    difference = np.asarray(ImageChops.difference(one, other.convert("L")))
    return one.size == other.size and float(difference.mean()) < 4


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_a_picture_is_a_page_at_its_declared_resolution(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    declared = {} if suffix == "webp" else {"dpi": (200, 200)}
    Image.new("RGB", (2400, 1200), "red").save(path, **declared)
    expected = (864, 432) if declared else (1008, 504)  # 2,400 pixels at 200 dpi, or 14 inches
    assert size_of(path) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [((600, 1404), (338, 792)), ((400, 200), (262, 131)), ((2480, 3508), (595, 842))],
)
def test_a_small_picture_is_enlarged_to_a_sheet_while_it_has_pixels_for_it(
    tmp_path: Path, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    Image.new("L", size, "white").save(tmp_path / "a.png", dpi=(300, 300))
    assert size_of(tmp_path / "a.png") == expected


def test_a_resolution_that_makes_no_sane_page_is_not_believed(tmp_path: Path) -> None:
    Image.new("L", (4000, 3000)).save(tmp_path / "photo.jpg", dpi=(72, 72))
    assert size_of(tmp_path / "photo.jpg") == (1008, 756)


def test_every_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (110 * at, 110)) for at in (1, 2, 3)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    with open_file(tmp_path / "a.tif", MANY) as file:
        assert file.pages == 3
    assert size_of(tmp_path / "a.tif", 3) == (216, 72)


def test_a_photograph_taken_upright_is_shown_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by 90 degrees to show
    Image.new("RGB", (220, 110)).save(tmp_path / "a.jpg", exif=exif)
    assert size_of(tmp_path / "a.jpg") == (72, 144)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_kind_of_pixel_is_read(tmp_path: Path, mode: str) -> None:
    image = Image.new(mode, (110, 110))
    path = tmp_path / "a.tif"
    image.save(path)
    assert size_of(path) == (72, 72)


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (110, 110), (0, 0, 0, 0)).save(tmp_path / "a.png")
    with open_file(tmp_path / "a.png", MANY) as file, file.load(1, IngestSettings()) as page:
        assert min(page.get_pixmap().samples) > 250


@pytest.mark.parametrize(("orientation", "turn"), [(3, 180), (6, 90), (8, 270)])
@pytest.mark.parametrize("suffix", ["tif", "jpg", "png", "webp"])
def test_a_picture_stored_sideways_is_upright(
    tmp_path: Path, orientation: int, turn: int, suffix: str
) -> None:
    path = tmp_path / f"a.{suffix}"
    exif = Image.Exif()
    exif[0x0112] = orientation
    mark().rotate(turn, expand=True).save(path, exif=exif)
    assert alike(drawn(path), mark())


@pytest.mark.parametrize(("across", "down"), [(220, 110), (110, 220), (55, 27.5)])
@pytest.mark.parametrize("tag", [{}, {296: 1}])
def test_pixels_that_are_not_square_make_no_squashed_page(
    tmp_path: Path, across: float, down: float, tag: dict[int, int]
) -> None:
    tags = {282: across, 283: down, 296: 2, **tag}  # 296: the unit; 1 is none, only the shape
    mark((440, 440)).convert("1").save(tmp_path / "fax.tif", compression="group4", tiffinfo=tags)
    width, height = size_of(tmp_path / "fax.tif")
    assert width / height == pytest.approx(down / across, rel=0.01)
    image = drawn(tmp_path / "fax.tif")
    assert image.width / image.height == pytest.approx(down / across, rel=0.02)


def test_pixels_that_are_not_square_turn_with_the_page(tmp_path: Path) -> None:
    tags = {274: 6, 282: 220.0, 283: 110.0, 296: 2}
    mark((440, 220)).save(tmp_path / "a.tif", tiffinfo=tags)
    assert size_of(tmp_path / "a.tif") == (144, 144)


@pytest.mark.promise(33)
def test_what_a_camera_puts_behind_a_photo_is_no_page(tmp_path: Path) -> None:
    behind = Image.new("RGB", (60, 30), "grey")
    mark().convert("RGB").save(tmp_path / "a.jpg", "MPO", save_all=True, append_images=[behind])
    with open_file(tmp_path / "a.jpg", MANY) as file:
        assert file.pages == 1
    assert "no pages: 1" in notes(tmp_path / "a.jpg")[0]


def test_smaller_copies_of_the_pages_of_a_tiff_are_none(tmp_path: Path) -> None:
    small = mark().resize((110, 55))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    second = mark(ink=60)
    mark().save(tmp_path / "a.tif", save_all=True, append_images=[small, second])
    with open_file(tmp_path / "a.tif", MANY) as file:
        assert file.pages == 2
    assert alike(drawn(tmp_path / "a.tif", 2), second)
    assert "no pages: 1" in notes(tmp_path / "a.tif")[0]


def test_white_on_transparent_is_not_blank(tmp_path: Path) -> None:
    Image.merge("LA", (Image.new("L", (220, 110), 255), mark(ink=255, paper=0))).save(
        tmp_path / "a.png"
    )
    assert alike(drawn(tmp_path / "a.png"), mark(ink=255, paper=0))


def test_a_white_card_with_transparent_corners_stays_on_white(tmp_path: Path) -> None:
    cover = Image.new("L", (220, 110), 255)
    ImageDraw.Draw(cover).rectangle((200, 90, 220, 110), fill=0)
    Image.merge("LA", (mark(), cover)).save(tmp_path / "a.png")
    assert alike(drawn(tmp_path / "a.png"), mark())


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_values_of_16_bits_are_stretched_over_what_there_is(tmp_path: Path, suffix: str) -> None:
    values = np.asarray(mark(ink=1000 // 256, paper=255), np.uint16) * 16  # 12 bits of 16
    Image.fromarray(values).save(tmp_path / f"a.{suffix}")
    assert alike(drawn(tmp_path / f"a.{suffix}"), mark())


def test_a_16_bit_tiff_whose_zero_is_white_is_no_negative(tmp_path: Path) -> None:
    values = 65535 - np.asarray(mark(), np.uint16) * 257
    Image.fromarray(values).save(tmp_path / "a.tif", tiffinfo={262: 0})
    assert alike(drawn(tmp_path / "a.tif"), mark())


@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_cmyk_has_its_colours(tmp_path: Path, suffix: str) -> None:
    mark().convert("RGB").convert("CMYK").save(tmp_path / f"a.{suffix}")
    assert alike(drawn(tmp_path / f"a.{suffix}"), mark())


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_colours_are_those_of_the_profile(tmp_path: Path, mode: str, suffix: str) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    Image.new(mode, (110, 110), "red").save(tmp_path / f"a.{suffix}", icc_profile=swapped)
    grey = drawn(tmp_path / f"a.{suffix}").getpixel((50, 50))
    assert grey == pytest.approx(0.114 * 255, abs=4), "that of blue (ITU-R 601), and not of red"


def test_a_broken_profile_costs_nothing(tmp_path: Path) -> None:
    mark().convert("RGB").save(tmp_path / "a.png", icc_profile=b"none of the kind" * 20)
    assert alike(drawn(tmp_path / "a.png"), mark())


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_exif_costs_nothing(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    mark().save(tmp_path / "a.jpg", exif=exif)
    data = (tmp_path / "a.jpg").read_bytes()
    at = data.index(b"MM\x00*") + 4
    (tmp_path / "a.jpg").write_bytes(data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :])
    assert alike(drawn(tmp_path / "a.jpg"), mark())


def test_a_picture_to_search_with_is_read_like_a_page(tmp_path: Path) -> None:
    mark().rotate(90, expand=True).save(tmp_path / "a.tif", tiffinfo={274: 6})
    assert alike(open_picture(tmp_path / "a.tif", MANY).convert("L"), mark())
    white = Image.merge("LA", (Image.new("L", (220, 110), 255), mark(ink=255, paper=0)))
    white.save(tmp_path / "a.png")
    assert alike(open_picture(tmp_path / "a.png", MANY).convert("L"), mark(ink=255, paper=0))


@pytest.mark.parametrize("size", [(1_200, 900), (9_000, 9_000)])
def test_a_picture_bomb_to_search_with_is_refused_by_its_size(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """Also one of more than twice the limit, which Pillow refuses by an error of its own."""
    Image.new("1", size).save(tmp_path / "a.png")
    with pytest.raises(UsageError, match=r"a\.png: the picture is too large: .*max_pixels"):
        open_picture(tmp_path / "a.png", 10**6)


def comic(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as book:
        for at, name in enumerate(names):
            picture = io.BytesIO()
            mark((220, 110 + 20 * at)).convert("RGB").save(picture, "PNG")
            book.writestr(name, picture.getvalue() if name.endswith("png") else b"%PDF-1.4")
    return path


def test_the_pictures_of_a_comic_book_are_its_pages_by_their_names(tmp_path: Path) -> None:
    path = comic(tmp_path / "a.cbz", "10.png", "2.png", "1.png", "ComicInfo.xml")
    with open_file(path, MANY) as file:
        assert file.pages == 3
    heights = [size_of(path, number)[1] for number in (1, 2, 3)]
    assert heights == sorted(heights, reverse=True)
    assert drawn(path).getpixel((12, 14)) < 60


def test_an_archive_with_other_files_is_no_comic_book_whatever_it_is_called(
    tmp_path: Path,
) -> None:
    assert notes(comic(tmp_path / "a.cbz", "1.png", "2.pdf")) == [
        "name: the name says cbz, the content is zip"
    ]


def test_a_heic_picture_is_a_page(tmp_path: Path) -> None:
    pillow_heif = pytest.importorskip("pillow_heif", reason="it needs pillow-heif")
    pillow_heif.register_heif_opener()
    mark().convert("RGB").save(tmp_path / "a.heic", quality=90)
    assert drawn(tmp_path / "a.heic").getpixel((12, 14)) < 60
    assert open_picture(tmp_path / "a.heic", MANY).size == (220, 110)


def test_without_pillow_heif_a_heic_picture_says_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.heic").write_bytes(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 200)
    monkeypatch.setattr(heif, "register", lambda: False)
    with pytest.raises(DocumentError, match=r"pip install 'mmrag\[heic\]'"):
        notes(tmp_path / "a.heic")
    with pytest.raises(UsageError, match="pillow-heif"):
        open_picture(tmp_path / "a.heic", MANY)
