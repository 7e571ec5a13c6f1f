"""Questions about the sample corpus, answered with evidence that opens: `make demo`.

python eval/demo_chart.py indexes/demo-docs
mmrag index corpora/sample/docs indexes/demo-docs --index indexes/demo
python eval/demo.py --index indexes/demo
"""

import argparse
from pathlib import Path

from mmrag.index import Index
from mmrag.toolkit import Vision
from mmrag.types import Answer, Citation

QUESTIONS = (
    "How many gigawatt hours did Halden Tidal's turbines deliver in 2024?",
    "What was the operating profit of Halden Tidal in 2024?",
    "By how much did the operating profit of Halden Tidal grow from 2023 to 2024?",
    "What was the revenue of the Baltic region in the third quarter of 2024?",
    "How many parameters does the network on the drift sensor have?",
    "After how many litres does the red lamp ask for descaling?",
    "By how many decibels do rubber pads under the container stacks lower the noise?",
    "Who has the key of the boathouse?",
    "What is the total of invoice 2291?",
    "Which colours is the Brina 300 sold in?",
    "What was the water level at the lock of Orsa in 2014?",
)
"""The last is read from a line without values at its marks: `eval/demo_chart.py` draws it."""
LOOKS = "pie chart"
DOCS = Path(__file__).parents[1] / "corpora" / "sample" / "docs"
INVOICE = DOCS / "invoice-2291-lake-orsa-boatyard.pdf"
CHART = DOCS / "ferry-passengers-chart.png"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--index", type=Path, default=Path("indexes/demo"))
    options = parser.parse_args()
    with Index.open(options.index) as index:
        for number, question in enumerate(QUESTIONS, 1):
            answer = index.ask(question)
            print(f"\n{number}. {question}\n   {answer.status}: {answer.text}")
            for citation in answer.citations:
                picture = options.index / "evidence" / f"{number}-{citation.image_id}.png"
                index.show(citation.image_id, save=picture, cells=cells(answer, citation))
                print(f"   [{citation.marker}] {where(citation)}, {citation.support}: {picture}")
        by_looks(index, options.index / "evidence" / "query.jpg")
    one_at_a_time()
    print(f"\nThe pages with the evidence framed are in {options.index / 'evidence'}.")
    print('Ask your own: mmrag ask "..." --index', options.index)
    print(f"Or on a page: mmrag serve --index {options.index}, and open http://127.0.0.1:8640")


def one_at_a_time() -> None:
    """Three tasks on pictures and pages that need no index."""
    with Vision.open("embedded") as vision:
        found = vision.document(INVOICE)
        print(f"\nOne picture at a time: {INVOICE.name} is of type {found.type}: {found.reason}")
        print(f"Its fields: {vision.fields(INVOICE, ['invoice number', 'total']).values}")
        print(f"{CHART.name}, as an alternative text: {vision.caption(CHART, 'alt').text}")


def cells(answer: Answer, citation: Citation) -> list[tuple[int, int]]:
    """The cells of a cited table that went into a computed answer, to be framed as well."""
    operands = () if answer.computation is None else answer.computation.operands
    return [(item.row, item.column) for item in operands if item.image_id == citation.image_id]


def by_looks(index: Index, file: Path) -> None:
    """Find a figure by what it looks like, and again by a grey and cut copy of it."""
    [hit] = index.search(LOOKS, channels=("image",), unit="figure", k=1).hits
    print(f"\nLooks like {LOOKS!r}: {hit.image_id}, {hit.document}, page {hit.page}: {hit.caption}")
    with index.pictures.open(hit.image_id) as picture:
        width, height = picture.size
        cut = picture.convert("L").crop((0, 0, round(0.9 * width), round(0.9 * height)))
        cut.resize((cut.width // 2, cut.height // 2)).save(file, quality=40)
    [found] = index.search(image=file, unit="figure", k=1).hits
    print(f"Looks like {file}, a small grey part of it: {found.image_id} ({found.score:.2f})")


def where(citation: Citation) -> str:
    """Document, page, and the box where it is a figure."""
    place = f"{Path(citation.path).name}, page {citation.page}"
    if citation.bbox is None:
        return place
    x0, y0, x1, y1 = (round(value) for value in citation.bbox)
    return f"{place}, {citation.kind} at {x0},{y0}-{x1},{y1}"


if __name__ == "__main__":
    main()
