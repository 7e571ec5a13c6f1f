import pytest
from tiny_vlms import Reply

from mmrag.config import Settings
from mmrag.describe import prompts
from mmrag.describe.vlm import VlmDescriber, whole_sentences
from mmrag.errors import ModelError, ModelMissing, ModelRefused, ModelTimeout
from mmrag.models import Models
from mmrag.protocols import FigureView
from mmrag.types import Figure


def view(image, kind="chart", **changes) -> FigureView:
    figure = Figure("3fa9c1d2-p0012-f02", "3fa9c1d2-p0012", 2, (0, 0, 9, 9), kind, **changes)
    return FigureView(figure, "Annual report", 12, image)


@pytest.fixture
def describer(scripted_server):
    def make(seconds: float = 10.0) -> VlmDescriber:
        settings = Settings(vlm=scripted_server.settings(max_new_tokens=99),
                            describe={"by": "vlm", "seconds_per_figure": seconds})  # fmt: skip
        return VlmDescriber(Models(settings).chat_model(), settings)

    return make


def test_the_model_sees_the_crop_and_the_documents_words_about_it(
    describer, scripted_server, chart
):
    describer().describe(view(chart, caption="Figure 3: Revenue", text="2023\n4.2"))
    prompt = scripted_server.prompt()
    assert scripted_server.pictures() == 1
    assert "This is a chart." in prompt
    assert "Caption: Figure 3: Revenue" in prompt
    assert "Text found in it: 2023 4.2" in prompt
    assert scripted_server.requests[0]["max_tokens"] == 99


def test_every_kind_has_a_prompt_of_its_own():
    assert len(set(prompts.ASKED.values())) == 5


def test_long_words_of_a_document_are_cut(describer, scripted_server, chart):
    describer().describe(view(chart, text="row\n" * 5000, caption="word " * 500))
    assert len(scripted_server.prompt()) < 3000


def test_without_a_picture_there_is_nothing_to_describe(describer):
    with pytest.raises(ModelRefused, match="no picture"):
        describer().describe(view(None))


@pytest.mark.parametrize("pieces", [(), (" \n ",), ("...",)])
def test_an_empty_reply_is_an_error_that_says_how_to_go_on(
    describer, scripted_server, chart, pieces
):
    scripted_server.says(*pieces)
    with pytest.raises(ModelError, match="--retry"):
        describer().describe(view(chart))


def test_when_the_time_is_up_whole_sentences_count(describer, scripted_server, chart):
    scripted_server.replies = [Reply(("Bars rise. ", "And th", "en"), pause=0.15)]
    assert describer(0.4).describe(view(chart)) == "Bars rise."
    scripted_server.replies = [Reply(("Bars ri", "se an", "d rise"), pause=0.15)]
    with pytest.raises(ModelTimeout):
        describer(0.4).describe(view(chart))


def test_an_endless_reply_is_cut(describer, scripted_server, chart):
    scripted_server.says(*["All bars rise. "] * 2000)
    assert describer().describe(view(chart)) == "All bars rise."


def test_a_server_that_is_down_is_a_missing_model(describer, scripted_server, chart):
    scripted_server.close()
    with pytest.raises(ModelMissing):
        describer().describe(view(chart))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("One. Two.", "One. Two."),
        ("One.\n\n- Two. Three is", "One. - Two."),
        ("One. One. One. Two.", "One. Two."),
        ("only half", "only half"),
        ("a\x00b\u202ec\x1b[31m.", "abc."),
        ("", ""),
    ],
)
def test_a_reply_becomes_one_paragraph_of_whole_sentences(said, told):
    assert whole_sentences(said) == told
