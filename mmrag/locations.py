"""Where the index is when a command names none, and who said so.

First comes what the call names, then `MMRAG_INDEX`, then the user's `config.toml`; then
`indexes/default` of the checkout of mmrag that one stands in, and last `default` in the user's data
folder, so that an installed mmrag works from any folder.
"""

import os
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Literal

import platformdirs

from mmrag import config
from mmrag.text.notation import from_toml

INDEX_VARIABLE = "MMRAG_INDEX"
DEFAULT = "default"
Chooser = Literal["call", "environment", "config", "checkout", "user data"]


@dataclass(frozen=True, slots=True)
class IndexLocation:
    """The folder of an index, who chose it, and where that is written."""

    path: Path
    chosen_by: Chooser
    source: str = ""

    @property
    def why(self) -> str:
        """Who chose it, in words."""
        match self.chosen_by:
            case "call":
                return "as named"
            case "environment":
                return f"from {INDEX_VARIABLE}"
            case "config":
                return f"from {self.source}"
            case "checkout":
                return f"of the checkout {self.source}"
            case "user data":
                return "in the user's data folder, for nothing names another"


def index_location(given: str | PathLike[str] | None = None) -> IndexLocation:
    """Where the index is. Raises `ConfigError` where the user's config file cannot be used."""
    if given is not None:
        return IndexLocation(Path(given), "call")
    if named := os.environ.get(INDEX_VARIABLE):
        return IndexLocation(Path(named), "environment", INDEX_VARIABLE)
    file = config.user_file()
    if configured := config.of_user().index:
        path = file.parent / Path(configured).expanduser()
        return IndexLocation(path, "config", str(file))
    root = checkout()
    if root is not None:
        return IndexLocation(_from_here(root / "indexes" / DEFAULT), "checkout", str(root))
    return IndexLocation(_data() / DEFAULT, "user data", str(_data()))


def sibling(name: str) -> Path:
    """The folder of another index, beside the one that is taken where nothing is named."""
    root = checkout()
    return (_data() if root is None else _from_here(root / "indexes")) / name


def checkout() -> Path | None:
    """The checkout of mmrag that the current folder belongs to: `pyproject.toml` and `indexes/`."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        project = folder / "pyproject.toml"
        if not (folder / "indexes").is_dir() or not project.is_file():
            continue
        try:
            said = from_toml(project.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if said.get("project", {}).get("name") == "mmrag":
            return folder
    return None


def _data() -> Path:
    return Path(platformdirs.user_data_dir("mmrag", appauthor=False))


def _from_here(path: Path) -> Path:
    """A short path from the current folder, where it lies in it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
