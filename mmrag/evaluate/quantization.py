"""What fewer bits gain and lose: encoders and vectors, measured on questions of known truth.

Each setting of an encoder encodes the documents that are asked about anew, in a process of its own,
and the same questions are searched in its vectors. What is lost is told beside the whole precision
with the interval that holds it in 95 of 100 resamples of the questions. Encoders are measured in
document scope: of documents that nobody asks about no page can be an answer, and they are not
encoded. Forms of vectors are measured in corpus scope, where nearest vectors are few among many.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from mmrag import ids, models
from mmrag.channels import VECTOR_NAMES, QueryKind, of_query
from mmrag.config import Settings
from mmrag.errors import UsageError
from mmrag.evaluate import metrics
from mmrag.evaluate.datasets import Dataset, Scope
from mmrag.evaluate.encoding_run import EncoderRole, EncodingRun, encoded
from mmrag.evaluate.quantization_report import (
    MEASURES,
    QuantizationReport,
    QuantizationRow,
)
from mmrag.evaluate.retrieval import SAME_BOX, OnStage, RetrievalRun, made_by
from mmrag.index import Index
from mmrag.pipeline.sources import SOURCES
from mmrag.protocols import GraphKind
from mmrag.store.compressed import (
    FORMS,
    WHOLE,
    Channels,
    CompressedVectors,
    VectorForm,
    searches_per_second,
)
from mmrag.types import ChannelName, Float32

PartName = Literal["text encoder", "image encoder", "vectors"]
PARTS: tuple[PartName, ...] = ("text encoder", "image encoder", "vectors")
CALIBRATED_WITH = 64
"""Texts or pictures of the index, evenly drawn, whose ranges `int8 static` takes. By hand."""
RESULTS = 10
"""Results of a search whose time is taken."""

_ENCODERS: Mapping[PartName, tuple[EncoderRole, QueryKind]] = {
    "text encoder": ("text", "text vector"),
    "image encoder": ("image", "image vector"),
}


@dataclass(frozen=True, slots=True)
class EncoderSetting:
    """One way to run an encoder: the settings that make it so, and the bytes of its weights."""

    name: str
    settings: Settings
    size: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Quality:
    """The measures of each question, by all channels together and by those of the part alone."""

    fused: list[metrics.Row]
    alone: list[metrics.Row]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be encoded: by channel the items of the documents that are asked about."""

    items: Mapping[ChannelName, Sequence[str]]
    contents: Sequence[str]  # of all of them in this order: texts, or files of pictures

    def by_channel(self, rows: Float32) -> Channels:
        ends = np.cumsum([len(items) for items in self.items.values()])[:-1]
        parts = np.split(np.nan_to_num(rows), ends)
        return {
            name: (items, part)
            for (name, items), part in zip(self.items.items(), parts, strict=True)
        }


def measure(
    index: Index,
    dataset: Dataset,
    folder: Path,
    parts: Sequence[PartName] = PARTS,
    on_stage: OnStage = lambda stage, done, total: None,
) -> QuantizationReport:
    """Every setting of the parts; graphs that are made for it lie in `folder` afterwards.

    Raises `UsageError` where the index lacks the vectors of a part, `ModelMissing` without the
    package onnx, `ModelError`.
    """
    bench = _Workbench(index, dataset, on_stage)
    rows = [
        row
        for part in parts
        for row in (bench.vectors() if part == "vectors" else bench.encoder(part, folder))
    ]
    return QuantizationReport(dataset.name, tuple(rows), made_by(index.searcher))


class _Workbench:
    """The questions, and what is searched for them in vectors of one kind and another."""

    def __init__(self, index: Index, dataset: Dataset, on_stage: OnStage) -> None:
        self._index = index
        self._searcher = index.searcher.remembering()
        self._dataset = dataset
        self._on_stage = on_stage
        held = index.catalog.vectors.spaces()
        self._rows: Channels = {
            name: index.vectors.rows(name) for name in VECTOR_NAMES if name in held
        }
        asked = {question.document for question in dataset.questions}
        self._documents = {
            document.id
            for document in index.catalog.documents.all()
            if Path(document.path).stem in asked
        }

    def encoder(self, part: PartName, folder: Path) -> Iterator[QuantizationRow]:
        """A row for each setting of an encoder, whole precision first."""
        role, kind = _ENCODERS[part]
        asked = self._asked(kind)
        questions = RetrievalRun(self._searcher, self._dataset, "page", "document")
        whole: EncodingRun | None = None
        before: _Quality | None = None
        total = len(asked.contents)
        for setting in encoder_settings(self._index.settings, role, asked.contents, folder):
            run = encoded(
                setting.settings,
                role,
                asked.contents,
                partial(self._tell, setting.name, total),
            )
            whole = whole or run
            quality = self._quality(questions, asked.by_channel(run.rows), WHOLE)
            before = before or quality
            row = _row(
                part,
                setting.name,
                "document",
                setting.size,
                total / max(run.cost.seconds, 1e-9),
                run.rows,
                whole.rows,
                quality,
                before,
            )
            yield replace(
                row,
                load_seconds=run.cost.load_seconds,
                cpu_ms=1000 * run.cost.cpu_seconds / max(total, 1),
                seconds=run.cost.load_seconds + run.cost.cpu_seconds,
                peak_bytes=run.cost.peak_bytes,
                settings=_changed(setting.settings, self._index.settings, role),
                note=setting.note,
            )

    def _tell(self, stage: str, total: int, done: int) -> None:
        self._on_stage(stage, done, total)

    def vectors(self) -> Iterator[QuantizationRow]:
        """A row for each form of the vectors of the text channels, as the index holds them."""
        names = [channel.name for channel in of_query("text vector") if channel.name in self._rows]
        if not names:
            raise UsageError("the index holds no vectors of texts: `mmrag index PATH` fills it")
        scope: Scope = (
            "corpus"
            if any(question.scope == "corpus" for question in self._dataset.questions)
            else "document"
        )
        questions = RetrievalRun(self._searcher, self._dataset, "page", scope)
        before: _Quality | None = None
        held = {name: self._rows[name] for name in names}
        whole = np.concatenate([rows for _, rows in held.values()])
        queries = self._index.models.query_encoder().encode(
            [question.text for question in questions.questions]
        )
        for done, form in enumerate(FORMS):
            self._on_stage("vectors", done, len(FORMS))
            quality = self._quality(questions, held, form)
            before = before or quality
            left = np.concatenate([form.left_of(rows) for _, rows in held.values()])
            yield _row(
                "vectors",
                form.name,
                scope,
                round(len(whole) * form.bytes_of(whole.shape[1])),
                searches_per_second(whole, queries, form, RESULTS),
                left,
                form.cut(whole),
                quality,
                before,
            )

    def _quality(self, questions: RetrievalRun, changed: Channels, form: VectorForm) -> _Quality:
        """The questions searched where some channels hold other vectors, in a form."""
        searcher = self._searcher.over(CompressedVectors(changed, form, self._rows))
        found = [
            questions.measured(
                questions.named(questions.together(searcher, lambda: None, channels), SAME_BOX)
            )
            for channels in (None, tuple(changed))
        ]
        return _Quality(*found)

    def _asked(self, kind: QueryKind) -> _Asked:
        """The items of the channels of one encoder, with what is encoded of them."""
        items: dict[ChannelName, list[str]] = {}
        contents: list[str] = []
        for channel in of_query(kind):
            if channel.name not in self._rows:
                continue
            names = [
                item
                for item in self._rows[channel.name][0]
                if ids.document_of(item) in self._documents
            ]
            doubt = self._index.settings.describe.untrusted_below
            found = SOURCES[channel.source].of_items(self._index.catalog, names, doubt)
            items[channel.name] = list(found)
            if channel.takes_pictures:
                contents += map(str, self._index.pictures.in_order(items[channel.name]))
            else:
                contents += found.values()
        if not contents:
            raise UsageError(
                f"the index holds no vectors of this encoder ({kind}) for the documents that are "
                "asked about: `mmrag index PATH` fills it"
            )
        return _Asked(items, contents)


def encoder_settings(
    settings: Settings, role: EncoderRole, contents: Sequence[str], folder: Path
) -> Iterator[EncoderSetting]:
    """The ways to run a profile's encoder, whole precision first.

    The embedded encoders have graphs in 8 bits: the default's, and others that are made in `folder`
    and calibrated with some of the `contents`; of others the precisions of torch are tried. Where
    bfloat16 is emulated it is left out: it takes many times as long as float32.
    """
    files = models.Models(settings).files()[role]
    size = files.find().size
    has_bfloat16 = models.has_bfloat16("auto")
    if not files.embedded:
        for precision in ("fp32", "bf16") if has_bfloat16 else ("fp32",):
            yield EncoderSetting(precision, _with(settings, role, precision=precision), size)
        return
    yield EncoderSetting("fp32", _with(settings, role, precision="fp32", graph=""), size)
    if role == "text" and models.cpu_sums_bytes():
        by_token = _with(settings, role, precision="auto", graph="")
        note = "made of the whole weights as they are loaded"
        yield EncoderSetting("int8 by token", by_token, size, note)
    if has_bfloat16:
        halves = _with(settings, role, precision="bf16", graph="")
        yield EncoderSetting("bf16 (torch)", halves, size // 2)
    drawn = contents[:: max(1, len(contents) // CALIBRATED_WITH)][:CALIBRATED_WITH]
    kinds: tuple[tuple[GraphKind, str], ...] = (
        ("int8 dynamic", ""),
        ("int8 static", f"calibrated with {len(drawn)} of the index"),
    )
    if role == "image":
        kinds += (("pruned", "half of the weights 0, not trained again: as large and as slow"),)
    for kind, note in kinds:
        file = folder / f"{role}-{kind.replace(' ', '-')}.onnx"
        if role == "text":
            models.make_text_graph(kind, drawn, file)
        else:
            models.make_image_graph(kind, map(Image.open, drawn), file)
        changed = _with(settings, role, precision="auto", graph=str(file.resolve()))
        yield EncoderSetting(kind, changed, file.stat().st_size, note)


def _with(settings: Settings, role: EncoderRole, **changed: str) -> Settings:
    """Settings with some of an encoder's changed, and the device left to it."""
    section = getattr(settings, role).model_copy(update={"device": "auto", **changed})
    return settings.model_copy(update={role: section})


def _changed(settings: Settings, before: Settings, role: EncoderRole) -> dict[str, str]:
    """What a setting of an encoder says otherwise than the profile."""
    now, was = getattr(settings, role).model_dump(), getattr(before, role).model_dump()
    return {key: str(value) for key, value in now.items() if value != was[key]}


def _row(
    part: str,
    name: str,
    scope: Scope,
    size: int,
    per_second: float,
    rows: Float32,
    whole: Float32,
    quality: _Quality,
    before: _Quality,
) -> QuantizationRow:
    cosines = np.einsum("ij,ij->i", _unit(rows), _unit(whole), dtype=np.float64)
    return QuantizationRow(
        part=part,
        name=name,
        scope=scope,
        questions=len(quality.fused),
        size=size,
        per_second=per_second,
        cosine=float(cosines.mean()),
        lowest_cosine=float(cosines.min()),
        nans=int(np.isnan(rows).sum()),
        infinities=int(np.isinf(rows).sum()),
        measures=_means(quality.fused),
        lost=_lost(before.fused, quality.fused),
        alone=_means(quality.alone),
        lost_alone=_lost(before.alone, quality.alone),
    )


def _unit(rows: Float32) -> Float32:
    """Rows of unit length; what is no number counts 0."""
    found = np.nan_to_num(rows)
    lengths = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return np.asarray(found / lengths, np.float32)


def _means(rows: Sequence[metrics.Row]) -> dict[str, float]:
    found = metrics.mean(rows)
    return {name: found[name] for name in MEASURES}


def _lost(
    before: Sequence[metrics.Row], after: Sequence[metrics.Row]
) -> dict[str, tuple[float, float, float]]:
    """By how much each measure fell, and between which values that lies."""
    fell = np.asarray(before) - np.asarray(after)
    return {
        name: (float(column.mean()), *metrics.interval(column.tolist()))
        for name, column in zip(metrics.NAMES, fell.T, strict=True)
        if name in MEASURES
    }
