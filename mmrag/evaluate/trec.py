"""Rankings and truths in the format of TREC, so that other tools can check the measures."""

from collections.abc import Iterator

from mmrag.evaluate.report import RetrievalReport

RUN_NAME = "mmrag"


def run_lines(report: RetrievalReport) -> Iterator[str]:
    """`qid Q0 item rank score mmrag`; the score falls by 1 from rank to rank, for it decides."""
    for question in report.per_question:
        for rank, name in enumerate(question.found, start=1):
            score = len(question.found) + 1 - rank
            yield f"{_word(question.id)} Q0 {_word(name)} {rank} {score} {RUN_NAME}"


def qrels_lines(report: RetrievalReport) -> Iterator[str]:
    """`qid 0 item 1` for every truth."""
    for question in report.per_question:
        for name in question.truths:
            yield f"{_word(question.id)} 0 {_word(name)} 1"


def _word(name: str) -> str:
    """A name without the spaces that separate the columns."""
    return "_".join(name.split())
