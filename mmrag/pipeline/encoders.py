"""The encoders of one run: loaded when first needed, and checked against the index."""

from concurrent.futures import Future, ThreadPoolExecutor

from mmrag.channels import QueryKind, of_query
from mmrag.errors import ModelError
from mmrag.models import Models
from mmrag.protocols import ImageEncoder, MultiVectorEncoder, TextEncoder
from mmrag.store.catalog import Catalog
from mmrag.types import Space


class Encoders:
    """Text, image and page encoder. A model that cannot be used becomes a line in `problems`.

    What is stored without vectors is found missing by the next run. All properties raise
    `SpaceMismatch` where the index holds vectors of another encoder.
    """

    def __init__(self, models: Models, catalog: Catalog) -> None:
        self._models = models
        self._catalog = catalog
        self._loading: Future[TextEncoder] | None = None
        self._text: TextEncoder | None = None
        self._image: ImageEncoder | None = None
        self._pages: MultiVectorEncoder | None = None
        self._asked: set[str] = set()
        self.problems: list[str] = []

    def start(self) -> None:
        """Load the text encoder in the background, while the first files are read."""
        if self._loading is None and "text" not in self._asked:
            pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="load")
            self._loading = pool.submit(self._models.text_encoder)
            pool.shutdown(wait=False)

    @property
    def text(self) -> TextEncoder | None:
        """The encoder of passages and descriptions; None where it cannot be used."""
        if "text" not in self._asked:
            self._asked.add("text")
            try:
                loading = self._loading
                self._text = loading.result() if loading else self._models.text_encoder()
            except ModelError as error:
                self.problems.append(f"{_named('text vector')} not filled: {error}")
            if self._text is not None:
                self._check("text vector", self._text.space)
        return self._text

    @property
    def image(self) -> ImageEncoder | None:
        """The encoder of pictures; None where the profile has none or it cannot be used."""
        if self._models.has_image_encoder and "image" not in self._asked:
            self._asked.add("image")
            try:
                self._image = self._models.image_encoder()
            except ModelError as error:
                self.problems.append(f"{_named('image vector')} not filled: {error}")
            if self._image is not None:
                self._check("image vector", self._image.space)
        return self._image

    @property
    def pages(self) -> MultiVectorEncoder | None:
        """The encoder of pages for late interaction; None where there is none to use."""
        if self._models.has_page_encoder and "pages" not in self._asked:
            self._asked.add("pages")
            try:
                self._pages = self._models.page_encoder()
            except ModelError as error:
                self.problems.append(f"vectors of pages not made: {error}")
            if self._pages is not None:
                self._catalog.page_vectors.check_space(self._pages.space)
        return self._pages

    def _check(self, kind: QueryKind, space: Space) -> None:
        for channel in of_query(kind):
            self._catalog.vectors.check_space(channel.name, space)


def _named(kind: QueryKind) -> str:
    """The channels of one encoder, in words."""
    names = [channel.name for channel in of_query(kind)]
    return f"{' and '.join(names)} channel{'s' if len(names) > 1 else ''}"
