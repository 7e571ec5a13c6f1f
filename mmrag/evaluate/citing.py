"""Whether the citations of an answer lead to the evidence: its pages, and its boxes on them.

Page precision and recall are those of ALCE's citations (Gao et al. 2023, arXiv 2305.14627, section
4.2) with labelled pages in place of a judge. A box is hit as CiteVQA counts it (arXiv 2605.12882),
where a cited element of a page and a true one share half of what they cover together (PASCAL VOC
2010, section 4.2): elements are figures, tables and paragraphs there, and so is the region of a
citation. Looser, where the middle of what is cited, a cell or a line, lies in the true one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mmrag import boxes
from mmrag.evaluate.datasets import BoxTruth, Question
from mmrag.evaluate.replies import Source

SAME_BOX = 0.5


@dataclass(frozen=True, slots=True)
class Citing:
    """The citations of one answer beside the truth of its question, each from 0 to 1.

    `precision` is the part of the cited pages that hold the evidence, `recall` the part of the
    evidence pages that are cited; `first`, whether the first citation is of one. `box` and `middle`
    are None where the question's boxes are not known.
    """

    precision: float
    recall: float
    first: bool
    box: bool | None
    middle: bool | None


def compared(question: Question, citations: Sequence[Source]) -> Citing:
    """Measure citations; without any, all are 0."""
    true = {(truth.document, truth.page) for truth in question.pages}
    cited = {(item.document, item.page) for item in citations}
    right = true & cited
    return Citing(
        len(right) / len(cited) if cited else 0.0,
        len(right) / len(true) if true else 0.0,
        bool(citations) and (citations[0].document, citations[0].page) in true,
        _hit(question.regions or question.boxes, citations, middle=False),
        _hit(question.regions or question.boxes, citations, middle=True),
    )


def _hit(truths: Sequence[BoxTruth], citations: Sequence[Source], *, middle: bool) -> bool | None:
    if not truths:
        return None
    return any(_same_place(item, truth, middle=middle) for item in citations for truth in truths)


def _same_place(item: Source, truth: BoxTruth, *, middle: bool) -> bool:
    if item.bbox is None or (item.document, item.page) != (truth.document, truth.page):
        return False
    if middle:
        return boxes.holds_middle(truth.bbox, item.bbox)
    return boxes.iou(item.region or item.bbox, truth.bbox) >= SAME_BOX
