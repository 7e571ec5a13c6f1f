"""A tiny LLaVA describes the figures of the sample corpus and answers: nonsense, in due form."""

from pathlib import Path

import pytest
from tiny_vlms import Reply

from mmrag.config import Settings, VlmSettings
from mmrag.errors import ModelMissing
from mmrag.index import Index


def by_vlm(vlm: VlmSettings, seconds: float = 60.0) -> Settings:
    return Settings(
        name="tiny",
        vlm=vlm,
        describe={"by": "vlm", "seconds_per_figure": seconds},
        answer={"by": "vlm", "k": 4},
    )


@pytest.fixture
def tiny(tiny_vlms: Path) -> Settings:
    return by_vlm(
        VlmSettings(
            backend="transformers", model=str(tiny_vlms / "llava"), device="cpu", max_new_tokens=8
        )
    )


def figures(index: Index) -> list[str]:
    pages = [
        page.id
        for document in index.documents()
        for page in index.catalog.pages.of_document(document.id)
    ]
    return [figure.id for page in pages for figure in index.catalog.figures.of_page(page)]


def test_a_tiny_llava_describes_asks_and_chats_to_the_end(small_index: Path, tiny: Settings):
    with Index.open(small_index, tiny) as index:
        report = index.describe()
        told = index.catalog.descriptions.of_figures(figures(index))
        assert report.described + len(report.failed) == len(told)
        assert report.described > 0
        makers = {d.describer for ds in told.values() for d in ds}
        assert makers == {"extracted", "llava"}
        assert all(0 <= d.trust <= 1 for ds in told.values() for d in ds)
        assert index.describe().described == 0, "nothing is described twice"

        shown: list[str] = []
        answer = index.ask("How many passengers crossed in 2023?", on_text=shown.append)
        assert answer.models["answerer"] == "llava"
        assert "".join(shown) == answer.text
        assert {c.image_id for c in answer.citations} <= {
            e.evidence.image_id for e in answer.evidence
        }

        talk = index.chat()
        first = talk.ask("How many passengers crossed in 2023?")
        second = talk.ask("And in 2022?")
        assert len(talk.history) == 4
        assert first.status in ("answered", "abstained", "unsupported")
        assert second.question.startswith("And in 2022?")
        assert not index.check()


def test_what_a_server_could_not_describe_is_listed_and_done_again(small_index, scripted_server):
    settings = by_vlm(scripted_server.settings(parallel=2))
    odd = [True]

    def reply(body: dict) -> Reply:
        odd[0] = not odd[0]
        return Reply(status=400, body=b"no") if odd[0] else Reply(("Bars rise.",))

    scripted_server.answers = reply
    with Index.open(small_index, settings) as index:
        first = index.describe()
        assert first.failed
        assert first.described
        assert "refused the request" in first.failed[0][1]
        scripted_server.answers = lambda body: Reply(("Bars rise.",))
        assert index.describe().described == 0, "failures wait for --retry"
        again = index.describe(retry=True)
        assert (again.described, again.failed) == (len(first.failed), ())


def test_a_server_that_goes_away_leaves_the_rest_for_the_next_run(small_index, scripted_server):
    settings = by_vlm(scripted_server.settings(parallel=1))
    body = b'{"error":{"message":"gone"}}'
    scripted_server.replies = [Reply(("Bars rise.",)), Reply(("Lines fall.",)),
                               Reply(status=404, body=body)]  # fmt: skip
    with Index.open(small_index, settings) as index:
        total = len(figures(index))
        stopped = index.describe()
        assert stopped.described == 2
        assert "no model 'tiny'" in stopped.stopped or "lists" in stopped.stopped
        asked = len(scripted_server.requests)
        scripted_server.replies = [Reply(("Bars rise.",))]
        rest = index.describe()
        assert rest.described == total - 2
        assert len(scripted_server.requests) - asked == total - 2, "only what was missing"


def test_asking_a_model_that_is_not_there_says_what_to_do(small_index, tmp_path):
    vlm = VlmSettings(backend="transformers", model=str(tmp_path / "none"))
    with (
        Index.open(small_index, by_vlm(vlm)) as index,
        pytest.raises(ModelMissing, match="models pull"),
    ):
        index.ask("How many passengers?")


def test_what_the_document_does_not_confirm_is_encoded_last(
    small_index, scripted_server, monkeypatch
):
    from mmrag.pipeline import fill as channels

    encoded: list[str] = []

    def spy(encoder, channel, ids, texts, *rest):
        encoded.extend(texts)
        return real(encoder, channel, ids, texts, *rest)

    real = channels.encode_texts
    monkeypatch.setattr(channels, "encode_texts", spy)
    scripted_server.says("It was 987654 in Zanzibar. Bars rise to the right.")
    with Index.open(small_index, by_vlm(scripted_server.settings())) as index:
        index.describe()
        trusts = [
            d.trust
            for ds in index.catalog.descriptions.of_figures(figures(index)).values()
            for d in ds
            if d.describer == "tiny"
        ]
    assert all(0 < trust < 1 for trust in trusts)
    of_charts = [text for text in encoded if text.endswith("It was 987654 in Zanzibar.")]
    assert of_charts
    for text in of_charts:
        assert text.index("Bars rise") < text.index(" on page ") < text.index("Zanzibar")
