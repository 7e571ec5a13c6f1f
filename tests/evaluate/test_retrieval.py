import pytest

from mmrag.errors import UsageError
from mmrag.evaluate import metrics
from mmrag.evaluate.datasets import load
from mmrag.evaluate.retrieval import evaluate, overlap


def test_pages_of_the_own_document_are_ranked_in_document_scope(searcher, folder) -> None:
    report = evaluate(searcher, load(folder))
    assert (report.questions, report.scope, report.unit) == (3, "document", "page")
    assert report.metrics["recall@1"] == 1
    assert report.by_type["colour"] == {"questions": 1, **dict.fromkeys(metrics.NAMES, 1.0)}
    assert set(report.by_type) == {
        "colour", "price", "Chart", "Pure-text (Plain-text)", "documents with text",
    }  # fmt: skip
    assert not report.notes


def test_questions_of_one_document_are_not_asked_of_the_corpus(searcher, folder) -> None:
    report = evaluate(searcher, load(folder), scope="corpus")
    assert report.questions == 2


def test_each_channel_that_holds_something_is_measured_alone(searcher, folder) -> None:
    report = evaluate(searcher, load(folder))
    assert set(report.by_channel) == {"passage", "keyword"}
    assert report.by_channel["keyword"]["recall@1"] == 1
    assert report.by_channel["passage"]["recall@1"] < 1


def test_a_figure_is_found_by_its_box(searcher, folder) -> None:
    report = evaluate(searcher, load(folder), unit="figure")
    assert report.questions == 1
    assert report.metrics["recall@1"] == 1
    assert "passage" not in report.by_channel


def test_a_document_that_is_not_indexed_counts_as_not_found(searcher, catalog, folder) -> None:
    catalog.remove_path("/docs/boats.pdf")
    report = evaluate(searcher, load(folder))
    assert report.questions == 3
    assert report.metrics["recall@5"] == pytest.approx(2 / 3)
    assert report.notes == (
        "1 questions count as not found: their documents are not in the index: boats",
    )


def test_the_report_has_the_shape_of_the_contract(searcher, folder) -> None:
    report = evaluate(searcher, load(folder)).to_json()
    assert {
        "dataset", "scope", "unit", "questions", "metrics", "by_channel", "by_type", "confidence",
    } <= report.keys()  # fmt: skip
    assert list(report["metrics"]) == [
        "recall@1", "recall@3", "recall@5", "recall@10", "mrr", "ndcg@5", "ndcg@10",
    ]  # fmt: skip
    assert report["confidence"]["recall@5"] == [1, 1]


def test_each_question_tells_what_was_found(searcher, folder) -> None:
    first = evaluate(searcher, load(folder)).per_question[0]
    assert (first.id, first.document, first.truths) == ("q1", "apples", ("apples#1",))
    assert first.found[0] == "apples#1"
    assert first.images[0].endswith("-p0001")
    assert first.measures["mrr"] == 1


def test_a_looser_fit_of_boxes_is_measured_beside(searcher, folder, write_rows) -> None:
    row = {"qid": "q3", "doc": "apples", "page": 3, "bbox": [60, 10, 110, 110]}  # 5/9 of the table
    far = {**row, "bbox": [77, 10, 110, 110]}  # 1/3 of it
    for box, strict, loose in ((row, 1, 1), (far, 0, 1)):
        write_rows(folder / "qrels_regions.jsonl", [box])
        report = evaluate(searcher, load(folder), unit="figure")
        assert (report.metrics["recall@1"], report.loose["recall@1"]) == (strict, loose)


def test_two_labels_of_one_place_are_one_truth(searcher, folder, write_rows) -> None:
    row = {"qid": "q3", "doc": "apples", "page": 3, "bbox": [20, 10, 110, 110]}
    write_rows(folder / "qrels_regions.jsonl", [row, {**row, "bbox": [21, 11, 110, 110]}])
    assert evaluate(searcher, load(folder), unit="figure").metrics["recall@1"] == 1


def test_ablation_leaves_out_one_part_at_a_time(searcher, folder) -> None:
    report = evaluate(searcher, load(folder), ablate=True)
    assert set(report.ablation) == {"without passage", "without keyword", "without reading pages"}
    assert all(measures["recall@1"] == 1 for measures in report.ablation.values())
    assert evaluate(searcher, load(folder)).ablation == {}


def test_progress_counts_every_search(searcher, folder) -> None:
    seen: list[tuple[int, int]] = []
    evaluate(searcher, load(folder), ablate=True, on_progress=lambda *step: seen.append(step))
    assert seen == [(number, 3 * 6) for number in range(1, 3 * 6 + 1)]


def test_a_page_that_the_document_does_not_have_is_named(searcher, folder) -> None:
    with (folder / "qrels.tsv").open("a") as file:
        file.write("q1\t0\tapples#9\t1\n")
    message = r"qrels.tsv, line 5: page 9 of 'apples', which has 3 pages"
    with pytest.raises(UsageError, match=message):
        evaluate(searcher, load(folder))


def test_a_dataset_without_truth_of_the_unit_is_refused(searcher, folder) -> None:
    (folder / "qrels_regions.jsonl").unlink()
    with pytest.raises(UsageError, match="no question has a figure as its truth"):
        evaluate(searcher, load(folder), unit="figure")
    with pytest.raises(UsageError, match="choose one unit"):
        evaluate(searcher, load(folder), unit="any")


def test_overlap_is_shared_area_over_covered_area() -> None:
    assert overlap((0, 0, 10, 10), (0, 0, 10, 10)) == 1
    assert overlap((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(50 / 150)
    assert overlap((0, 0, 10, 10), (10, 0, 20, 10)) == 0
