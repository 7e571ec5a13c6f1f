from mmrag.ingest.formats import markup


def test_what_runs_or_loads_is_left_out_with_all_that_is_in_it() -> None:
    page = markup.cleaned(
        "<p onclick='run()' style='background:url(http://x/y)'>Kept<script>alert(1)</script>"
        "<iframe src='http://x'>framed</iframe><style>p{}</style><object>o</object>"
        "<img src='http://x/dot.png' alt='A cabin'><a href='http://x'>link</a></p>"
    )
    assert page.main == "<p>Kept[A cabin]link</p>"
    assert page.missing_pictures == 1


def test_what_stands_on_every_page_is_kept_apart() -> None:
    page = markup.cleaned(
        "<body><header>Logo</header><nav><a>Home</a></nav><main><article><header><h1>Title</h1>"
        "</header><p>Body</p></article></main><div role='navigation'>Menu</div><footer>Imprint"
        "</footer></body>"
    )
    assert "Title" in page.main and "Body" in page.main
    for word in ("Logo", "Home", "Menu", "Imprint"):
        assert word in page.beside and word not in page.main


def test_what_nobody_sees_is_left_out() -> None:
    page = markup.cleaned("<p>a<span hidden>b</span><i style='display: none'>c</i></p>")
    assert page.main == "<p>a</p>"


def test_the_head_gives_title_and_metadata_and_no_text() -> None:
    page = markup.cleaned(
        "<html><head>\n<title>Cable\n cars</title><meta name=Author content=Ebbe></head>x</html>"
    )
    assert (page.title, page.metadata["author"], page.main) == ("Cable cars", "Ebbe", "x")


def test_elements_end_where_their_next_begins_and_those_left_open_at_the_end() -> None:
    page = markup.cleaned("<ul><li>a<li>b</ul><p>c<p>d<div>e")
    assert page.main == "<ul><li>a</li><li>b</li></ul><p>c</p><p>d<div>e</div></p>"


def test_a_table_is_told_cell_by_cell_with_its_spans() -> None:
    (table,) = markup.cleaned(
        "<table><caption>Table 1: Catch</caption>"
        "<tr><th rowspan=2>Fish<th colspan=2>Year<tr><th>2023<th>2024"
        "<tr><td>Wrasse<td>1,200<td>9<b>8</b>0</table>"
    ).tables
    places = {
        (cell.row, cell.column, cell.row_end, cell.column_end): cell.text for cell in table.cells
    }
    assert table.caption == "Table 1: Catch"
    assert places == {
        (0, 0, 1, 0): "Fish",
        (0, 1, 0, 2): "Year",
        (1, 1, 1, 1): "2023",
        (1, 2, 1, 2): "2024",
        (2, 0, 2, 0): "Wrasse",
        (2, 1, 2, 1): "1,200",
        (2, 2, 2, 2): "980",
    }
    assert [cell.is_header for cell in table.cells] == [True] * 4 + [False] * 3


def test_a_table_around_tables_and_one_of_a_single_column_are_layout() -> None:
    page = markup.cleaned(
        "<table><tr><td><table><tr><td>1<td>2<tr><td>3<td>4</table></table>"
        "<table><tr><td>menu<tr><td>more</table>"
    )
    assert [[cell.text for cell in table.cells] for table in page.tables] == [list("1234")]


def test_text_is_written_as_text() -> None:
    assert markup.cleaned("<p>a &lt;script&gt; &amp; b").main == "<p>a &lt;script&gt; &amp; b</p>"


def test_elements_nested_without_end_are_bounded() -> None:
    page = markup.cleaned("<div>" * 100_000 + "deep")
    assert page.main.count("<div>") < 200 and "deep" in page.main


def test_a_layout_is_written_as_blocks_and_the_tables_of_data_in_it_as_tables() -> None:
    page = markup.cleaned(
        "<table><caption>Page</caption><tr><td>menu<td>"
        "<table><caption>Tides</caption><tr><td>1<td>2<tr><td>3<td>4</table>after</table>end"
    )
    assert page.main == (
        "<p><b>Page</b></p><div><div><div>menu</div><div><p><b>Tides</b></p>"
        '<table><tr><td id="t1c0">1</td><td id="t1c1">2</td></tr>'
        '<tr><td id="t1c2">3</td><td id="t1c3">4</td></tr></table>after</div></div></div>end'
    )
