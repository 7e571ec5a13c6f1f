"""Makes the sample corpus: documents, questions and truth, all invented and all from this script.

    python corpora/make_sample.py [FOLDER]

The same script gives the same files, byte for byte, with the same versions of PyMuPDF and Pillow.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from sample_source import invoice, manual, paper, report, scans  # noqa: E402
from sample_source.book import Truth  # noqa: E402

DOCUMENTS: dict[str, Callable[[Truth], bytes]] = {
    f"{report.STEM}.pdf": report.draw,
    f"{paper.STEM}.pdf": paper.draw,
    f"{manual.STEM}.pdf": manual.draw,
    f"{scans.SLIDES}.pdf": scans.slides,
    f"{scans.LETTER}.pdf": scans.letter,
    f"{invoice.STEM}.pdf": invoice.draw,
    f"{scans.CHART}.png": scans.chart,
    f"{scans.DELIVERY}.tiff": scans.delivery_notes,
}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "sample"
    truth = make(folder)
    print(f"{folder}: {len(DOCUMENTS)} documents, {len(truth.questions)} questions")


def make(folder: Path) -> Truth:
    """Write the corpus to `folder` as a dataset for `mmrag eval retrieval`."""
    truth = Truth()
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    for name, draw in DOCUMENTS.items():
        (folder / "docs" / name).write_bytes(draw(truth))
    asked = [question for question in truth.questions if question.answer is not None]
    rows, pages, figures, regions = [], [], [], []
    for number, question in enumerate(asked, 1):
        qid = f"s{number:03d}"
        rows.append({
            "qid": qid, "query": question.query, "answer": question.answer, "doc": question.doc,
            "doc_id": question.doc, "scope": "corpus", "type": question.type,
            "evidence_sources": [question.figure.kind] if question.figure else ["text"],
        })  # fmt: skip
        pages += [f"{qid}\t0\t{question.doc}#{page}\t1" for page in question.pages]
        if question.figure:
            figures.append(f"{qid}\t0\t{question.figure.id}\t1")
            regions.append({
                "qid": qid, "doc": question.doc, "page": question.figure.page,
                "bbox": _rounded(question.figure.bbox),
            })  # fmt: skip
    (folder / "qrels.tsv").write_text("\n".join(pages) + "\n", encoding="utf-8")
    (folder / "qrels_figures.tsv").write_text("\n".join(figures) + "\n", encoding="utf-8")
    _write(folder / "queries.jsonl", rows)
    _write(folder / "qrels_regions.jsonl", regions)
    _write(folder / "unanswerable.jsonl", [
        {"qid": f"su{number:03d}", "query": question.query, "doc": question.doc, "answer": None}
        for number, question in enumerate((q for q in truth.questions if q.answer is None), 1)
    ])  # fmt: skip
    _write(folder / "figures.jsonl", [
        {
            "fig_id": figure.id, "doc": figure.doc, "page": figure.page,
            "kind": "Table" if figure.kind == "table" else "Figure",
            "label": figure.label.partition(" ")[2], "bbox": _rounded(figure.bbox),
            "caption": figure.caption, "caption_bbox": _rounded(figure.caption_bbox),
            "source": "scanned" if figure.doc in (scans.SLIDES, scans.LETTER) else "drawn",
        }
        for figure in truth.figures
    ])  # fmt: skip
    return truth


def _rounded(box: tuple[float, ...]) -> list[float]:
    return [round(value, 1) for value in box]


def _write(path: Path, rows: list[dict]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
