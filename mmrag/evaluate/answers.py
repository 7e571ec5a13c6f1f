"""What becomes of questions with known evidence, and of questions without any answer."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mmrag import ids
from mmrag.answer.extracted import rank
from mmrag.answer.questions import analyse
from mmrag.evaluate import (
    calibration,
    citing,
    consistency,
    correctness,
    gold,
    metrics,
    replies,
)
from mmrag.evaluate.answer_report import AnsweredQuestion, AnswersReport, Outcome
from mmrag.evaluate.datasets import Dataset, Question
from mmrag.evaluate.gold import AnswerType
from mmrag.evaluate.replies import OnReply, Reply
from mmrag.evaluate.retrieval import made_by
from mmrag.index import Index

if TYPE_CHECKING:
    from mmrag.evaluate.judges import Judge

MOST_RISK = 0.4  # of what is answered may be wrong, where the rest is worth it; chosen by hand
CHARACTERS_A_TOKEN = 4
"""Of English text, as OpenAI's and Anthropic's guides estimate: models count in their own way."""


def evaluate_answers(
    index: Index,
    dataset: Dataset,
    file: Path | None = None,
    on_reply: OnReply | None = None,
    *,
    judge: "Judge | None" = None,
    wordings: bool = False,
) -> AnswersReport:
    """Ask each question of its own document, with the profile's answerer, and judge the answers.

    Questions about documents that the index does not hold are passed over. `file` keeps the
    replies, see `replies.ask`. With `wordings`, each question is asked in other words, too: those
    that the dataset gives, or else by rules of form. What the measures are, see `AnswersReport`.
    """
    asked = list(replies.questions(dataset, wordings=wordings))
    found = replies.ask(index, asked, file, on_reply)
    held = replies.held(index)
    answered = [
        answered_question(item, found[item.id], held[item.document][0])
        for item in dataset.questions
        if item.id in found
    ]
    without = [reply for key, reply in found.items() if key.startswith("-")]
    groups: defaultdict[str, list[Reply]] = defaultdict(list)
    for item in asked:
        if item.key in found:
            groups[item.qid].append(found[item.key])
    report = summarised(dataset.name, answered, without, list(groups.values()))
    missing = sum(item.document not in held for item in dataset.questions)
    notes = [f"{missing} questions were passed over: their documents are not in the index"]
    report = replace(
        report, made_by=made_by(index.searcher), notes=(*report.notes, *notes[: bool(missing)])
    )
    return report if judge is None else _judged(report, judge)


def answered_question(question: Question, reply: Reply, document_id: str) -> AnsweredQuestion:
    """The outcome and the measures of a question, by rules alone."""
    wanted = gold.read(question.answer)
    asked = question.published or question.text
    outcome: Outcome = "abstained"
    strict = complete = 0.0
    if reply.answered and wanted.type == "none":
        outcome = "unjudged"
    elif reply.answered:
        strict = correctness.strict(wanted, asked, reply.text)
        complete = correctness.completeness(wanted, asked, reply.text)
        outcome = "right" if complete == 1 else "wrong"
    right = outcome == "right"
    cited = citing.compared(question, reply.citations if reply.answered else ())
    measures = {
        "right": float(right),
        "strict": strict,
        "complete": complete,
        "answered": float(reply.answered),
        "cited": float(cited.recall > 0),
        "first": float(cited.first),
        "page_precision": cited.precision,
        "page_recall": cited.recall,
    }
    if cited.box is not None and cited.middle is not None:
        measures |= {
            "box": float(cited.box),
            "middle": float(cited.middle),
            "attributed": float(right and cited.box),
            "attributed_middle": float(right and cited.middle),
        }
    pages = dict.fromkeys(ids.page_id(document_id, truth.page) for truth in question.pages)
    return AnsweredQuestion(
        question.id,
        question.text,
        question.document,
        question.answer,
        wanted.type,
        (*question.types, *((f"answers: {reply.maker}",) if reply.answered else ())),
        tuple(pages),
        outcome,
        measures,
        reply,
    )


def summarised(
    dataset: str,
    answered: Sequence[AnsweredQuestion],
    without: Sequence[Reply],
    groups: Sequence[Sequence[Reply]] = (),
) -> AnswersReport:
    """The measures of questions with evidence, and of replies to those without an answer.

    `groups` are the replies to one question in its wordings.
    """
    outcomes: defaultdict[AnswerType, Counter[Outcome]] = defaultdict(Counter)
    kinds: defaultdict[str, list[AnsweredQuestion]] = defaultdict(list)
    for item in answered:
        outcomes[item.type][item.outcome] += 1
        for kind in item.kinds:
            kinds[kind].append(item)
    types = {name: outcomes[name] for name in gold.TYPES if name in outcomes}
    sure = [*_confidences(answered), *((reply.confidence, False) for reply in without)]
    pairs = [(sure_of, right) for sure_of, right in sure if sure_of is not None]
    confidences, right = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    claims: Counter[str] = Counter(
        claim.verdict for item in answered for claim in item.reply.claims
    )
    return AnswersReport(
        dataset=dataset,
        questions=len(answered),
        unanswerable=len(without),
        metrics={
            **_means(answered),
            **_of_answered(answered),
            **_overall(answered, without),
            **_of_claims([*(item.reply for item in answered), *without]),
            **_of_wordings(groups),
            **_of_confidence(confidences, right),
        },
        confidence=_intervals(answered),
        outcomes=types,
        by_type={name: _row([i for i in answered if i.type == name]) for name in types},
        by_kind={name: _row(items) for name, items in sorted(kinds.items())},
        claims=claims,
        reliability=calibration.reliability(confidences, right),
        risk=calibration.risk_coverage(confidences, right),
        cost=_cost([*(item.reply for item in answered), *without]),
        per_question=tuple(answered),
        wrongly_answered=tuple(reply for reply in without if reply.answered),
    )


def _confidences(answered: Sequence[AnsweredQuestion]) -> Iterator[tuple[float | None, bool]]:
    for item in answered:
        if item.reply.answered:
            yield item.reply.confidence, item.outcome == "right"


def _values(answered: Sequence[AnsweredQuestion]) -> dict[str, list[float]]:
    """The measures by name, of the questions that have them."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for item in answered:
        for name, value in item.measures.items():
            found[name].append(value)
    return found


def _means(answered: Sequence[AnsweredQuestion]) -> dict[str, float]:
    return {
        name: float(np.mean(values))
        for name, values in _values(answered).items()
        if name != "first"
    }


def _row(answered: Sequence[AnsweredQuestion]) -> dict[str, float]:
    return {"questions": len(answered), **_means(answered), **_of_answered(answered)}


def _intervals(answered: Sequence[AnsweredQuestion]) -> dict[str, tuple[float, float]]:
    return {
        name: metrics.interval(values)
        for name, values in _values(answered).items()
        if name != "first"
    }


def _of_answered(answered: Sequence[AnsweredQuestion]) -> dict[str, float]:
    found = [item.measures for item in answered if item.reply.answered]
    return {
        f"{name}_of_answered": sum(item[name] for item in found) / max(1, len(found))
        for name in ("right", "cited", "first")
    }


def _overall(answered: Sequence[AnsweredQuestion], without: Sequence[Reply]) -> dict[str, float]:
    """The measures over all questions: those of MMLongBench-Doc, and of abstention."""
    right = sum(item.outcome == "right" for item in answered)
    wrongly_silent = sum(not item.reply.answered for item in answered)
    silent = sum(not reply.answered for reply in without)
    said = len(answered) - wrongly_silent + len(without) - silent
    return {
        "accuracy": (right + silent) / max(1, len(answered) + len(without)),
        "f1": _f1(right, said, len(answered)),
        "abstention_precision": silent / max(1, silent + wrongly_silent),
        "abstention_recall": silent / max(1, len(without)),
        "abstention_f1": _f1(silent, silent + wrongly_silent, len(without)),
        "abstention_balanced": abstention_f1(
            1 - wrongly_silent / max(1, len(answered)), silent / max(1, len(without))
        ),
    }


def _f1(right: int, given: int, wanted: int) -> float:
    return 2 * right / max(1, given + wanted)


def _of_claims(told: Sequence[Reply]) -> dict[str, float]:
    claims = [claim for reply in told for claim in reply.claims]
    return {
        "supported": sum(claim.verdict == "supported" for claim in claims) / max(1, len(claims)),
        "hallucinated": sum(claim.hallucinated for claim in claims) / max(1, len(claims)),
    }


def _of_wordings(groups: Sequence[Sequence[Reply]]) -> dict[str, float]:
    same, pairs = consistency.agreement(groups)
    return {"consistent": same / pairs} if pairs else {}


def _of_confidence(confidences: Sequence[float], right: Sequence[bool]) -> dict[str, float]:
    if not confidences:
        return {}
    curve = calibration.risk_coverage(confidences, right)
    sure = calibration.coverage_at(curve, MOST_RISK)
    return {
        "coverage_at_60": sure.coverage if sure else 0.0,
        "calibration_error": calibration.calibration_error(confidences, right),
        "risk_area": calibration.area(curve),
    }


def _cost(told: Sequence[Reply]) -> dict[str, float]:
    """Means over the questions; tokens are estimated from characters."""
    if not told:
        return {}
    answering = [
        sum(reply.seconds.get(step, 0.0) for step in ("answer", "check")) for reply in told
    ]
    return {
        "retrieval_s": float(np.mean([reply.seconds.get("total", 0.0) for reply in told])),
        "generation_s": float(np.mean(answering)),
        "read_tokens": float(np.mean([reply.characters for reply in told])) / CHARACTERS_A_TOKEN,
        "said_tokens": float(np.mean([reply.said for reply in told])) / CHARACTERS_A_TOKEN,
    }


def _judged(report: AnswersReport, judge: "Judge") -> AnswersReport:
    """The report with a judge's verdicts beside those of the rules."""
    asked = [item for item in report.per_question if item.outcome in ("right", "wrong")]
    found = judge.report(asked)
    said = {
        item.id: f"{verdict.verdict}: {verdict.reason}"
        for item, verdict in zip(asked, found.verdicts, strict=True)
    }
    return replace(
        report,
        judge=found.to_json(),
        per_question=tuple(
            replace(item, judged=said.get(item.id, "")) for item in report.per_question
        ),
        notes=(*report.notes, *found.notes),
    )


def abstention_f1(kept: float, abstained: float) -> float:
    """F1 of "abstains" as the sign of "has no answer", both kinds of questions weighing the same.

    `kept` is the part of the questions with an answer that were answered, `abstained` the part of
    those without one that were not; both from 0 to 1.
    """
    wrongly = 1 - kept
    return 2 * abstained / (abstained + wrongly + 1)


def answerabilities(index: Index, dataset: Dataset) -> Iterator[tuple[str, bool, float]]:
    """Document, whether it holds the answer, and the answerability, for every question.

    Each is asked of its own document, where that is indexed, as extracted answers are made.
    """
    documents = replies.held(index)
    for asked in replies.questions(dataset):
        if asked.document in documents:
            evidence = index.evidence(
                asked.text,
                k=index.tuned.answer.k,
                documents=documents[asked.document],
                images=False,
                tables=True,
            )
            holds = not asked.key.startswith("-")
            yield asked.document, holds, rank(analyse(asked.text), evidence)[1]
