"""Channels as values: what is asked of them, and what a new one needs."""

from dataclasses import replace

import pytest

from mmrag import channels
from mmrag.channels import CHANNELS, DESCRIPTION, IMAGE, KEYWORD, PASSAGE
from mmrag.config import ChannelWeights, RetrieveSettings, load
from mmrag.errors import ConfigError
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_a_name_may_name_a_file_and_a_weight_is_among_those_that_are_tried(channel) -> None:
    assert channel.name.isalpha()
    assert channel.name.islower()
    assert not channel.tried or channel.weight in channel.tried


def test_passages_are_pages_and_no_figures() -> None:
    assert [channel.name for channel in CHANNELS if channel.answers("figure")] == [
        "image",
        "description",
        "keyword",
    ]
    assert all(channel.answers("page") and channel.answers("any") for channel in CHANNELS)


def test_scores_are_compared_within_one_space_of_texts_alone() -> None:
    assert PASSAGE.is_comparable(DESCRIPTION)
    assert not PASSAGE.is_comparable(KEYWORD)
    assert not IMAGE.is_comparable(replace(IMAGE, name="sketch"))


def test_weights_that_are_not_named_have_the_defaults_of_their_channels() -> None:
    weights = RetrieveSettings(weights={"image": 0.3}).weights
    assert dict(weights.items()) == {
        channel.name: 0.3 if channel is IMAGE else channel.weight for channel in CHANNELS
    }
    assert weights.changed({"image": 0.1}) == ChannelWeights()
    assert ChannelWeights.model_validate_json(weights.model_dump_json()) == weights


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("colour = 1", "no channel 'colour'; known here: image, description, passage, keyword"),
        ("image = -1", r"\[retrieve.weights\] image: .* greater than or equal to 0"),
        ('image = "much"', r"\[retrieve.weights\] image: .* valid number"),
    ],
)
def test_a_weight_that_cannot_be_is_an_error_that_names_it(tmp_path, line, message) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text(f"[retrieve.weights]\n{line}\n")
    with pytest.raises(ConfigError, match=message):
        load(str(profile))


def test_an_index_made_before_a_channel_came_lacks_all_of_its_vectors(
    tmp_path, monkeypatch
) -> None:
    layout = IndexLayout(tmp_path)
    with Catalog.create(layout) as catalog:
        for name in channels.VECTOR_NAMES:
            catalog.vectors.set_filled(name)
    sketch = replace(IMAGE, name="sketch")
    names = (*channels.VECTOR_NAMES, "sketch")
    monkeypatch.setattr("mmrag.store.runs.VECTOR_NAMES", names)
    monkeypatch.setattr("mmrag.store.items.BY_NAME", {**channels.BY_NAME, "sketch": sketch})
    with Catalog.create(layout) as catalog:
        assert [name for name in names if catalog.vectors.is_unfilled(name)] == ["sketch"]
        assert list(catalog.vectors.missing("sketch")) == []
        catalog.vectors.set_filled("sketch")
    with Catalog.create(layout) as catalog:
        assert not catalog.vectors.is_unfilled("sketch")
