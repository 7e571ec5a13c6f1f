"""What a check finds."""

from dataclasses import dataclass
from typing import Literal

Part = Literal["database", "words", "vectors", "faiss", "pictures"]

REPAIR = "`mmrag check --repair` puts it right"
READ_AGAIN = "`mmrag check --repair`, then `mmrag index` with the document's folder, reads it again"


@dataclass(frozen=True, slots=True)
class Fault:
    """One difference. `item` is the ID or file it is about, `cure` what the user can do."""

    part: Part
    item: str
    message: str
    cure: str
    repaired: bool = False

    def __str__(self) -> str:
        cure = "" if self.repaired else f" ({self.cure})"
        return f"{self.part}: {self.item}: {self.message}{cure}"
