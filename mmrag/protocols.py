"""What a model or a store must offer. Batching, order, retries and checks live in the stages, once.

Every backend passes the contract suite of its protocol (`tests/contracts/`).
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from mmrag.errors import DocumentError
from mmrag.readings import PageReading, PictureSource
from mmrag.types import (
    ChannelName,
    Evidence,
    Figure,
    Float32,
    Graph,
    Grid,
    MarkedEvidence,
    OperandCell,
    Picture,
    Space,
)

if TYPE_CHECKING:
    from PIL import Image


class TextEncoder(Protocol):
    """Texts to vectors of one space."""

    @property
    def space(self) -> Space: ...

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), space.dimension)`, in the order of `texts`."""
        ...


class ImageEncoder(Protocol):
    """Images and texts to vectors of one shared space (CLIP)."""

    @property
    def space(self) -> Space: ...

    @property
    def text_space(self) -> Space | None:
        """The space of a text encoder that encodes texts for this one, too; else None."""
        ...

    @property
    def logit_scale(self) -> float:
        """What cosines are multiplied by before a softmax over texts, as the model learned it."""
        ...

    def encode_images(self, images: Sequence["Image.Image"]) -> Float32:
        """Unit vectors, shape `(len(images), space.dimension)`, in the order of `images`."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), space.dimension)`; each text fits the token limit."""
        ...

    def split(self, text: str) -> Sequence[str]:
        """`text` in pieces that each fit the model's token limit; one piece where it fits whole."""
        ...


class MultiVectorEncoder(Protocol):
    """Pages and questions to many vectors each, compared by late interaction (MaxSim)."""

    @property
    def space(self) -> Space: ...

    def encode_pages(self, images: Sequence["Image.Image"]) -> Sequence[Float32]:
        """Unit vectors of each page, shape `(vectors, space.dimension)`, in their order."""
        ...

    def encode_query(self, text: str) -> Float32:
        """Unit vectors of a question, shape `(vectors, space.dimension)`."""
        ...


@runtime_checkable
class Foresees(Protocol):
    """An encoder that chooses how it works by how many texts or pictures are to come."""

    def expect(self, count: int) -> None:
        """At least `count` more will be encoded."""
        ...


GraphKind = Literal["int8 dynamic", "int8 static", "pruned"]
"""How an embedded encoder is changed. `int8 dynamic` finds the range of what flows through its
graph anew for each input, `int8 static` once, on inputs that are like those to come; `pruned`
leaves out the smallest weights."""


class Reranker(Protocol):
    """How well each text answers the query, read together (a cross-encoder)."""

    @property
    def name(self) -> str: ...

    def score(self, query: str, texts: Sequence[str]) -> Float32:
        """One score per text, shape `(len(texts),)`, rising with relevance."""
        ...


@runtime_checkable
class PictureReranker(Protocol):
    """A Reranker whose model may see: then pages and figures are judged by their pictures."""

    @property
    def sees(self) -> bool:
        """Whether it does."""
        ...

    def score_pictures(self, query: str, pictures: Sequence["Image.Image"]) -> Float32:
        """One score per picture, shape `(len(pictures),)`, on the scale of `score`."""
        ...


@dataclass(frozen=True, slots=True)
class OcrLine:
    """One line of recognised text. `box` is `(x0, y0, x1, y1)` in pixels of the image given."""

    text: str
    box: tuple[float, float, float, float]
    confidence: float  # 0 to 1
    turn: int = 0  # quarters of a turn to the left in which the line stands upright


OcrName = Literal["rapidocr", "tesseract"]


class OcrEngine(Protocol):
    """Reads the text in a picture."""

    @property
    def name(self) -> str: ...

    def read(self, image: "Image.Image") -> Sequence[OcrLine]:
        """The lines of `image` in reading order; none where there is no text."""
        ...


class PageReader(Protocol):
    """Reads pages and pictures apart from this process."""

    def read(
        self, sources: Iterable[PictureSource]
    ) -> Iterator[tuple[PictureSource, PageReading | DocumentError]]:
        """Each source with what was read, in the order in which they are done.

        Sources are taken as readers become free, so that memory does not grow with their number.
        """
        ...

    def draw(
        self, sources: Iterable[PictureSource]
    ) -> Iterator[tuple[PictureSource, Picture | DocumentError]]:
        """Each page, or figure in a box, with its picture, and nothing read, as they are done."""
        ...

    def picture(self, source: PictureSource) -> "Image.Image":
        """What the source shows, in RGB. Raises `UsageError`, `DocumentError`."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation with a vision-language model.

    `tag` names a task that the model was trained on, and reaches it as it is, before the text.
    """

    role: Literal["system", "user", "assistant"]
    text: str
    images: tuple["Image.Image", ...] = ()
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where generation stops, whichever comes first."""

    max_new_tokens: int = 512
    seconds: float = 120.0
    in_line: float = 0.0  # seconds to wait for a turn before the others begin; 0: they count


BATCH_IN_LINE = 300.0
"""Seconds that a request of a batch waits for a server that is busy, or that is starting anew; by
hand: weights of a 7B model take two minutes to load."""
Reply = Generator[str, None, tuple[str, ...]]
"""Text in pieces; returned at its end is what the user should know of it: that it was cut off."""


class ChatModel(Protocol):
    """A vision-language model, loaded here or behind a server."""

    @property
    def name(self) -> str: ...

    @property
    def max_images(self) -> int:
        """How many pictures one prompt may hold; less once a server has refused some."""
        ...

    @property
    def parallel(self) -> int:
        """How many replies may be under way at once."""
        ...

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Reply:
        """The reply alone, never the prompt nor a thought, in pieces as they are generated.

        Raises `ModelTimeout` when `limits.seconds` pass without an end, `NoReply` where it ends
        without a word, `PicturesRefused` where the model does not see, `ModelError` on any other
        failure. What was yielded before stays valid, but for `ReplyWithdrawn`.
        """
        ...


@dataclass(frozen=True, slots=True)
class TokenUse:
    """Tokens of prompts read and of replies written."""

    read: int = 0
    written: int = 0

    def plus(self, read: int, written: int) -> "TokenUse":
        """With those of another reply."""
        return TokenUse(self.read + read, self.written + written)


@runtime_checkable
class CountsTokens(Protocol):
    """A ChatModel that counts tokens."""

    @property
    def tokens(self) -> TokenUse:
        """Of all replies so far, of those that failed, too, as far as they came."""
        ...


@dataclass(frozen=True, slots=True)
class ServerUse:
    """What one of the servers of a model has done: replies, tries that failed, why the last did."""

    url: str
    replies: int = 0
    failed: int = 0
    fault: str = ""


@runtime_checkable
class Served(Protocol):
    """A model behind servers, or who asks one."""

    @property
    def servers(self) -> tuple[ServerUse, ...]:
        """What each has done so far; none of a model that is loaded here."""
        ...


@runtime_checkable
class TellsMemory(Protocol):
    """A ChatModel in this process that tells what memory it takes, in bytes."""

    @property
    def on_gpu(self) -> bool:
        """Whether it lies on a GPU."""
        ...

    def memory_bytes(self) -> int:
        """What the weights take, as they are loaded."""
        ...

    def gpu_peak_bytes(self) -> int:
        """The most that was held of the GPU so far; 0 where it lies in memory."""
        ...


@runtime_checkable
class SchemaModel(Protocol):
    """A ChatModel that can keep its reply to a JSON schema."""

    def structured(
        self, turns: Sequence[Turn], limits: Limits, schema: Mapping[str, object]
    ) -> Reply:
        """`stream`, of JSON that keeps to `schema`; of plain text where that cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool that a model may call: what it does, and its arguments as a JSON schema."""

    name: str
    about: str
    schema: Mapping[str, object]


@runtime_checkable
class ToolModel(Protocol):
    """A ChatModel whose server has an API for calls of tools."""

    def with_tools(
        self,
        turns: Sequence[Turn],
        limits: Limits,
        tools: Sequence[ToolSpec],
        schema: Mapping[str, object],
    ) -> Reply:
        """`stream`; a call of a tool comes as JSON: `{"tool": NAME}` with its arguments.

        A server that takes no tools is asked as by `structured`.
        """
        ...


@dataclass(frozen=True, slots=True)
class FigureView:
    """All that a describer may see of one figure."""

    figure: Figure
    document: str  # title
    page: int
    image: "Image.Image | None"
    grid: Grid | None = None  # its table or chart as data
    graph: Graph | None = None  # its diagram as data


class GridReader(Protocol):
    """Reads a table from its picture."""

    @property
    def name(self) -> str: ...

    def read(self, view: FigureView) -> Grid:
        """The table as data, with who read it and how much of it the document confirms."""
        ...


class Describer(Protocol):
    """Says in words what a figure shows."""

    @property
    def name(self) -> str: ...

    @property
    def prompt_version(self) -> str: ...

    @property
    def parallel(self) -> int:
        """How many figures may be under way at once, each in a thread of its own."""
        ...

    def describe(self, view: FigureView) -> str:
        """One readable paragraph."""
        ...


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """A question with its evidence, each piece under its marker and with its picture.

    `uncited` is the answerer's first try, where that cited nothing: it is asked for the same with
    its citations, or to say that the evidence does not hold the answer.
    """

    question: str
    evidence: tuple[MarkedEvidence, ...]
    history: tuple[Turn, ...] = ()
    limits: Limits = Limits()
    uncited: str = ""


@dataclass(frozen=True, slots=True)
class ComputedText:
    """What a question comes to, in words, and the cells that it was computed of."""

    text: str
    operands: tuple[OperandCell, ...]


Compute = Callable[[str, Sequence[Evidence]], ComputedText | None]
"""Computes a question over the tables of evidence; None where they do not say it with certainty."""


class Answerer(Protocol):
    """Answers from evidence, citing it as `[MARKER]`. Its output is not trusted."""

    @property
    def name(self) -> str: ...

    @property
    def wants_images(self) -> bool:
        """Whether it looks at the pictures of the evidence."""
        ...

    def stream(self, request: AnswerRequest) -> Reply:
        """The raw answer in pieces. An empty answer, or `NOT_FOUND`, is an abstention."""
        ...


Rewriter = Callable[[str, Sequence[Turn]], str]
"""A question and what was said before, to the question that can be searched for."""

NOT_FOUND = "NOT IN THE EVIDENCE"
"""What an answerer says, alone, when the evidence does not hold the answer."""


FileState = Literal["whole", "half", "missing", "damaged"]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file of weights, read through. `size` is in bytes."""

    path: str  # or the model's name, where there is no file
    state: FileState
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class FilesFound:
    """How the files of a model stand on this machine. `size` is of its weights, in bytes."""

    state: Literal["whole", "half", "missing", "server"]
    detail: str
    path: str = ""
    size: int = 0


RoleName = Literal["text", "image", "rerank", "late", "vlm"]
"""What a profile has a model for."""


class ModelFiles(Protocol):
    """The files that a backend needs for its settings. Nothing is loaded to ask for them."""

    @property
    def name(self) -> str: ...

    @property
    def embedded(self) -> bool:
        """Whether they come with a package, with a published SHA-256."""
        ...

    def find(self) -> FilesFound:
        """How they stand, without reading them through."""
        ...

    def verify(self, *, offline: bool) -> list[CheckedFile]:
        """Each file of weights, every byte read and compared with the hash that is known of it."""
        ...

    def fetch(self) -> None:
        """Fetch what is missing. Raises `ModelMissing`, `ModelRefused` where it cannot be had."""
        ...


Nearest = list[tuple[str, float]]
"""Item IDs and inner products, best first; equal ones in the order of their IDs."""


@dataclass(frozen=True, slots=True)
class StoreFault:
    """How a vector store differs from the catalog: the file, channel or vector, and the message."""

    item: str
    message: str


class VectorSearch(Protocol):
    """Nearest vectors of channels: what a search asks of a vector store."""

    def search(
        self,
        channel: ChannelName,
        queries: Float32,
        k: int,
        document_ids: Sequence[str] | None = None,
    ) -> list[Nearest]:
        """The `k` nearest items of each query among some documents or all.

        `queries` are unit vectors, shape `(q, dimension)`. Fewer than `k` come back where there
        are fewer.
        """
        ...


class VectorStore(VectorSearch, Protocol):
    """Nearest vectors of the channels of one index; use one per thread, like its catalog.

    The catalog holds the truth, and what a store has besides is derived from it: a store that is
    behind, damaged or not there at all finds the same as one that is sound.
    """

    @property
    def name(self) -> str:
        """What its faults are told under: "faiss"."""
        ...

    def search(
        self,
        channel: ChannelName,
        queries: Float32,
        k: int,
        document_ids: Sequence[str] | None = None,
    ) -> list[Nearest]:
        """The `k` nearest items of each query among some documents or all, in the catalog's state.

        `queries` are unit vectors, shape `(q, dimension)`. Scores are exact, and so is what is
        found in a channel below the size from which a store approximates. Fewer than `k` come
        back where there are fewer. Raises `UsageError` for queries of another dimension.
        """
        ...

    def rows(self, channel: ChannelName) -> tuple[list[str], Float32]:
        """All item IDs of a channel and their vectors, shape `(n, dimension)`, oldest first."""
        ...

    def publish(
        self, channels: Sequence[ChannelName] | None = None, *, force: bool = False
    ) -> list[ChannelName]:
        """Bring up to date what is derived of some channels or all, where enough of it changed.

        `force` does it whatever changed. Gives the channels that it was done for. Raises
        `IndexUnusable` where the disk is full; what was there stays in use.
        """
        ...

    def method(self, channel: ChannelName) -> str:
        """How a channel is searched, in words: "exact", "approximate, 2,000 lists"."""
        ...

    def check(self) -> list[StoreFault]:
        """How what is derived differs from the catalog; `publish(force=True)` puts it right."""
        ...

    def remove(self) -> None:
        """Remove all that is derived, so that another store may take its place."""
        ...

    def close(self) -> None:
        """Let go of files and memory."""
        ...
