"""Vision: what can be done with one picture at a time, from Python.

    from mmrag import Vision

    with Vision.open("embedded") as vision:
        print(vision.ocr("receipt.jpg").text)
        print(vision.fields("receipt.jpg", ["company", "date", "total"]).values)

An input is a picture file, a page of a file ("report.pdf#3"), a picture in memory, or the ID of a
page or figure of the index that was given. Each task is a module of `mmrag.vision` and a line in
its table; all share the backends of one profile.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from mmrag.answer.computed import computed_text
from mmrag.closing import Closing
from mmrag.config import Settings
from mmrag.disk_cache import DiskCache, folder
from mmrag.errors import DocumentError, UsageError
from mmrag.index import Index
from mmrag.ingest.formats import table as formats
from mmrag.models import Models
from mmrag.readings import PictureSource
from mmrag.vision import inputs
from mmrag.vision.agent import STEPS, AgentResult, answer
from mmrag.vision.analyze import routed
from mmrag.vision.ask import AskPicture, AskResult
from mmrag.vision.batch import Batch
from mmrag.vision.caption import CaptionPicture, CaptionResult
from mmrag.vision.classify import TEMPLATES, LabelScore, classify
from mmrag.vision.compare import Compare, CompareResult
from mmrag.vision.document import DocumentLook, DocumentResult
from mmrag.vision.embed import Embed, Embeddings, EmbedResult, of_pictures, of_texts
from mmrag.vision.fields import Fields, FieldsResult
from mmrag.vision.grids import GridKind, GridsResult, ReadGrids
from mmrag.vision.heard import Listener
from mmrag.vision.looking import Bench, By
from mmrag.vision.ocr import Engine, Ocr, OcrResult, TextKind
from mmrag.vision.prompts import Style
from mmrag.vision.task import Task
from mmrag.vision.tools import MAX_HITS

if TYPE_CHECKING:
    from PIL import Image

    Picture = PictureSource | str | PathLike[str] | Image.Image

R = TypeVar("R")
SECONDS = 300.0
"""That one step of reading, or one reply of a model, may take; the profile may say less. Chosen by
hand."""


class Vision(Closing):
    """One-picture work with the backends of a profile, which are loaded when a task needs them."""

    def __init__(
        self,
        models: Models,
        *,
        index: Index | None = None,
        cache: DiskCache | None = None,
        seconds: float = SECONDS,
        listener: Listener | None = None,
    ) -> None:
        """Work with models that stay their owner's; without a `cache` nothing is kept.

        A `listener` is told of a model's replies while they come.
        """
        self.models = models
        self.cache = cache
        self._index = index
        self._owned = ExitStack()
        self.bench = Bench(
            models, models.page_reader(seconds), seconds, listener, compute=computed_text
        )

    @classmethod
    def open(
        cls,
        profile: str | Settings | None = None,
        *,
        index: Index | None = None,
        cache: bool = True,
        seconds: float = SECONDS,
        listener: Listener | None = None,
    ) -> Self:
        """The tasks with a profile's models; results are kept in the user's cache.

        Raises `ConfigError`.
        """
        models = Models.open(profile)
        kept = DiskCache(folder("vision")) if cache else None
        vision = cls(models, index=index, cache=kept, seconds=seconds, listener=listener)
        vision._owned.callback(models.close)
        return vision

    def close(self) -> None:
        """Let go of models and of copies of pictures; shared models stay."""
        self._owned.close()

    def sources(self, named: Iterable[str]) -> Iterator[PictureSource]:
        """What inputs name: see `mmrag.vision.inputs`. Raises `UsageError`."""
        return inputs.sources(named, formats.SUFFIXES, self._find if self._index else None)

    def source(self, picture: "Picture") -> PictureSource:
        """Where a picture lies; one in memory is written into a file of our own, until `close`.

        Raises `UsageError` where it names none, or several.
        """
        if isinstance(picture, PictureSource):
            return picture
        if isinstance(picture, str | PathLike):
            found = list(self.sources([str(picture)]))
            if len(found) != 1:
                raise UsageError(f"{picture}: {len(found)} pictures; name one")
            return found[0]
        folder = self._owned.enter_context(tempfile.TemporaryDirectory(prefix="mmrag-vision-"))
        path = Path(folder) / "picture.png"
        picture.save(path)
        return PictureSource("picture", path)

    def batch(self, task: Task[R]) -> Batch[R]:
        """One task, to be run over many sources.

        Raises `ModelMissing` where it wants an OCR engine that is not installed.
        """
        asked: object = task
        wanted = asked.wants if isinstance(asked, Ocr) else None
        bench = self.bench if wanted is None else self.bench.read_by(wanted)
        return Batch(task, bench, self.cache)

    def run(self, task: Task[R], picture: "Picture") -> R:
        """What one task finds in one picture.

        Raises `ConfigError` where the profile lacks what the task needs, `DocumentError` for
        whatever else keeps it from a result.
        """
        [outcome] = self.batch(task).run([self.source(picture)])
        if outcome.status == "failed":
            raise DocumentError(outcome.problem)
        result: R = outcome.result  # type: ignore[assignment]
        return result

    def classify(
        self,
        pictures: "Sequence[Image.Image]",
        labels: Sequence[str],
        templates: Sequence[str] = TEMPLATES,
    ) -> list[list[LabelScore]]:
        """For each picture the labels with their probabilities, the most probable first.

        Raises `UsageError` for labels or templates that cannot be used, `ConfigError` where the
        profile has no image encoder, `ModelError`.
        """
        return classify(pictures, labels, self.bench.encoder(), templates)

    def ocr(
        self,
        picture: "Picture",
        kind: TextKind = "auto",
        engine: Engine = "auto",
    ) -> OcrResult:
        """The text in a picture: lines with boxes and confidence, in reading order."""
        return self.run(Ocr(kind, engine), picture)

    def grids(
        self,
        picture: "Picture",
        kind: GridKind = "table",
        by: By = "auto",
    ) -> GridsResult:
        """The tables, charts or diagrams in a picture, as data."""
        return self.run(ReadGrids(kind, by), picture)

    def document(self, picture: "Picture", by: By = "auto") -> DocumentResult:
        """What kind of document a page is of, and what stands where on it."""
        return self.run(DocumentLook(by), picture)

    def caption(
        self, picture: "Picture", style: Style = "detailed", by: By = "auto"
    ) -> CaptionResult:
        """What a picture shows, in words; empty where rules have nothing to say."""
        return self.run(CaptionPicture(style, by), picture)

    def ask(
        self, picture: "Picture", question: str, by: By = "auto", *, if_relevant: bool = False
    ) -> AskResult:
        """An answer from a picture alone; empty where it does not hold one.

        With `if_relevant` no model is asked where a cheap look finds nothing of the question.
        """
        return self.run(AskPicture(question, by, if_relevant), picture)

    def compare(self, picture: "Picture", other: "Picture", by: By = "auto") -> CompareResult:
        """How the other picture differs from a picture."""
        return self.run(Compare.to(self.source(other), by), picture)

    def embed(self, picture: "Picture") -> EmbedResult:
        """The vector of a picture, of unit length."""
        return self.run(Embed(), picture)

    def embeddings(self, pictures: "Sequence[Picture]", texts: Sequence[str] = ()) -> Embeddings:
        """The vectors of pictures and of texts in one space, with its name and their own.

        Raises `ConfigError` where the profile has no image encoder, `DocumentError` for a picture
        that cannot be read, `UsageError` where there is none.
        """
        if not pictures:
            raise UsageError("vectors: name at least one picture")
        sources = [self.source(picture) for picture in pictures]
        found = of_pictures([source.name for source in sources], map(self.embed, sources))
        return found.with_(of_texts(texts, self.bench.encoder())) if texts else found

    def analyze(self, picture: "Picture", request: str, by: By = "auto") -> object:
        """What a free request asks for: the result of the task that fits it."""
        _, task = routed(request, self.bench, by)
        return self.run(task, picture)

    def agent(
        self,
        question: str,
        pictures: "Sequence[Picture]" = (),
        *,
        by: By = "auto",
        steps: int = STEPS,
    ) -> AgentResult:
        """An answer that takes several tools, from pictures and from the index where one is given.

        Raises `ConfigError`.
        """
        sources = [self.source(picture) for picture in pictures]
        search = self._search if self._index is not None else None
        return answer(question, sources, self.bench, by=by, search=search, steps=steps)

    def _search(self, question: str) -> list[tuple[PictureSource, str]]:
        """Pages and figures of the index, each with a snippet."""
        assert self._index is not None
        hits = self._index.search(question, k=MAX_HITS).hits
        return [(self._find(hit.image_id), hit.caption or hit.snippet) for hit in hits]

    def fields(
        self, picture: "Picture", names: Sequence[str] = (), by: By = "auto"
    ) -> FieldsResult:
        """The named fields of a form, receipt or letter; without names, all that it has."""
        return self.run(Fields(tuple(names), by), picture)

    def _find(self, image_id: str) -> PictureSource:
        """Where a page or figure of the index lies. Raises `UsageError`."""
        assert self._index is not None
        return replace(self._index.source(image_id), name=image_id)  # as its user names it
