"""A TOML profile becomes frozen Settings; an unknown key is an error that names the known ones.

`load("llava")` reads the profile of that name, `load("my/profile.toml")` a file. Every key has a
default, so a profile holds only what differs. The user's own `config.toml` may say which profile
and which index are taken where a call names none.
"""

import json
import os
from collections.abc import ItemsView, Mapping
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    field_validator,
)
from pydantic_core import PydanticCustomError

from mmrag import channels, network
from mmrag.channels import CHANNELS
from mmrag.errors import ConfigError
from mmrag.text.notation import from_json, from_toml
from mmrag.types import ChannelName

DEFAULT_PROFILE = "embedded"
Fraction = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1)]
Weight = Annotated[float, Field(ge=0)]
Seconds = Annotated[float, Field(gt=0)]
OWN_FIELDS = frozenset({"messages", "model", "stream", "n", "tools", "functions"})
"""Fields of a chat request that a profile may not set: answers are read by them."""


def _as_json(value: object) -> object:
    """A table of request fields as JSON text, so that settings stay frozen and comparable."""
    fields = from_json(value) if isinstance(value, str) and value else value
    if fields in ("", {}):
        return ""
    if not isinstance(fields, dict):
        raise ValueError("a table of request fields, such as { top_p = 0.9 }")
    if own := sorted(OWN_FIELDS & fields.keys()):
        raise ValueError(f"{', '.join(own)}: set by mmrag itself")
    return json.dumps(fields, sort_keys=True)


ExtraFields = Annotated[str, BeforeValidator(_as_json)]


class Section(BaseModel):
    """A table of a profile: frozen, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class IngestSettings(Section):
    """How files are found and read."""

    ignore: tuple[str, ...] = Field((), description="gitignore patterns of files to leave out")
    workers: int = Field(0, ge=0, description="parser processes; 0 is one per core")
    page_timeout_s: Seconds = Field(
        20.0, description="longest time for one page and stage, of CPU or of waiting"
    )
    memory_mb: Positive = Field(2048, description="memory limit of one parser process")
    max_pages: int = Field(0, ge=0, description="pages read of one file; 0 is all")
    password_file: str = Field("", description="passwords for encrypted PDFs, one a line")
    fetch_mb: Positive = Field(
        1024, description="largest file that is fetched from a bucket or a web server"
    )
    max_pixels: Positive = Field(64_000_000, description="largest picture that is decoded")
    page_dpi: Positive = Field(110, description="resolution of page images")
    crop_dpi: Positive = Field(150, description="resolution of figure crops")
    pictures: Literal["kept", "on demand"] = Field(
        "on demand",
        description="kept in the index, or drawn from the files when they are shown or sent to a "
        "model; those of files within others, or converted by LibreOffice, are always kept",
    )
    picture_quality: Annotated[int, Field(ge=1, le=100)] = Field(
        70, description="WebP quality of pictures that are kept"
    )
    layout: Literal["auto", "always", "never"] = Field(
        "auto", description="when PyMuPDF's layout model runs: where cheap rules hint at a figure"
    )
    figures: bool = Field(
        True, description="figures, tables and charts are looked for and read as data"
    )
    passage_words: Positive = Field(160, description="longest passage")
    passage_overlap: int = Field(40, ge=0, description="words shared by neighbouring passages")


class OcrSettings(Section):
    """Who reads pages and figures without text."""

    engine: Literal["auto", "rapidocr", "tesseract", "none"] = Field(
        "auto", description="auto is rapidocr, and Tesseract for scripts that it does not know"
    )
    languages: str = Field(
        "auto", description="Tesseract's packs, 'deu+ara'; auto takes all, or those of the script"
    )
    dpi: Positive = Field(150, description="resolution at which pages are read")
    min_confidence: Fraction = Field(0.5, description="lines below it are dropped")


_GRAPH = (
    "embedded encoder: ONNX file that `mmrag eval quantization --apply` made of it, with a "
    "precision of its own, on the CPU"
)


_NEEDS_GB = "memory the model needs, in 16 bits: `doctor` goes by it, where it is not small"


class TextSettings(Section):
    """The encoder of passages, descriptions and questions."""

    backend: Literal["minilm", "sentence-transformers"] = Field(
        "minilm", description="minilm is the embedded all-MiniLM-L6-v2"
    )
    model: str = Field("", description="sentence-transformers name or folder")
    query_prompt: str = Field("", description="before questions, in place of the model's own")
    passage_prompt: str = Field("", description="the same before texts: 'passage: ' for E5")
    graph: str = Field("", description=_GRAPH)
    precision: Literal["auto", "fp32", "bf16", "fp16"] = Field(
        "auto",
        description="auto is what the processor or GPU is quick in: of the embedded encoder 8 bits "
        "where a processor has VNNI, else whole",
    )
    device: str = Field("auto", description="auto, cpu, cuda, cuda:1, mps")
    batch_size: Positive = 32
    needs_gb: float = Field(0.0, ge=0, description=_NEEDS_GB)


class ImageSettings(Section):
    """The encoder of page images and figures."""

    backend: Literal["none", "open_clip", "sentence-transformers"] = "none"
    model: str = Field("", description="open_clip architecture, hf-hub:NAME, or a folder")
    pretrained: str = Field("", description="open_clip pretrained tag")
    checkpoint: str = Field("", description="local .safetensors file; wins over the tag")
    query_prompt: str = Field("", description="sentence-transformers: before questions, as in text")
    passage_prompt: str = Field("", description="the same before pictures")
    graph: str = Field("", description=_GRAPH)
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    device: str = "auto"
    batch_size: Positive = Field(16, description="halved when memory runs out")
    needs_gb: float = Field(
        0.0,
        ge=0,
        description=f"{_NEEDS_GB}; 0 where [text] names the same model",
    )


class RerankSettings(Section):
    """An optional cross-encoder over the best candidates."""

    backend: Literal["none", "cross-encoder"] = "none"
    model: str = Field("", description="sentence-transformers CrossEncoder name or folder")
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "fp32"
    device: str = "auto"
    candidates: Positive = 20
    pictures: bool = Field(
        True, description="a model that sees judges pages and figures by their pictures"
    )
    needs_gb: float = Field(0.0, ge=0, description=_NEEDS_GB)


LateBits = Literal[8, 1]


class LateSettings(Section):
    """An optional multi-vector encoder of pages: late interaction re-ranks the best of a search."""

    backend: Literal["none", "sentence-transformers"] = "none"
    model: str = Field("", description="sentence-transformers MultiVectorEncoder, name or folder")
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    device: str = "auto"
    batch_size: Positive = Field(4, description="halved when memory runs out")
    pool_factor: Positive = Field(
        3, description="how many times as few vectors of a page are kept; 1 keeps all"
    )
    bits: LateBits = Field(8, description="of each number that is kept: 8, or 1 for its sign")
    pages: Positive = Field(50, description="best pages of a search that are re-ranked")
    finds: int = Field(
        0, ge=0, description="pages that it finds by itself, to be ranked among those of a search"
    )
    compared_pages: Positive = Field(
        5_000,
        description="pages that are all compared for that; among more of them, "
        '[store] vectors = "lancedb" finds them by its index',
    )
    needs_gb: float = Field(0.0, ge=0, description=_NEEDS_GB)


class VlmSettings(Section):
    """The vision-language model that describes figures and answers questions."""

    backend: Literal["none", "transformers", "server"] = "none"
    model: str = Field("", description="hub name, local folder, or the server's name of it")
    device: str = Field("auto", description="auto, cpu, cuda, cuda:1")
    quantization: Literal["none", "4bit", "8bit"] = "none"
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    cpu_offload: bool = Field(False, description="layers that do not fit the GPU go to the CPU")
    base_url: str | tuple[str, ...] = Field(
        "",
        description="server: OpenAI-compatible, http://127.0.0.1:11434/v1; a list names several "
        "that have the same model and share its requests",
    )
    api_key_env: str = Field("", description="name of the environment variable with the key")
    parallel: Positive = Field(2, description="requests under way at once at each server")
    retries: int = Field(3, ge=0, description="server: tries after the first, with backoff")
    timeout_s: Seconds = Field(120.0, description="longest time for one reply")
    extra: ExtraFields = Field(
        "", description="server: more fields of each request, for example "
        "{ chat_template_kwargs = { enable_thinking = false } }",
    )  # fmt: skip
    thinking: Literal["auto", "none", "on"] = Field(
        "auto",
        description="in this process: whether a model that has a switch for it thinks first, which "
        "only on lets it; server: auto and on hold its first reply back until it is whole, since "
        "all of its beginning may turn out to be thought; none shows replies as they come",
    )
    max_new_tokens: Positive = 512
    max_images: int = Field(
        4,
        ge=0,
        description="pictures in one prompt; 1 shows one after another, 0 is for models without "
        "eyes",
    )
    image_pixels: Positive = Field(672, description="longer side of a picture sent to the model")
    needs_gb: float = Field(
        0.0,
        ge=0,
        description="memory the model needs, in 16 bits where it is not quantized; `doctor` goes "
        "by it while the weights are not here",
    )

    @property
    def servers(self) -> tuple[str, ...]:
        """The addresses of the servers, each once."""
        named = (self.base_url,) if isinstance(self.base_url, str) else self.base_url
        return tuple(dict.fromkeys(named))

    @property
    def at_once(self) -> int:
        """Replies that may be under way at once, at all servers together."""
        return self.parallel * len(self.servers) if self.backend == "server" else 1


class DescribeSettings(Section):
    """Who says what a figure shows."""

    by: Literal["extracted", "vlm"] = "extracted"
    seconds_per_figure: Seconds = 60.0
    untrusted_below: Fraction = Field(0.5, description="a sentence under this trust weighs less")


WordEngineName = Literal["tantivy", "lancedb", "milvus"]
"""An index of words beside the database."""


class StoreSettings(Section):
    """Where vectors and words are searched, which the database holds too, and pictures kept."""

    vectors: Literal["faiss", "lancedb", "milvus"] = Field(
        "faiss", description="faiss needs nothing; the others their extra: mmrag[lancedb]"
    )
    uri: str = Field(
        "", description="lancedb: folder or bucket (s3://...); milvus: file of Milvus Lite or "
        "address; empty is a place in the index folder",
    )  # fmt: skip
    token_env: str = Field("", description="milvus: environment variable with the token")
    pictures: str = Field(
        "",
        description="folder or bucket (s3://..., by mmrag[remote]) for pictures that are kept; "
        "empty is the index folder",
    )
    approximate_from: Positive = Field(
        500_000, description="vectors of a channel from which search is approximate"
    )
    keywords: Literal["fts5"] | WordEngineName = Field(
        "fts5",
        description="who finds words; tantivy (mmrag[tantivy]) is for 100,000 pages and more, so "
        "is lancedb (in `uri` where vectors are not milvus); milvus is for a server",
    )

    @property
    def words_uri(self) -> str:
        """The URI, where it is that of the database that finds words."""
        of_words = self.vectors in ("faiss", self.keywords) and self.keywords != "tantivy"
        return self.uri if of_words else ""


class ChannelWeights(RootModel[dict[ChannelName, Weight]]):
    """The part of each channel in the fused score, by its name; see `mmrag.channels`.

    Those that are not named have their default; the name of no channel is an error.
    """

    model_config = ConfigDict(frozen=True)
    root: dict[ChannelName, Weight] = Field(default={}, validate_default=True)

    @field_validator("root")
    @classmethod
    def _complete(cls, given: dict[ChannelName, float]) -> dict[ChannelName, float]:
        unknown = [name for name in given if name not in channels.BY_NAME]
        if unknown:
            known = ", ".join(channels.NAMES)
            raise PydanticCustomError("channel", f"no channel {unknown[0]!r}; known here: {known}")
        return {channel.name: given.get(channel.name, channel.weight) for channel in CHANNELS}

    def __getitem__(self, channel: ChannelName) -> float:
        return self.root[channel]

    def items(self) -> ItemsView[ChannelName, float]:
        """All channels with their weights."""
        return self.root.items()

    def changed(self, weights: Mapping[ChannelName, float]) -> "ChannelWeights":
        """These weights but for those given."""
        return ChannelWeights({**self.root, **weights})


class RetrieveSettings(Section):
    """How channels are searched and fused."""

    k: Positive = 10
    candidates: Positive = Field(200, description="items taken from each channel")
    read_pages: int = Field(
        40, ge=0, description="best pages that are read for their fine order; 0 leaves it to fusion"
    )
    word_matches: int = Field(
        0,
        ge=0,
        description="passages that a question's words may match before its commonest are left out; "
        "0 leaves none out",
    )
    weights: ChannelWeights = ChannelWeights()
    image_for: Literal["looks", "all"] = Field(
        "looks", description="questions the image channel counts for: those of looks, or all"
    )


class AnswerSettings(Section):
    """Who answers, from how much evidence, and when it says it does not know."""

    by: Literal["extracted", "vlm"] = "extracted"
    compute: bool = Field(
        True,
        description="answers that tables give with certainty are computed, before `by` is asked",
    )
    k: Positive = Field(6, description="pieces of evidence")
    min_score: Fraction = Field(0.3, description="confidence under which it abstains")


class Settings(Section):
    """All that a profile may say."""

    name: str = "embedded"
    offline: bool = Field(True, description="forbid any download")
    ingest: IngestSettings = IngestSettings()
    ocr: OcrSettings = OcrSettings()
    text: TextSettings = TextSettings()
    image: ImageSettings = ImageSettings()
    rerank: RerankSettings = RerankSettings()
    late: LateSettings = LateSettings()
    vlm: VlmSettings = VlmSettings()
    describe: DescribeSettings = DescribeSettings()
    store: StoreSettings = StoreSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    answer: AnswerSettings = AnswerSettings()


class Tuned(Section):
    """What `mmrag eval tune` found best for one index: it goes before the profile."""

    dataset: str
    weights: ChannelWeights | None = None
    min_score: Fraction | None = None

    def applied(self, settings: Settings) -> Settings:
        """The settings with what was tuned in them."""
        retrieve, answer = settings.retrieve, settings.answer
        if self.weights is not None:
            retrieve = retrieve.model_copy(update={"weights": self.weights})
        if self.min_score is not None:
            answer = answer.model_copy(update={"min_score": self.min_score})
        return settings.model_copy(update={"retrieve": retrieve, "answer": answer})


class UserConfig(Section):
    """The user's `config.toml`: what is taken where neither call nor environment names one."""

    index: str = Field("", description="folder of the index")
    profile: str = Field("", description="profile by name, or the path of a .toml file")


def user_file() -> Path:
    """Where the user's `config.toml` lies, if there is one: on Linux `~/.config/mmrag/`."""
    return Path(platformdirs.user_config_dir("mmrag", appauthor=False)) / "config.toml"


def of_user() -> UserConfig:
    """What the user's `config.toml` says; paths in it start at its folder.

    Raises `ConfigError` with the file, the key and what is allowed.
    """
    path = user_file()
    if not path.is_file():
        return UserConfig()
    try:
        return UserConfig.model_validate(_read(path, "your settings"))
    except ValidationError as error:
        raise ConfigError(f"{path}: {_explain(error, UserConfig)}") from error


def profiles_folder() -> Path:
    """Where the profiles lie: inside an installed package, or at the root of a checkout."""
    installed = Path(__file__).parent / "configs"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "configs"


def profile_names() -> list[str]:
    """The profiles that `load` knows by name."""
    return sorted(path.stem for path in profiles_folder().glob("*.toml"))


def load(profile: str | None = None) -> Settings:
    """Read a profile by name or by path.

    None takes `MMRAG_PROFILE`, else what the user's `config.toml` says, else the default.

    `MMRAG_OFFLINE` makes it an offline one.
    Raises `ConfigError` with the file, the key and what is allowed.
    """
    profile = profile or os.environ.get("MMRAG_PROFILE") or _of_user() or DEFAULT_PROFILE
    path = Path(profile)
    if path.suffix != ".toml":
        if profile not in profile_names():
            raise ConfigError(
                f"no profile {profile!r}: choose one of {', '.join(profile_names())}, "
                "or give the path of a .toml file"
            )
        path = profiles_folder() / f"{profile}.toml"
    data = _read(path, "the profile")
    try:
        settings = Settings.model_validate({"name": path.stem, **data})
    except ValidationError as error:
        raise ConfigError(f"{path}: {_explain(error, Settings)}") from error
    return settings.model_copy(update={"offline": True}) if network.is_offline() else settings


def _of_user() -> str:
    """The profile that the user's `config.toml` names; a file is found from its folder."""
    name = of_user().profile
    return str(user_file().parent / Path(name).expanduser()) if name.endswith(".toml") else name


def _read(path: Path, what: str) -> dict[str, object]:
    try:
        return from_toml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot read {what}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def _explain(error: ValidationError, section: type[BaseModel]) -> str:
    """The first fault of a file: its key, what is wrong, and the keys that exist."""
    fault = error.errors()[0]
    *table, key = [str(part) for part in fault["loc"]]
    if fault["type"] != "extra_forbidden":
        where = f"[{'.'.join(table)}] " if table else ""
        return f"{where}{key}: {fault['msg']}"
    for name in table:
        kind = section.model_fields[name].annotation
        assert isinstance(kind, type) and issubclass(kind, BaseModel)
        section = kind
    known = ", ".join(section.model_fields)
    return f"unknown key {'.'.join([*table, key])!r}; known here: {known}"
