"""A profile becomes settings: by name, by path, by environment; what is wrong in it is told."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from mmrag import config, network
from mmrag.config import ChannelWeights, Settings, Tuned
from mmrag.errors import ConfigError


@pytest.fixture
def profile(tmp_path: Path):
    """Writes a profile and reads it."""

    def read(text: str, name: str = "mine.toml") -> Settings:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return config.load(str(path))

    return read


@pytest.mark.parametrize("name", config.profile_names())
def test_every_profile_that_ships_can_be_read(name: str) -> None:
    settings = config.load(name)
    assert settings.name == name


def test_the_default_is_the_embedded_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MMRAG_PROFILE", raising=False)
    settings = config.load()
    assert settings.name == "embedded"
    assert settings.text.backend == "minilm"
    assert settings.vlm.backend == "none"
    assert settings.answer.by == "extracted"


def test_the_environment_names_the_profile_where_the_caller_names_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MMRAG_PROFILE", "llava")
    assert config.load().name == "llava"
    assert config.load("embedded").name == "embedded"


def test_a_profile_holds_only_what_differs_and_is_named_for_its_file(profile) -> None:
    settings = profile("[retrieve]\nk = 3\n", "short.toml")
    assert settings.name == "short"
    assert settings.retrieve.k == 3
    assert settings.ingest == Settings().ingest
    assert settings.retrieve.weights == ChannelWeights()


def test_a_profile_may_name_itself(profile) -> None:
    assert profile('name = "other"\n').name == "other"


def test_the_environment_makes_every_profile_an_offline_one(
    profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(network.OFFLINE, "0")
    assert profile("offline = false\n").offline is False
    monkeypatch.setenv(network.OFFLINE, "1")
    assert profile("offline = false\n").offline is True


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("colour = 1\n", ("'colour'", "known here: name, offline, ingest")),
        ("[ingest]\nworker = 2\n", ("'ingest.worker'", "workers", "page_timeout_s")),
        (
            "[retrieve.weights]\nimages = 1\n",
            ("[retrieve] weights: no channel 'images'", "image, "),
        ),
        ("[retrieve]\nk = 0\n", ("[retrieve] k", "greater than or equal to 1")),
        ("[answer]\nmin_score = 2\n", ("[answer] min_score", "less than or equal to 1")),
        ('[text]\nbackend = "bert"\n', ("[text] backend", "'minilm'")),
        ("[ingest]\npage_timeout_s = 0\n", ("[ingest] page_timeout_s", "greater than 0")),
        ("[retrieve.weights]\nkeyword = -1\n", ("[retrieve.weights] keyword",)),
        ("[ingest\n", ("not valid TOML",)),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(profile, text: str, told: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as error:
        profile(text)
    for part in ("mine.toml", *told):
        assert part in str(error.value)


def test_bytes_that_are_no_text_are_not_a_profile(tmp_path: Path) -> None:
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"binary\.toml: not valid TOML"):
        config.load(str(path))


def test_a_file_that_is_not_there_is_told_as_the_system_tells_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot read the profile: No such file"):
        config.load(str(tmp_path / "none.toml"))


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(ConfigError) as error:
        config.load("embeded")
    assert all(name in str(error.value) for name in ("'embeded'", *config.profile_names(), ".toml"))


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().retrieve.k = 3


def test_what_was_tuned_goes_before_the_profile_and_the_rest_stays() -> None:
    settings = Settings()
    weights = ChannelWeights(image=0.0, description=0.5, passage=0.5, keyword=1.0)
    assert Tuned(dataset="d").applied(settings) == settings
    tuned = Tuned(dataset="d", weights=weights, min_score=0.25).applied(settings)
    assert tuned.retrieve.weights == weights
    assert tuned.answer.min_score == 0.25
    assert tuned.retrieve.k == settings.retrieve.k
    assert settings.retrieve.weights == ChannelWeights()
