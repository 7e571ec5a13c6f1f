"""How often computed answers are right by kind, and how far the confidence of answers is from it.

    mmrag eval answers ../shared/data/pages-dev --index INDEX --json > pages-dev.json
    python eval/calibrate.py pages-dev.json sample.json ...

Computed answers of one kind say the same confidence, by which they are told here: of cells, of text
and outline, of charts, of reasons. For each report: the calibration error of what is answered with
the confidence that mmrag has, and with that of each kind by the rule of succession,
(n + 1) / (m + 2), over all documents but those of the part that is judged (cross-validation over
the documents of all reports, 8 parts).
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmrag.answer.computed import MAKER
from mmrag.evaluate.calibration import calibration_error

PARTS = 8


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: what it said, and whether it is right."""

    report: str
    document: str
    kind: float | None  # the confidence that computed answers of its kind say; None of a quotation
    confidence: float
    right: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("reports", type=Path, nargs="+")
    told = [one for path in parser.parse_args().reports for one in read(path)]
    reports = list(dict.fromkeys(one.report for one in told))
    print(f"{'kind':>12}" + "".join(f"{name[:14]:>16}" for name in reports))
    for kind in sorted({one.kind for one in told if one.kind is not None}):
        own = [[one for one in told if (one.report, one.kind) == (name, kind)] for name in reports]
        cells = "".join(f"{sum(o.right for o in of):>11} of {len(of):<2}" for of in own)
        print(f"{kind:>12}{cells}   together {rate([one for of in own for one in of]):.3f}")
    fitted = cross_validated(told)
    for name in reports:
        places = [at for at, one in enumerate(told) if one.report == name]
        right = [told[at].right for at in places]
        says = calibration_error([told[at].confidence for at in places], right)
        anew = calibration_error([fitted[at] for at in places], right)
        print(f"{name}: {len(places)} told, calibration error {says:.3f}, fitted anew {anew:.3f}")


def read(path: Path) -> Iterator[Told]:
    report = json.loads(path.read_text(encoding="utf-8"))
    for item in report["per_question"]:
        if item["outcome"] in ("right", "wrong") and item["confidence"] is not None:
            yield one_of(path.stem, item, right=item["outcome"] == "right")
    for item in report["wrongly_answered"]:
        if item["confidence"] is not None:
            yield one_of(path.stem, item, right=False)


def one_of(report: str, item: dict[str, object], *, right: bool) -> Told:
    confidence = float(str(item["confidence"]))
    kind = confidence if item["maker"] == MAKER else None
    return Told(report, str(item.get("document", "")), kind, confidence, right)


def rate(told: Sequence[Told]) -> float:
    """The share that is right, by the rule of succession."""
    return (sum(one.right for one in told) + 1) / (len(told) + 2)


def cross_validated(told: Sequence[Told]) -> list[float]:
    """The confidence of each: of computed ones by their kind, from the documents of other parts."""
    documents = {name: at % PARTS for at, name in enumerate(sorted({one.document for one in told}))}
    kinds: defaultdict[tuple[float, int], list[Told]] = defaultdict(list)
    for one in told:
        for part in range(PARTS):
            if one.kind is not None and documents[one.document] != part:
                kinds[one.kind, part].append(one)
    return [
        one.confidence if one.kind is None else rate(kinds[one.kind, documents[one.document]])
        for one in told
    ]


if __name__ == "__main__":
    main()
