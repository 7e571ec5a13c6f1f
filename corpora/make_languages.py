"""Makes the parallel corpus: one invented report in seven languages, and the same questions in each.

    python corpora/make_languages.py [FOLDER]

The texts are those of corpora/languages_source, a TOML file a language. They are PDF files set by
MuPDF with the fonts that it brings for each script; Arabic is a text file.
"""

import html
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import pymupdf

HERE = Path(__file__).resolve().parent
TEXTS = HERE / "languages_source"
LANGUAGES = ("en", "de", "fr", "es", "zh", "ja", "ar")
WIDTH, HEIGHT, MARGIN = 420, 595, 40  # points: A5
STYLE = """
body { font-family: sans-serif; font-size: 10pt; line-height: 1.4; }
h1 { font-size: 15pt; }
table { border-collapse: collapse; }
td, th { border: 0.5pt solid #888; padding: 2pt 6pt; text-align: left; }
"""


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "languages"
    print(f"{folder}: {make(folder)} questions in {len(LANGUAGES)} languages")


def make(folder: Path) -> int:
    """Write the corpus to `folder` as a dataset for `mmrag eval retrieval`; how many questions."""
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    rows, qrels = [], []
    for language in LANGUAGES:
        report = tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))
        stem = f"orvel-{language}"
        if language == "ar":
            (folder / "docs" / f"{stem}.txt").write_text(typed(report), encoding="utf-8")
        else:
            (folder / "docs" / f"{stem}.pdf").write_bytes(drawn(report, language))
        for kind, name in (("ask", language), ("ask_by_parts", f"{language}-parts")):
            pages = enumerate(report["pages"], 1)
            asked = [(at, *pair) for at, page in pages for pair in page.get(kind, ())]
            for number, (page, question, answer) in enumerate(asked, 1):
                qid = f"{name}{number:02d}"
                rows.append({
                    "qid": qid, "query": question, "answer": answer, "doc": stem, "doc_id": stem,
                    "scope": "corpus", "type": name, "evidence_sources": ["text"],
                })  # fmt: skip
                qrels.append(f"{qid}\t0\t{stem}#{page}\t1")
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "queries.jsonl").write_text(lines, encoding="utf-8")
    (folder / "qrels.tsv").write_text("\n".join(qrels) + "\n", encoding="utf-8")
    return len(rows)


def drawn(report: dict[str, Any], language: str) -> bytes:
    """The report as a PDF, a section a page."""
    with pymupdf.open() as document:
        for page in report["pages"]:
            sheet = document.new_page(width=WIDTH, height=HEIGHT)
            box = (MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN)
            spare, _ = sheet.insert_htmlbox(box, told(page, language), css=STYLE)
            assert spare >= 0, page["heading"]
        document.set_metadata({"title": report["title"], "author": "mmrag sample corpus"})
        document.subset_fonts()
        return bytes(document.tobytes(garbage=4, deflate=True, no_new_id=True))


def typed(report: dict[str, Any]) -> str:
    """The report as plain text, a form feed between its pages.

    Arabic in a PDF by MuPDF cannot be read back: its letters are joined, and have no codes then.
    """
    pages = (
        "\n\n".join([
            page["heading"],
            page["text"].strip(),
            *("\t".join(row) for row in page.get("rows", [])),
        ])
        for page in report["pages"]
    )  # fmt: skip
    return "\f".join(pages) + "\n"


def told(page: dict[str, Any], language: str) -> str:
    paragraphs = "".join(
        f"<p>{html.escape(part)}</p>" for part in page["text"].strip().split("\n\n")
    )
    rows = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>"
        for row in page.get("rows", [])
    )
    table = f"<table>{rows}</table>" if rows else ""
    return (
        f'<html lang="{language}"><body><h1>{html.escape(page["heading"])}</h1>'
        f"{paragraphs}{table}</body></html>"
    )


if __name__ == "__main__":
    main()
