import pytest
import pytrec_eval

from mmrag.evaluate import trec
from mmrag.evaluate.datasets import load
from mmrag.evaluate.retrieval import evaluate


def test_another_tool_comes_to_the_same_measures(searcher, folder) -> None:
    report = evaluate(searcher, load(folder))
    run = pytrec_eval.parse_run(trec.run_lines(report))
    qrels = pytrec_eval.parse_qrel(trec.qrels_lines(report))
    found = pytrec_eval.RelevanceEvaluator(qrels, {"recip_rank", "recall.5"}).evaluate(run)
    for name, key in (("mrr", "recip_rank"), ("recall@5", "recall_5")):
        mean = sum(row[key] for row in found.values()) / len(found)
        assert mean == pytest.approx(report.metrics[name])


def test_names_with_spaces_stay_in_their_column(searcher, folder) -> None:
    (folder / "docs" / "red boats.pdf").touch()
    with (folder / "queries.jsonl").open("a") as file:
        file.write('{"qid": "q 4", "query": "boats", "doc": "red boats"}\n')
    with (folder / "qrels.tsv").open("a") as file:
        file.write("q 4\t0\tred boats#1\t1\n")
    report = evaluate(searcher, load(folder))
    assert list(trec.qrels_lines(report))[-1] == "q_4 0 red_boats#1 1"
    assert all(line.count(" ") == 5 for line in trec.run_lines(report))
