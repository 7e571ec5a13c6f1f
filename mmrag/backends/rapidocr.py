"""OCR by rapidocr: PP-OCRv6 (small) from its wheel, on one thread, without any download.

Recognition takes time in proportion to the width of a line at 48 pixels' height. Measured on four
rendered pages at 110 dpi: lines squeezed to 80 % of their width, in batches of one without padding
to 320 pixels, take 35 % less time at the same word recall (0.98 to 0.998).
"""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import fmean
from typing import Any

import cv2
import numpy as np
import rapidocr
from numpy.typing import NDArray
from PIL import Image

from mmrag.config import OcrSettings
from mmrag.errors import ModelMissing
from mmrag.protocols import OcrLine

_MODELS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}
_SQUEEZE = 0.8
_LONGEST = 1600  # pixels of the longer side in which text is looked for
_SHORTEST = 8  # pixels; no text is lower
_DOUBTFUL = 0.75  # mean confidence under which a page may lie on its head
_TALL = 1.5  # height to width of the box of a line that runs up or down
_LINES = 4  # fewest lines from which the skew of a page is inferred
_TALL_LINES = 3  # and that it lies on its side: a chart has one or two beside its axes
_CHARACTERS = 12  # and that it lies on its head, of all lines together; chosen by hand
_LONG = 3  # times its height: longer lines tell the skew of a page
_MIN_SKEW, _MAX_SKEW = np.radians(0.4), np.radians(15)
_SHEARED = np.radians(1.5)
"""From here on to squeeze a page bends its letters; chosen by hand."""
_NEARLY = 0.95
"""Of the sense of lines that were read bent, from which on those read straight count; by hand:
on ten receipts askew the latter had more words right where both made about as much sense."""
_SPACE = 2.0
_WIDE, _IN_GAP = 1.5, 30.0
"""How much likelier a space is taken for than recognition says, which loses more of them than it
makes up; and where characters are so many times as far apart as they mostly are in the line. F1 of
words of 41 rendered pages with a text layer: 96.96 %, 97.03 with the first alone, 97.08 with both
(97.11 with 15 in gaps). With 3 for the first words of 5 points fall apart."""
_ROOM = 1.5  # heights of a line, around the text of a page that is turned straight; chosen by hand


def load(settings: OcrSettings) -> "RapidOcr":
    """The engine. Raises `ModelMissing` where the installed rapidocr has not the models."""
    folder = Path(rapidocr.__file__).parent / "models"
    missing = [name for name in _MODELS.values() if not (folder / name).is_file()]
    if missing:
        raise ModelMissing(
            f"rapidocr {version('rapidocr')} has not {', '.join(missing)} in {folder}: "
            "pip install --force-reinstall rapidocr==3.10.0"
        )
    cv2.setNumThreads(1)
    engine = rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": 0.0,  # confidence is judged here, where a turned page is seen
            "Global.use_cls": False,
            "Det.limit_type": "max",  # by default a thin picture is enlarged without a limit
            "Det.limit_side_len": _LONGEST,
            "Rec.rec_batch_num": 1,
            "Rec.rec_img_shape": [3, 48, 64],
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            **{key: str(folder / name) for key, name in _MODELS.items()},
        }
    )
    blank = np.full((48, 64, 3), 255, np.uint8)
    engine(blank, use_det=False)  # which loads recognition
    engine.text_rec.postprocess_op = _Spaced(engine.text_rec.postprocess_op)
    return RapidOcr(engine, settings.min_confidence)


class _Spaced:
    """Recognition's decoder, which takes a space for `_SPACE` times as likely."""

    def __init__(self, decode: Any) -> None:
        self._decode = decode
        self._space, self._stroke = decode.dict[" "], decode.dict["I"]

    def __call__(self, likely: NDArray[np.float32], *args: Any, **options: Any) -> Any:
        """Texts from the likelihoods of characters, lines x places x characters.

        Their confidence is what recognition says, by which a page that lies on its head is told.
        """
        texts, *rest = self._decode(likely, *args, **options)
        space, best = likely[..., self._space], likely.max(axis=-1)
        chosen = likely.argmax(axis=-1)
        is_wide = [_in_wide_gap(line, self._stroke) for line in chosen]
        likelier = np.where(is_wide, _IN_GAP, _SPACE)
        if not ((space < best) & (space * likelier > best)).any():
            return texts, *rest
        space *= likelier
        spaced, *rest = self._decode(likely, *args, **options)
        told = zip(spaced, texts, strict=True)
        return [(text, confidence) for (text, _), (_, confidence) in told], *rest


def _in_wide_gap(chosen: NDArray[np.int64], stroke: int) -> NDArray[np.bool_]:
    """Which places of a line lie between characters that are far apart for it; 0 is none.

    Between two strokes there was a third that recognition took for one of them: `III`.
    """
    is_wide = np.zeros(len(chosen), bool)
    begins = np.flatnonzero((chosen != 0) & (chosen != np.concatenate([[0], chosen[:-1]])))
    gaps = np.diff(begins)
    for at in np.flatnonzero(gaps >= _WIDE * np.median(gaps)) if len(gaps) else ():
        begin, end = begins[at], begins[at + 1]
        is_wide[begin + 1 : end] = not (chosen[begin] == chosen[end] == stroke)
    return is_wide


class RapidOcr:
    """Reads pictures of text, also those that lie on their side or head."""

    def __init__(self, engine: "rapidocr.RapidOCR", min_confidence: float) -> None:
        self._engine = engine
        self._min_confidence = min_confidence

    @property
    def name(self) -> str:
        return f"rapidocr {version('rapidocr')} PP-OCRv6 small"

    def read(self, image: Image.Image) -> Sequence[OcrLine]:
        """The lines of `image` in reading order; none where there is no text.

        The picture is turned and read again where its lines run up or down, or make no sense.
        """
        if min(image.size) < _SHORTEST:
            return []
        pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
        lines = self._read(pixels)
        sideways = _sideways(lines)
        turns = [1, 3] if sideways else [2] if _doubtful(lines) else []
        best, best_turn = ([] if sideways else lines), 0  # turned lines come in a wrong order
        for turn in turns:
            again = self._read(np.ascontiguousarray(np.rot90(pixels, turn)))
            if _sense(again) > 1.05 * _sense(best):
                best, best_turn = again, turn
            if not _doubtful(best):
                break
        height, width = pixels.shape[:2]
        return [
            OcrLine(
                line.text,
                _turn_back(line.box, best_turn, width, height),
                line.confidence,
                best_turn,
            )
            for line in best
            if line.confidence >= self._min_confidence
        ]

    def _read(self, pixels: NDArray[np.uint8]) -> list[OcrLine]:
        """The lines of a picture; where it is skewed, read straight, unless that makes less sense.

        Their boxes are those on the picture turned by its skew around its middle, so that no two
        lines share a height: each place is off by the skew, nothing in the middle.
        """
        resized = cv2.resize(pixels, None, fx=_SQUEEZE, fy=1.0, interpolation=cv2.INTER_AREA)
        squeezed = np.asarray(resized, np.uint8)
        boxes, texts = self._found(squeezed)
        boxes = boxes * (pixels.shape[1] / squeezed.shape[1], 1.0)
        skew = _skew(boxes)
        lines = _lines(_turned(boxes, skew, pixels.shape), texts, pixels.shape)
        if abs(skew) < _SHEARED:
            return lines
        straight, corner = _straight(pixels, skew, boxes)
        boxes, texts = self._found(straight)
        again = _lines(boxes + corner, texts, pixels.shape)
        return again if _sense(again) > _NEARLY * _sense(lines) else lines

    def _found(
        self, pixels: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float64], list[tuple[str, float]]]:
        """Lines x 4 corners (clockwise from the top left) x 2, and texts with their confidence."""
        found = self._engine(pixels, use_det=True)
        if found.boxes is None or found.txts is None:
            return np.empty((0, 4, 2)), []
        texts = list(zip(found.txts, map(float, found.scores), strict=True))
        return np.asarray(found.boxes, np.float64), texts


def _skew(boxes: NDArray[np.float64]) -> float:
    """The angle of most of the text, in radians; 0 of a page that lies straight, or on its side."""
    across, down = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 0]
    length = np.hypot(across[:, 0], across[:, 1])
    long = length > _LONG * np.hypot(down[:, 0], down[:, 1])
    if long.sum() < _LINES:
        return 0.0
    angles, weights = np.arctan2(across[long, 1], across[long, 0]), length[long]
    order = np.argsort(angles)
    half = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    skew = float(angles[order][half])
    return skew if _MIN_SKEW < abs(skew) < _MAX_SKEW else 0.0


def _turned(boxes: NDArray[np.float64], skew: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Corners where they are on the picture turned straight around its middle."""
    turn = np.array([[np.cos(skew), -np.sin(skew)], [np.sin(skew), np.cos(skew)]])
    middle = np.array([shape[1] / 2, shape[0] / 2])
    return np.asarray((boxes - middle) @ turn + middle, np.float64)


def _straight(
    pixels: NDArray[np.uint8], skew: float, boxes: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The part of the picture with text, turned straight, on white, and its upper left corner.

    The margins that a whole page has when it is turned would make its text smaller where the
    engine shrinks it. It is not squeezed: what has been turned once is not drawn anew another time.
    """
    height, width = pixels.shape[:2]
    turned = _turned(boxes, skew, pixels.shape)
    room = _ROOM * np.median(np.hypot(*(boxes[:, 3] - boxes[:, 0]).T))
    corner, end = turned.min(axis=(0, 1)) - room, turned.max(axis=(0, 1)) + room
    around = cv2.getRotationMatrix2D((width / 2, height / 2), np.degrees(skew), 1.0)
    turn = np.asarray(around, np.float64) - np.array([[0, 0, corner[0]], [0, 0, corner[1]]])
    straight = cv2.warpAffine(
        pixels, turn, np.ceil(end - corner).astype(int).tolist(), None, cv2.INTER_LINEAR,
        cv2.BORDER_CONSTANT, (255, 255, 255),
    )  # fmt: skip
    return np.asarray(straight, np.uint8), corner


def _lines(
    boxes: NDArray[np.float64], texts: Sequence[tuple[str, float]], shape: tuple[int, ...]
) -> list[OcrLine]:
    return [
        OcrLine(text, _box(corners, shape), confidence)
        for corners, (text, confidence) in zip(boxes, texts, strict=True)
        if text.strip()
    ]


def _box(corners: NDArray[np.float64], shape: tuple[int, ...]) -> tuple[float, float, float, float]:
    """The box around corners, within the picture: one that is turned out of it is at its edge."""
    most = np.array([shape[1], shape[0]])
    x0, y0 = corners.min(axis=0).clip(0, most - 1)
    x1, y1 = corners.max(axis=0).clip((x0 + 1, y0 + 1), most)
    return float(x0), float(y0), float(x1), float(y1)


def _sideways(lines: Sequence[OcrLine]) -> bool:
    """Whether most text runs up or down."""
    worded = [line for line in lines if len(line.text) >= 3]
    tall = sum(line.box[3] - line.box[1] > _TALL * (line.box[2] - line.box[0]) for line in worded)
    return len(worded) >= _TALL_LINES and tall > 0.6 * len(worded)


def _doubtful(lines: Sequence[OcrLine]) -> bool:
    read = sum(len(line.text) for line in lines)
    return read >= _CHARACTERS and fmean(line.confidence for line in lines) < _DOUBTFUL


def _sense(lines: Sequence[OcrLine]) -> float:
    """How much was read with confidence, in characters."""
    return sum(len(line.text) * max(line.confidence - 0.5, 0.0) for line in lines)


def _turn_back(
    box: tuple[float, float, float, float], turn: int, width: int, height: int
) -> tuple[float, float, float, float]:
    """A box of a picture turned `turn` quarters to the left, in the picture as it was."""
    x0, y0, x1, y1 = box
    match turn:
        case 1:
            return width - y1, x0, width - y0, x1
        case 2:
            return width - x1, height - y1, width - x0, height - y0
        case 3:
            return y0, height - x1, y1, height - x0
    return box
