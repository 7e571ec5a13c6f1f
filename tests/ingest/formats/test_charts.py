"""Charts of office documents, read from their data."""

from pathlib import Path

import pytest
from small_office import zipped

from mmrag.ingest.formats import charts

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def title(text: str) -> str:
    return (
        f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{text}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    )


def points(values: list[str], form: str = "General") -> str:
    told = "".join(f"<c:pt idx='{at}'><c:v>{v}</c:v></c:pt>" for at, v in enumerate(values) if v)
    return f"<c:formatCode>{form}</c:formatCode><c:ptCount val='{len(values)}'/>{told}"


def series(name: str, names: list[str], values: list[str], form: str = "General") -> str:
    return (
        f"<c:ser><c:tx><c:strRef><c:f>A!$B$1</c:f><c:strCache>{points([name])}</c:strCache>"
        f"</c:strRef></c:tx><c:cat><c:strRef><c:strCache>{points(names)}</c:strCache></c:strRef>"
        f"</c:cat><c:val><c:numRef><c:numCache>{points(values, form)}</c:numCache></c:numRef>"
        "</c:val></c:ser>"
    )


def axis(kind: str, number: int, name: str, side: str = "l") -> str:
    return f"<c:{kind}><c:axId val='{number}'/><c:axPos val='{side}'/>{title(name)}</c:{kind}>"


def package(path: Path, plot: str, name: str = "word/charts/chart1.xml") -> Path:
    chart = f"<c:chart>{title('People carried')}<c:plotArea>{plot}</c:plotArea></c:chart>"
    path.write_bytes(
        zipped({
            name: f"<c:chartSpace xmlns:c='{CHART}' xmlns:a='{DRAWING}'>{chart}</c:chartSpace>"
        })
    )  # fmt: skip
    return path


def grids(path: Path) -> list[tuple[str, list[list[str]]]]:
    tables, problems = charts.of_package(path)
    assert problems == []
    return [(table.caption, [list(row) for row in table.rows]) for table in tables]


def test_a_chart_is_the_table_of_its_data(tmp_path: Path) -> None:
    months = ["May", "June", "July"]
    plot = (
        "<c:barChart>"
        + series("Brina", months, ["1200", "", "1350.5"], "#,##0.0")
        + series("Orsa", months, ["0.5", "0.25", "0.125"], "0.0%")
        + "<c:axId val='1'/><c:axId val='2'/></c:barChart>"
        + axis("catAx", 1, "Month", "b")
        + axis("valAx", 2, "People")
    )
    assert grids(package(tmp_path / "a.docx", plot)) == [
        (
            "People carried (People)",
            [
                ["Month", "Brina", "Orsa"],
                ["May", "1,200.0", "50.0%"],
                ["June", "", "25.0%"],
                ["July", "1,350.5", "12.5%"],
            ],
        )
    ]


def test_series_of_another_axis_are_a_table_of_their_own(tmp_path: Path) -> None:
    plot = (
        "<c:barChart>" + series("Sales", ["2023"], ["10"]) + "<c:axId val='1'/><c:axId val='2'/>"
        "</c:barChart><c:lineChart>"
        + series("Share", ["2023"], ["0.3"], "0%")
        + "<c:axId val='1'/><c:axId val='3'/></c:lineChart>"
        + axis("catAx", 1, "Year", "b")
        + axis("valAx", 2, "EUR million")
        + axis("valAx", 3, "Per cent", "r")
    )
    assert grids(package(tmp_path / "a.pptx", plot, "ppt/charts/chart1.xml")) == [
        ("People carried (EUR million)", [["Year", "Sales"], ["2023", "10"]]),
        ("People carried (Per cent)", [["Year", "Share"], ["2023", "30%"]]),
    ]


def test_points_by_two_numbers_have_one_for_their_name(tmp_path: Path) -> None:
    one = series("Trial", ["1.5", "2"], ["30", "41"]).replace("c:cat", "c:xVal")
    plot = (
        "<c:scatterChart>" + one.replace("c:val>", "c:yVal>") + "<c:axId val='1'/><c:axId val='2'/>"
        "</c:scatterChart>" + axis("valAx", 1, "Knots", "b") + axis("valAx", 2, "Litres")
    )
    [(caption, rows)] = grids(package(tmp_path / "a.docx", plot))
    assert caption == "People carried (Litres)"
    assert rows == [["Knots", "Trial"], ["1.5", "30"], ["2", "41"]]


def test_names_of_two_levels_and_days_are_written_out(tmp_path: Path) -> None:
    levels = (
        "<c:cat><c:multiLvlStrRef><c:multiLvlStrCache><c:lvl><c:pt idx='0'><c:v>Q1</c:v></c:pt>"
        "<c:pt idx='1'><c:v>Q2</c:v></c:pt></c:lvl><c:lvl><c:pt idx='0'><c:v>2023</c:v></c:pt>"
        "</c:lvl></c:multiLvlStrCache></c:multiLvlStrRef></c:cat>"
    )
    values = f"<c:val><c:numRef><c:numCache>{points(['1', '2'])}</c:numCache></c:numRef></c:val>"
    plot = f"<c:lineChart><c:ser>{levels}{values}</c:ser></c:lineChart>"
    [(_, rows)] = grids(package(tmp_path / "a.docx", plot))
    assert [row[0] for row in rows] == ["", "2023 Q1", "2023 Q2"]
    day = points(["45000"], "d/m/yyyy")
    days = f"<c:cat><c:numRef><c:numCache>{day}</c:numCache></c:numRef></c:cat>"
    plot = f"<c:lineChart><c:ser>{days}{values}</c:ser></c:lineChart>"
    [(_, rows)] = grids(package(tmp_path / "b.docx", plot))
    assert rows[1] == ["2023-03-15", "1"]


@pytest.mark.parametrize("part", ["<c", "<!DOCTYPE a><a/>"])
def test_a_chart_that_cannot_be_read_is_told(tmp_path: Path, part: str) -> None:
    (tmp_path / "a.docx").write_bytes(zipped({"word/charts/chart1.xml": part}))
    tables, [problem] = charts.of_package(tmp_path / "a.docx")
    assert tables == []
    assert problem.message.startswith("the data of 1 charts")
