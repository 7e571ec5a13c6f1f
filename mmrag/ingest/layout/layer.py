"""Whether the text layer of a page can be believed: what it says, and what the pixels show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from PIL import Image

from mmrag.ingest.characters import is_garbage
from mmrag.ingest.layout import agreement, ink, languages
from mmrag.ingest.layout.fragments import PageText
from mmrag.ingest.layout.order import Fragment
from mmrag.ingest.session import ReadingSession
from mmrag.ingest.steps import Steps
from mmrag.types import BBox, Problem

# Chosen by hand: OCR reads clean type as it is but for a letter in fifty.
_MIN_AGREEMENT_UNSEEN = 0.85  # of text below a picture with what the picture shows
_MIN_AGREEMENT_SEEN = 0.6  # of text that is drawn, in a font without words of a language


@dataclass(frozen=True, slots=True)
class Layer:
    """Judges the text layer of one page by `image`, which shows its `area` in points."""

    image: Image.Image
    area: BBox
    steps: Steps
    session: ReadingSession

    def says_unseen(self, text: PageText) -> bool:
        """Whether text that nobody sees says what the page shows, and all of it.

        That is so below a picture that lets it show through, and of the layer of a scan in a
        script that OCR cannot read. The layers of other scans are read by OCR: it reads Latin
        letters better than those who made most of them.
        """
        seen = text.fragments or text.sideways
        if not text.is_covered and languages.is_latin(piece.text for piece in text.hidden):
            return False
        hidden = "".join(fragment.text for fragment in text.hidden)
        if seen or is_garbage(hidden) or self.session.make_ocr is None:
            return False
        if self.shows_more_than(text.hidden):
            return False
        alike = self._agreement(text.hidden)
        if alike is None or alike >= _MIN_AGREEMENT_UNSEEN:
            return True
        self._note("the text layer says other than the page shows, which is read by OCR instead")
        return False

    def without_garbled(self, text: PageText) -> PageText:
        """The text without what is set in fonts whose glyphs show other characters than they say.

        A font is suspected where its text has no common words of a language.
        """
        if self.session.make_ocr is None:
            return text
        by_font = sorted(text.fragments, key=lambda fragment: fragment.font)
        garbled = {
            font
            for font, group in groupby(by_font, key=lambda fragment: fragment.font)
            if font not in self.session.right_fonts and self._is_garbled(font, list(group))
        }
        if not garbled:
            return text
        self._note(
            "text of the page says other than its glyphs show, which are read by OCR instead"
        )
        kept = tuple(fragment for fragment in text.fragments if fragment.font not in garbled)
        return replace(text, fragments=kept)

    def shows_more_than(self, fragments: Sequence[Fragment]) -> bool:
        """Whether most lines that the page shows are none of these: drawn, or in a picture."""
        known = [fragment.bbox for fragment in fragments]
        return self.steps.run("ink", lambda: ink.is_unread(self.image, self.area, known), False)

    def _is_garbled(self, font: str, fragments: Sequence[Fragment]) -> bool:
        if languages.is_told(fragment.text for fragment in fragments):
            return False
        alike = self._agreement(fragments)
        if alike is not None and alike < _MIN_AGREEMENT_SEEN:
            return True
        if alike is not None:
            self.session.right_fonts.add(font)
        return False

    def _agreement(self, fragments: Sequence[Fragment]) -> float | None:
        def compare() -> float | None:
            return agreement.measure(fragments, self.image, self.area, self.session.ocr)

        return self.steps.run("compare", compare, None)

    def _note(self, message: str) -> None:
        self.steps.problems.append(Problem("layer", message, self.steps.page))
