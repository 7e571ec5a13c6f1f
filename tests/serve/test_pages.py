"""The pages without a script: what they show, and that documents are only ever data in them."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pymupdf
import pytest

from mmrag.evaluate import datasets
from mmrag.index import Index

QUESTION = "By how much did the operating profit of Halden Tidal grow from 2023 to 2024?"
HTML = {"Accept": "text/html"}


class Elements(HTMLParser):
    """The start tags of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of_class(self, name: str) -> list[dict[str, str | None]]:
        return [own for _, own in self.found if name in (own.get("class") or "").split()]


def get(served, path: str, **query: str) -> str:
    ran = served.client.get(path, params=query or None, headers=HTML, follow_redirects=True)
    assert ran.status_code == 200, ran.text
    assert ran.headers["content-type"].startswith("text/html")
    return ran.text


def test_an_answer_shows_its_citations_support_and_operands(server) -> None:
    page = get(server, "/i/index", q=QUESTION)
    elements = Elements(page)
    chips = elements.of_class("chip")
    assert "20.9 million euros more" in page
    assert re.search(r"/i/index/e/[0-9a-f]{8}-p\d{4}-f\d\d\?cell=\d+,\d+", chips[0]["href"])
    assert "source 1" in chips[0]["aria-label"]
    assert "supported by its source" in page
    assert "Computed from" in page
    assert "85.5" in page


def test_an_abstention_shows_what_was_nearest(server) -> None:
    page = get(server, "/i/index", q="What is the melting point of tungsten?")
    assert "No answer was found" in page
    assert "Nearest in the documents" in page


def test_a_search_lists_hits_with_their_channels(server) -> None:
    page = get(server, "/i/index/search", q="operating profit", kind="table")
    assert "/v1/indexes/index/images/" in page
    assert "keyword" in page


def test_documents_their_contents_and_their_tables_are_listed(server) -> None:
    page = get(server, "/i/index/documents")
    [first, *_] = re.findall(r"/i/index/d/([0-9a-f]+)", page)
    assert "Pages" in get(server, f"/i/index/d/{first}")
    found = server.client.post(
        "/v1/indexes/index/search", json={"query": "operating profit", "kinds": ["table"]}
    )
    document = found.json()["hits"][0]["image_id"].partition("-")[0]
    assert "data.csv" in get(server, f"/i/index/d/{document}")


def test_the_box_of_evidence_is_drawn_where_it_is(server) -> None:
    body = {"query": "operating profit", "kinds": ["table"], "k": 1}
    [hit] = server.client.post("/v1/indexes/index/search", json=body).json()["hits"]
    page = get(server, f"/i/index/e/{hit['image_id']}", cell="1,1")
    [box] = Elements(page).of_class("box")
    [cell] = Elements(page).of_class("cell")
    x0, y0, x1, y1 = hit["bbox"]
    assert [float(box[name]) for name in ("x", "y")] == pytest.approx([x0, y0], abs=0.2)
    assert float(box["width"]) == pytest.approx(x1 - x0, abs=0.2)
    assert float(box["y"]) - 3 < float(cell["y"]) < y1
    assert "page after" in page


def test_a_quotation_opens_with_its_lines_framed(server) -> None:
    body = {"question": "Who has the key of the boathouse?"}
    answer = server.client.post("/v1/indexes/index/ask", json=body).json()
    x0, y0, *_ = answer["citations"][0]["bbox"]
    [chip, *_] = Elements(get(server, "/i/index", q=body["question"])).of_class("chip")
    assert "?at=" in chip["href"]
    page = get(server, chip["href"])
    [place] = Elements(page).of_class("place")
    assert [float(place["x"]), float(place["y"])] == pytest.approx([x0 - 2, y0 - 2], abs=0.2)
    assert f"{chip['href'].partition('?')[2]}" in page  # goes along where the page is zoomed
    framed = server.client.get(
        f"/v1/indexes/index/images/{answer['citations'][0]['image_id']}/page",
        params={"at": chip["href"].partition("at=")[2]},
    )
    assert framed.headers["content-type"] == "image/png"


@pytest.mark.promise(28)
@pytest.mark.parametrize(
    "place", ["", "1,2,3", "nan,0,9,9", "0,0,1e999,9", "9,9,1,1", "9000,9000,9001,9001", '"><b>'
])  # fmt: skip
def test_a_place_is_four_numbers_on_the_page(server, place: str) -> None:
    [document, *_] = server.client.get("/v1/indexes/index/documents").json()["documents"]
    for path in ("/i/index/e/{}", "/v1/indexes/index/images/{}/page"):
        ran = server.client.get(path.format(f"{document['id']}-p0001"), params={"at": place})
        assert ran.status_code == 404, path
        assert "<b>" not in ran.text


def test_what_is_not_there_is_a_page_that_says_so(server) -> None:
    for path in ("/i/other", "/i/index/e/..%2f..", "/i/index/d/none", "/i/index/a/none"):
        ran = server.client.get(path, headers=HTML)
        assert ran.status_code == 404, path
        assert "ot found" in ran.text


def test_an_answer_keeps_its_address_and_its_mark_goes_into_a_dataset(
    serving, small_index: Path
) -> None:
    served = serving([small_index], keeps_answers=True)
    question = "How many parameters does the network on the drift sensor have?"
    page = get(served, "/i/index", q=question)
    [address] = set(re.findall(r'href="(/i/index/a/[\w-]+)"', page))
    assert question in get(served, address)
    assert question in get(served, "/i/index/answers")
    marked = served.client.post(f"{address}/mark", data={"mark": "right"})
    assert marked.status_code == 303
    again = served.client.post(f"{address}/mark", data={"mark": "wrong"})
    assert again.status_code == 400
    assert "marked right" in get(served, address)
    [kept] = datasets.load(small_index / "feedback").questions
    assert (kept.text, bool(kept.answer), bool(kept.pages)) == (question, True, True)
    assert (small_index / "answers.db").stat().st_mode & 0o777 == 0o600


def test_answers_are_kept_only_where_that_is_wanted(serving, small_index: Path) -> None:
    served = serving([small_index], keeps_answers=False)
    assert "permalink" not in get(served, "/i/index", q="Who runs the network?")
    assert not (small_index / "answers.db").exists()


def test_reports_are_opened_by_their_place_and_run_nothing(
    serving, sample_index: Path, tmp_path: Path
) -> None:
    (tmp_path / "reports" / "sample <1>").mkdir(parents=True)
    (tmp_path / "reports" / "sample <1>" / "report.html").write_text("<style>p {}</style>recall")
    (tmp_path / "report.html").write_text("a secret")
    served = serving([sample_index], reports=tmp_path / "reports")
    assert "sample &lt;1&gt;" in get(served, "/reports")
    ran = served.client.get("/reports/0")
    assert "recall" in ran.text
    assert "sandbox" in ran.headers["content-security-policy"]
    for name in ("1", "-1", "..%2freport.html", "../report.html"):
        assert served.client.get(f"/reports/{name}").status_code in (404, 422)


def test_a_browser_shows_the_token_once(serving, sample_index: Path) -> None:
    served = serving([sample_index], token="correct horse battery")
    served.client.headers.pop("Authorization")
    assert served.client.get("/", headers=HTML).headers["location"] == "/login"
    assert served.client.post("/login", data={"token": "wrong"}).status_code == 401
    entered = served.client.post("/login", data={"token": "correct horse battery"})
    assert entered.status_code == 303
    told = entered.headers["set-cookie"].lower()
    assert "httponly" in told
    assert "samesite=strict" in told
    assert "correct horse" not in told
    assert served.client.get("/i/index/documents", headers=HTML).status_code == 200


@pytest.mark.parametrize(("proxies", "is_secure"), [((), False), (("127.0.0.1",), True)])
def test_the_session_of_a_browser_is_of_https_alone_behind_such_a_proxy(
    serving, sample_index: Path, proxies: tuple[str, ...], is_secure: bool
) -> None:
    served = serving([sample_index], token="correct horse battery", proxies=proxies)
    served.client.headers["X-Forwarded-Proto"] = "https"
    entered = served.client.post("/login", data={"token": "correct horse battery"})
    assert entered.status_code == 303
    assert ("secure" in entered.headers["set-cookie"].lower()) == is_secure


@pytest.mark.promise(25)
def test_what_a_document_says_is_never_markup(serving, tmp_path: Path) -> None:
    attack = (
        "<script>alert(1)</script> <img src=x onerror=alert(1)> {{ 7*7 }} ]]> --> '\" onclick=x"
    )
    with pymupdf.open() as paper:
        sheet = paper.new_page()
        sheet.insert_text((72, 72), "The harbour master is called Osk.")
        for number, part in enumerate(re.findall(".{1,60}", f"Osk says {attack}")):
            sheet.insert_text((72, 100 + 14 * number), part)
        paper.set_metadata({"title": f"Harbour {attack}"})
        paper.save(tmp_path / "harbour <b>x.pdf")
    with Index.open(tmp_path / "index", create=True) as index:
        assert index.add(tmp_path / "harbour <b>x.pdf").complete
        [document] = index.documents()
    served = serving([tmp_path / "index"], keeps_answers=True)
    pages = [
        get(served, "/i/index", q="What does Osk say?"),
        get(served, "/i/index", q=attack),
        get(served, "/i/index/search", q="Osk says", doc=""),
        get(served, "/i/index/documents"),
        get(served, f"/i/index/d/{document.id}"),
        get(served, f"/i/index/e/{document.id}-p0001"),
        get(served, "/i/index/answers"),
    ]
    for page in pages:
        elements = Elements(page)
        scripts = [own.get("src") for tag, own in elements.found if tag == "script"]
        assert scripts == ["/static/htmx.min.js", "/static/app.js"]
        assert not any(name.startswith("on") for _, own in elements.found for name in own)
        assert {tag for tag, _ in elements.found}.isdisjoint({"b", "iframe", "object", "style"})
        sources = [own["src"] for tag, own in elements.found if tag == "img"]
        assert all(source.startswith("/v1/indexes/index/images/") for source in sources)
