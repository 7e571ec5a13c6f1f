"""What a request may ask of a picture: a body for each task of `mmrag vision`."""

from typing import Annotated

from pydantic import Field

from mmrag.serve.bodies import Body, Question
from mmrag.vision.agent import STEPS
from mmrag.vision.classify import TEMPLATES
from mmrag.vision.looking import By
from mmrag.vision.ocr import Engine, TextKind
from mmrag.vision.prompts import Style

MOST_WORDS = 100  # names of fields, or labels, of one request; chosen by hand
LONGEST_WORD = 200  # characters of one of them; chosen by hand
MOST_PICTURES = 10  # that the agent is given at once; chosen by hand
MOST_STEPS = 20  # tools that it may call for one question; chosen by hand
Words = Annotated[
    tuple[Annotated[str, Field(max_length=LONGEST_WORD)], ...], Field(max_length=MOST_WORDS)
]
Who = Annotated[By, Field(description="rules and encoders, or the model of the profile")]


class PictureBody(Body):
    """A picture: of the index, by its ID, or of the request, in base64."""

    image_id: str = Field("", description="of a page or figure of the index")
    image: str = Field("", description="a PNG, JPEG, WebP or TIFF, in base64")


class OcrBody(PictureBody):
    """A picture whose text is wanted."""

    kind: TextKind = "auto"
    engine: Engine = "auto"


class EmbedBody(PictureBody):
    """A picture whose vector is wanted."""


class TaskBody(PictureBody):
    """A picture, and who looks at it."""

    by: Who = "auto"


class CaptionBody(TaskBody):
    """A picture to be described."""

    style: Style = "detailed"


class AskPictureBody(TaskBody):
    """A question that the picture alone answers."""

    question: Question


class GridsBody(TaskBody):
    """A picture whose tables, charts or diagrams are wanted as data."""


class DocumentBody(TaskBody):
    """A page whose kind of document is wanted, and what stands where on it."""


class FieldsBody(TaskBody):
    """A form, receipt or letter: the fields of these names, or all that it has."""

    names: Words = ()


class ClassifyBody(TaskBody):
    """A picture, and what it may be of."""

    labels: Words
    templates: Words = Field(TEMPLATES, description="sentences around a label, with {} for it")


class CompareBody(TaskBody):
    """A picture, and another one."""

    other: PictureBody


class AnalyzeBody(TaskBody):
    """A picture, and a free request: the task that fits it is done."""

    request: Question


class AgentBody(Body):
    """A question that takes several tools, to some pictures and to the index."""

    question: Question
    pictures: Annotated[tuple[PictureBody, ...], Field(max_length=MOST_PICTURES)] = ()
    by: Who = "auto"
    steps: Annotated[int, Field(ge=1, le=MOST_STEPS)] = STEPS
