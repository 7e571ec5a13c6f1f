"""Each task with a scripted server: it answers well, wrongly, in broken JSON, or without eyes."""

import base64
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tiny_vlms import Reply, ScriptedServer
from vision_pages import line, pictured, reading

from mmrag.config import Settings, VlmSettings
from mmrag.errors import (
    ConfigError,
    ModelError,
    ModelTimeout,
    OutOfMemory,
    PicturesRefused,
    PromptTooLong,
)
from mmrag.models import Models
from mmrag.readings import PictureSource
from mmrag.vision.ask import AskPicture, PictureTalk
from mmrag.vision.caption import CaptionPicture
from mmrag.vision.document import DocumentLook
from mmrag.vision.fields import Fields
from mmrag.vision.grids import ReadGrids
from mmrag.vision.heard import Heard
from mmrag.vision.labels import Classify
from mmrag.vision.looking import Bench, View
from mmrag.vision.model import LEAST_PIXELS, said
from mmrag.vision.ocr import Ocr
from mmrag.vision.route import Route
from mmrag.vision.task import Task

PAGE = reading(
    line(("Orsa Boatyard", 20, 20), size=16),
    line(("Mooring 2031", 20, 60)),
    line(("Total: 120.50", 20, 80)),
)
SOURCE = PictureSource("page", Path("page.png"))


class Given:
    def read(self, sources):
        for source in sources:
            yield source, PAGE

    def picture(self, source: PictureSource) -> Image.Image:
        return Image.new("RGB", (40, 60), "white")


@pytest.fixture
def bench(scripted_server: ScriptedServer):
    def make(seconds: float = 30.0, **changes: object) -> Bench:
        settings = Settings(vlm=scripted_server.settings(**changes))
        return Bench(Models(settings), Given(), seconds)

    return make


def run(task: Task, bench: Bench):
    return task.run(View(SOURCE, bench.reader, PAGE), bench)


def test_the_model_is_asked_where_the_profile_has_one_and_shown_the_picture(
    bench, scripted_server
) -> None:
    scripted_server.says("A page of a boatyard. The total is 120.50.")
    found = run(CaptionPicture("detailed"), bench())
    assert (found.by, scripted_server.pictures()) == ("tiny", 1)
    assert not any(claim.unconfirmed for claim in found.claims)
    assert run(CaptionPicture("detailed", by="embedded"), bench()).by == "extracted"


def test_what_only_the_model_claims_is_marked(bench, scripted_server) -> None:
    scripted_server.says("The total is 999.00 for Malmo Shipyard.")
    [claim] = run(CaptionPicture("brief"), bench()).claims
    assert "999.00" in claim.unconfirmed
    assert claim.trust < 1


def test_a_transcription_stands_beside_the_engines(bench, scripted_server) -> None:
    scripted_server.says("Orsa Boatyard\nMooring 2031\nTotal: 125.50")
    found = run(Ocr(engine="both"), bench())
    assert found.agreement == pytest.approx(5 / 6, abs=0.01)
    assert [(item.engine, item.model) for item in found.differences] == [("120.50", "125.50")]
    alone = run(Ocr(engine="vlm"), bench())
    assert (alone.by, alone.lines, alone.transcription[:4]) == ("tiny", (), "Orsa")


@pytest.mark.parametrize(
    "said",
    [
        '{"total": "120.50", "company": "Orsa Boatyard", "tax": "N/A"}',
        'Here:\n```json\n{"total": "120.50", "company": "Orsa Boatyard", "tax": "N/A",}\n```',
        '{"total": 120.50, "company": "Orsa Boatyard"',
    ],
)
def test_fields_are_json_mended_and_boxed_where_they_stand(bench, scripted_server, said) -> None:
    scripted_server.says(said)
    found = run(Fields(("total", "company", "tax")), bench())
    total, company, tax = found.fields
    assert total.value in ("120.50", "120.5")
    assert company.bbox is not None
    assert (tax.value, tax.bbox) == ("N/A", None)


def test_a_field_that_nobody_reads_is_marked(bench, scripted_server) -> None:
    scripted_server.says('{"total": "777.00"}')
    [total] = run(Fields(("total",)), bench()).fields
    assert (total.value, total.bbox, total.is_in_text) == ("777.00", None, False)


def test_a_document_of_no_known_type_is_unknown(bench, scripted_server) -> None:
    scripted_server.says(
        json.dumps({"type": "poem", "title": "Orsa Boatyard", "reason": "It rhymes."})
    )
    found = run(DocumentLook(), bench())
    assert (found.type, found.title, found.is_title_in_text) == ("unknown", "Orsa Boatyard", True)
    scripted_server.says(
        json.dumps({"type": "invoice", "title": "Made up", "reason": "It has a total."})
    )
    found = run(DocumentLook(), bench())
    assert (found.type, found.is_title_in_text) == ("invoice", False)


def test_a_table_is_copied_and_audited(bench, scripted_server) -> None:
    scripted_server.says("| item | sum |\n|---|---|\n| Mooring | 120.50 |\n| Ghost | 55 |")
    [grid] = run(ReadGrids("table"), bench()).grids
    assert (grid.reader, grid.columns, grid.rows[1:]) == (
        "tiny",
        ("item", "sum"),
        ("Mooring", "Ghost"),
    )
    assert 0 < grid.trust < 1
    scripted_server.says("NO TABLE")
    assert run(ReadGrids("table"), bench()).is_nothing


def test_a_talk_shows_its_picture_once_and_goes_on(bench, scripted_server) -> None:
    talk = PictureTalk(View(SOURCE, Given(), PAGE), bench())
    scripted_server.says("It is 120.50.")
    assert talk.ask("What is the total?").text == "It is 120.50."
    scripted_server.says("NOT IN THE PICTURE")
    assert talk.ask("And the tax?").is_nothing
    assert scripted_server.pictures() == 1
    assert "It is 120.50." in scripted_server.prompt()


def test_labels_by_the_model_are_those_given(bench, scripted_server) -> None:
    scripted_server.says("Invoice.")
    found = run(Classify(("chart", "invoice"), by="vlm"), bench())
    assert (found.labels[0].label, found.labels[0].probability) == ("invoice", 1.0)
    scripted_server.says("a cat")
    found = run(Classify(("chart", "invoice"), by="vlm"), bench())
    assert {score.probability for score in found.labels} == {0.5}


def test_the_model_routes_what_no_rule_knows(bench, scripted_server) -> None:
    from mmrag.vision.analyze import routed

    scripted_server.says("caption")
    route, task = routed("hmm, go on", bench(), "auto")
    assert (route.task, task.name) == ("caption", "caption")
    assert routed("transcribe it", bench(), "auto")[0] == Route("ocr", "it says 'transcribe'")


def test_a_model_without_eyes_is_refused_with_what_to_do(bench) -> None:
    with pytest.raises(PicturesRefused, match="takes no pictures"):
        run(AskPicture("What is the total?"), bench(max_images=0))


def test_a_reply_takes_no_longer_than_a_picture_may(bench, scripted_server) -> None:
    scripted_server.replies = [Reply(("a", "b", "c"), pause=0.4)]
    with pytest.raises(ModelTimeout, match=r"0\.5 s"):
        run(CaptionPicture(), bench(seconds=0.5))


def test_without_a_model_it_is_said_which_profile_has_one() -> None:
    bench = Bench(Models(Settings(name="bare")), Given(), 30.0)
    with pytest.raises(ConfigError, match="--profile llava"):
        run(CaptionPicture(by="vlm"), bench)


def test_a_tiny_true_model_does_every_task_that_it_is_shown(tiny_vlms: Path) -> None:
    vlm = VlmSettings(
        backend="transformers", model=str(tiny_vlms / "onevision"), device="cpu", max_new_tokens=8
    )
    with Models(Settings(vlm=vlm)) as models:
        bench = Bench(models, Given(), 120.0)
        for task in (CaptionPicture("alt"), AskPicture("What?"), Ocr(engine="both"), ReadGrids()):
            assert run(task, bench) is not None


def test_a_reply_is_heard_while_it_comes(bench, scripted_server) -> None:
    heard: list[Heard] = []
    listening = replace(bench(), listener=heard.append)
    scripted_server.says("A page ", "of a boat\x1b[2Jyard.")
    found = run(CaptionPicture("brief"), listening)
    assert "".join(item.text for item in heard) == f"{found.text}\n" == "A page of a boatyard.\n"
    heard.clear()
    scripted_server.says('{"total": "120', '.50", "company": "Orsa', ' Boatyard"}')
    run(Fields(("total", "company")), listening)
    assert [(item.name, item.value) for item in heard] == [
        ("total", "120.50"),
        ("company", "Orsa Boatyard"),
    ]


def test_calls_failures_and_tokens_are_counted(bench, scripted_server) -> None:
    counted = bench()
    scripted_server.replies = [
        Reply(("It is so.",), usage={"prompt_tokens": 900, "completion_tokens": 4})
    ]
    run(CaptionPicture("brief"), counted)
    scripted_server.replies = [Reply(status=400, body=b"{}")]
    with pytest.raises(ModelError):
        run(CaptionPicture("brief"), counted)
    used = counted.meter.use
    assert (used.calls, used.failed, used.tokens_read, used.tokens_written) == (2, 1, 900, 4)
    assert used.seconds > 0


class ShortOfMemory:
    """A model that has room for pictures of so many pixels."""

    name, max_images, parallel = "short", 1, 1

    def __init__(self, room: int, error: type[ModelError] = OutOfMemory) -> None:
        self.room, self.error = room, error
        self.shown: list[int] = []

    def stream(self, turns, limits):
        for turn in turns:
            for image in turn.images:
                self.shown.append(max(image.size))
                if max(image.size) > self.room:
                    raise self.error("no room")
        yield "a page"
        return ()


class WithModel:
    settings = Settings(vlm=VlmSettings(image_pixels=1000))
    has_chat_model = True

    def __init__(self, model: ShortOfMemory) -> None:
        self._model = model

    def chat_model(self) -> ShortOfMemory:
        return self._model


@pytest.mark.parametrize("error", [OutOfMemory, PromptTooLong])
def test_without_room_a_picture_is_shown_half_as_large_down_to_a_bound(error) -> None:
    asked = "What is it?"
    model = ShortOfMemory(room=300, error=error)
    bench = Bench(WithModel(model), Given(), 30.0)
    assert said(bench, asked, [Image.new("RGB", (1400, 900))]) == "a page"
    assert model.shown == [1400, 500, 250]
    least = ShortOfMemory(room=10)
    with pytest.raises(OutOfMemory):
        said(Bench(WithModel(least), Given(), 30.0), asked, [Image.new("RGB", (1400, 900))])
    assert min(least.shown) >= LEAST_PIXELS


def test_granite_vision_is_asked_by_its_tags(bench, scripted_server) -> None:
    named = bench(model="granite-vision-4.1-4b")
    scripted_server.says("```csv\nitem,sum\nMooring,120.50\n```")
    [grid] = run(ReadGrids("chart"), named).grids
    assert (grid.columns, grid.rows[1:]) == (("item", "sum"), ("Mooring",))
    assert scripted_server.prompt() == "<chart2csv>"
    scripted_server.says("<ched>item<ched>sum<nl><fcel>Mooring<fcel>120.50<nl>")
    [grid] = run(ReadGrids("table"), named).grids
    assert (scripted_server.prompt(), grid.rows[1:]) == ("<tables_otsl>", ("Mooring",))
    scripted_server.says('{"total": "120.50", "company": null}')
    found = run(Fields(("total", "company")), named)
    assert '"type": "object"' in scripted_server.prompt()
    assert found.values == {"total": "120.50", "company": "N/A"}


def test_granite_docling_writes_a_page_as_doctags(bench, scripted_server) -> None:
    named = bench(model="granite-docling-258M")
    scripted_server.says("<doctag><text><loc_1><loc_1><loc_9><loc_9>Mooring 2031</text></doctag>")
    found = run(Ocr(engine="vlm"), named)
    assert found.transcription == "Mooring 2031"
    assert scripted_server.prompt() == "Convert this page to docling.", "alone, as its card says"


def test_tags_in_a_request_are_words(bench, scripted_server) -> None:
    run(AskPicture("What does <chart2csv> mean?"), bench(model="granite-vision-4.1-4b"))
    assert "<chart2csv>" not in scripted_server.prompt()


def test_a_cheap_look_passes_over_what_has_nothing_of_the_question(bench, scripted_server) -> None:
    asked = bench()
    found = run(AskPicture("Which lighthouse is tallest?", if_relevant=True), asked)
    assert (found.passed_over, found.is_nothing, asked.meter.use.calls) == (True, True, 0)
    scripted_server.says("120.50")
    found = run(AskPicture("What is the total of the mooring?", if_relevant=True), asked)
    assert (found.passed_over, found.text, asked.meter.use.calls) == (False, "120.50", 1)


def test_a_talk_that_goes_on_shows_the_whole_of_small_text(bench, scripted_server) -> None:
    lines = [line((f"berth {at}", 20, 20 + 14 * at)) for at in range(40)]
    view = View(SOURCE, Given(), pictured(*lines))
    asked = bench(image_pixels=300, max_images=1)

    def shown() -> tuple[int, int]:
        content = scripted_server.requests[-1]["messages"][-1]["content"]
        url = content[0]["image_url"]["url"]
        return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).size

    AskPicture("Where is berth 30?").run(view, asked)
    assert shown() != (200, 300)
    PictureTalk(view, asked).ask("Where is berth 30?")
    assert shown() == (200, 300)
