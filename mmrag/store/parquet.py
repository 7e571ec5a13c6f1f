"""Records of an index as a Parquet file, by pyarrow, which is loaded when one is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmrag.errors import UsageError


@contextmanager
def opened(path: Path, kind: str) -> Iterator[Callable[[Iterable[Mapping[str, Any]]], None]]:
    """What takes records of a kind (`mmrag.store.records`), some at a time, a row group each.

    Raises `UsageError` without pyarrow.
    """
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise UsageError(
            f"{path}: Parquet needs the package pyarrow ({error}): pip install 'mmrag[parquet]'; "
            "JSON lines need none"
        ) from error
    schema = pyarrow.schema(_fields(pyarrow, kind))
    with ParquetWriter(path, schema) as writer:

        def put(records: Iterable[Mapping[str, Any]]) -> None:
            writer.write_table(pyarrow.Table.from_pylist(list(records), schema=schema))

        yield put


def _fields(arrow: Any, kind: str) -> list[tuple[str, Any]]:
    """The columns of a kind with their types, in the order of the records."""
    text, whole, real, flag = arrow.string(), arrow.int32(), arrow.float64(), arrow.bool_()
    texts, box = arrow.list_(text), arrow.list_(real)
    page_places = [("id", text), ("page_id", text)]
    match kind:
        case "documents":
            names = ("id", "path", "sha256", "title")
            return [
                *((name, text) for name in names), ("pages", whole), ("language", text),
                ("status", text), ("problems", texts), ("metadata", text),
            ]  # fmt: skip
        case "pages":
            return [
                ("id", text), ("document_id", text), ("number", whole), ("width", real),
                ("height", real), ("text", text), ("text_source", text), ("picture", text),
                ("label", text),
            ]  # fmt: skip
        case "passages":
            return [
                *page_places, ("start", whole), ("end", whole), ("text", text),
                ("heading", texts), ("language", text),
            ]  # fmt: skip
        case "figures":
            return [
                *page_places, ("ordinal", whole), ("bbox", box), ("kind", text),
                ("caption", text), ("text", text), ("heading", texts), ("mentions", texts),
                ("label", text), ("picture", text),
            ]  # fmt: skip
        case "grids":
            cell = arrow.struct([
                ("row", whole), ("column", whole), ("row_end", whole), ("column_end", whole),
                ("text", text), ("bbox", box), ("is_header", flag), ("uncertainty", real),
                ("value", real), ("scale", whole), ("unit", text),
            ])  # fmt: skip
            return [
                ("image_id", text), ("reader", text), ("trust", real), ("title", text),
                ("unit", text), ("columns", texts), ("rows", texts),
                ("cells", arrow.list_(cell)), ("chart", text),
            ]  # fmt: skip
        case "descriptions":
            return [
                ("figure_id", text), ("text", text), ("describer", text),
                ("prompt_version", text), ("trust", real),
            ]  # fmt: skip
    return [
        ("channel", text), ("item_id", text), ("model", text),
        ("vector", arrow.list_(arrow.float32())),
    ]  # fmt: skip
