import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mmrag.retrieve.aggregation import RankedUnit
from mmrag.retrieve.picture_match import PictureMatcher, raised
from mmrag.retrieve.search import Query
from mmrag.store.item_pictures import ItemPictures
from mmrag.store.pictures import PictureStore
from mmrag.types import Picture


def drawing(seed: int) -> Image.Image:
    """Boxes, lines and words at random places."""
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", (480, 320), "white")
    draw = ImageDraw.Draw(picture)
    for number in range(25):
        x, y = random.integers(0, 420), random.integers(0, 280)
        w, h = random.integers(10, 60), random.integers(10, 40)
        draw.rectangle((x, y, x + w, y + h), outline="black", fill=f"hsl({number * 14}, 60%, 60%)")
        draw.text((x, y), "".join(map(chr, random.integers(65, 90, 5))), fill="black")
    return picture


def nobody():
    pytest.fail("all pictures are kept, and none is drawn")


@pytest.fixture
def drawings(catalog, storing, texts, images) -> list[str]:
    """Three pages with a drawing each, that look alike to the encoder; their IDs."""
    report, put = storing
    store = PictureStore(catalog.layout)
    parsed = report(
        "/drawings.pdf", {number: {"text": f"drawing {number}"} for number in (1, 2, 3)}
    )
    pages = []
    for page in parsed.pages:
        data = io.BytesIO()
        drawing(page.number).save(data, "PNG")
        name = hashlib.sha256(data.getvalue()).hexdigest()
        store.save(Picture(name, data.getvalue(), "png", 480, 320))
        pages.append(replace(page, picture=name))
    parsed = replace(parsed, pages=tuple(pages))
    put(catalog, parsed, texts, images, dict.fromkeys((1, 2, 3), "green"))
    return [page.id for page in pages]


CHANGES = {
    "cropped": lambda picture: picture.crop((120, 80, 400, 280)),
    "turned": lambda picture: picture.rotate(90, expand=True),
    "smaller": lambda picture: picture.resize((336, 224)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_picture_finds_what_it_was_made_of_first(
    searching, catalog, drawings, texts, images, change: str
) -> None:
    searcher = searching(catalog, texts, images)
    for number, page in enumerate(drawings, start=1):
        query = Query(image=CHANGES[change](drawing(number)), unit="page")
        hits = searcher.search(query).hits
        assert hits[0].image_id == page
        assert hits[0].score > 1 >= hits[1].score


def test_another_picture_and_an_empty_one_match_nothing(catalog, drawings) -> None:
    pictures = ItemPictures(catalog, nobody).images
    ranking = [RankedUnit(page, 0.5) for page in drawings]
    assert PictureMatcher(pictures, drawing(9)).matches(ranking) == {}
    assert PictureMatcher(pictures, Image.new("RGB", (90, 90))).matches(ranking) == {}


def test_pictures_that_are_gone_cost_their_comparison_alone(
    searching, catalog, drawings, texts, images
) -> None:
    gone = PictureStore(catalog.layout).path(catalog.pages.get(drawings[0]).picture)
    gone.unlink()
    result = searching(catalog, texts, images).search(Query(image=drawing(2), unit="page"))
    assert result.hits[0].image_id == drawings[1]
    assert any("1 pictures could not be compared" in note for note in result.notes)


def test_what_shows_the_same_is_raised_even_where_it_was_not_ranked() -> None:
    ranking = [RankedUnit("a", 0.9), RankedUnit("b", 0.4)]
    found = raised(ranking, {"b": 0.5, "c": 0.7})
    assert [(item.unit, round(item.score, 1)) for item in found] == [
        ("c", 1.6), ("b", 1.4), ("a", 0.9),
    ]  # fmt: skip
