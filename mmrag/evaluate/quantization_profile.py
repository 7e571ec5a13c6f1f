"""The settings that a table of quantization recommends, as a profile."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmrag import config
from mmrag.config import Settings
from mmrag.errors import UsageError
from mmrag.evaluate.quantization_report import QuantizationReport

_SECTION = {"text encoder": "text", "image encoder": "image"}


def write(file: Path, settings: Settings, report: QuantizationReport) -> None:
    """Write the profile that `settings` are, with the encoders that the report recommends.

    Graphs that it names are copied beside it. Raises `UsageError` where the file is there already,
    its name is that of no profile, or it cannot be written.
    """
    if file.suffix != ".toml":
        raise UsageError(f"{file}: a profile is a .toml file")
    told = settings.model_dump(exclude_unset=True, exclude={"name"})
    graphs: dict[Path, Path] = {}
    for part, row in report.recommended().items():
        section = _SECTION.get(part)
        if section is None:
            continue
        changed = dict(row.settings)
        if graph := changed.get("graph"):
            copy = file.absolute().with_name(f"{file.stem}-{Path(graph).name}")
            graphs[Path(graph)], changed["graph"] = copy, str(copy)
        told[section] = {**told.get(section, {}), **changed}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write("\n".join(_toml(told)) + "\n")
        for graph_file, copy in graphs.items():
            shutil.copyfile(graph_file, copy)
    except FileExistsError as error:
        raise UsageError(f"{file}: is there already: name another file") from error
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error
    config.load(str(file))  # what was written is a profile


def _toml(table: Mapping[str, Any], name: str = "") -> Iterator[str]:
    """A table as TOML: JSON's texts, numbers and lists are TOML's, too."""
    values = {key: value for key, value in table.items() if not isinstance(value, dict)}
    if name and values:
        yield f"[{name}]"
    for key, value in values.items():
        yield f"{key} = {json.dumps(value)}"
    if values:
        yield ""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _toml(value, f"{name}.{key}" if name else key)
