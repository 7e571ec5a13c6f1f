"""The page in a real browser: Debian's chromium."""

import json
import shutil
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pymupdf
import pytest

from mmrag.index import Index

sync_api = pytest.importorskip("playwright.sync_api", reason="the browser is led by playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium here: apt-get install chromium"
)
BASE = "/v1/indexes/index"
OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
QUESTION = "By how much did the operating profit of Halden Tidal grow from 2023 to 2024?"
Open = Callable[..., "sync_api.Page"]
CONTRAST = """
() => {
  const parse = (text) => [...text.match(/[\\d.]+/g).map(Number), 1].slice(0, 4);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility() || element.closest("svg, select, .skip")) continue;
    const [one, two] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) poor.push(`${element.className || element.tagName}: ${ratio.toFixed(2)}`);
  }
  return poor;
}
"""
"""Elements whose text is less clear than WCAG's level AA asks for."""
CONTROLS = """
() => {
  const all = document.querySelectorAll("a[href], button, input, select, summary, [tabindex]");
  window.controls = [...all].filter((each) => each.checkVisibility() && each.tabIndex >= 0);
  return window.controls.length;
}
"""
"""How many elements a person can use; they are kept as `controls`."""
NAMELESS = """
() => window.controls
  .filter((each) => ![
    each.innerText, each.textContent, each.ariaLabel, each.labels && each.labels[0] &&
    each.labels[0].innerText, ...[...each.querySelectorAll("img")].map((image) => image.alt),
  ].some((name) => name && name.trim()))
  .map((each) => each.outerHTML)
"""
"""Those of them of which a reader aloud could not say what they are."""


@pytest.fixture(scope="module")
def browser() -> Iterator["sync_api.Browser"]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: "sync_api.Browser") -> Iterator[Open]:
    """Open a page; at the end nothing may have gone wrong in it, and no dialog come up."""
    said: list[str] = []
    contexts = []

    def open_page(url: str, **options: object) -> "sync_api.Page":
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda told: said.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def until(page: "sync_api.Page", condition: str) -> None:
    """Wait for it; playwright's own way of waiting needs a policy that allows `eval`."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def test_an_answer_streams_and_its_citation_opens_with_the_box_on_the_cell(
    opened: Open, server
) -> None:
    page = opened(server.url)
    page.fill("input[name=q]", QUESTION)
    page.click("button:text-is('Ask')")
    page.wait_for_selector(".chip")
    assert "20.9 million euros more" in page.inner_text(".answer")
    assert "supported by its source" in page.inner_text(".answer")
    assert not page.is_visible(".crop")
    page.hover(".chip")
    until(page, "document.querySelector('.crop img').naturalWidth > 0")
    assert page.is_visible(".crop")
    page.click(".chip")
    page.wait_for_selector("rect.cell")
    image_id = page.url.rpartition("/")[2].partition("?")[0]
    url = f"/v1/indexes/index/images/{image_id}"
    page_box = page.locator("svg image").bounding_box()
    cells = server.client.get(f"{url}/data.json").json()["cells"]
    scale = page_box["width"] / float(page.get_attribute("svg image", "width"))
    drawn = page.locator("rect.cell").all()
    assert len(drawn) == 2
    for rectangle in drawn:
        row, column = map(int, rectangle.get_attribute("data-cell").split(","))
        [cell] = [x for x in cells if (x["row"], x["column"]) == (row, column)]
        assert cell["text"] in ("85.5", "64.6")
        box = rectangle.bounding_box()
        x0, y0, x1, _ = (value * scale for value in cell["bbox"])
        assert box["x"] - page_box["x"] <= x0 + 1
        assert box["y"] - page_box["y"] <= y0 + 1
        assert box["x"] + box["width"] - page_box["x"] >= x1 - 1
        assert box["width"] < x1 - x0 + 8 * scale


def test_a_follow_up_goes_on_with_the_talk(opened: Open, server) -> None:
    page = opened(server.url)
    for question in ("What was the operating profit of Halden Tidal in 2024?", "And in 2023?"):
        page.fill("input[name=q]", question)
        page.keyboard.press("Enter")
        until(page, "document.querySelector('.answer') && !document.querySelector('.waiting')")
    assert "64.6" in page.locator(".answer").first.inner_text()


@pytest.mark.parametrize("path", ["/i/index", "/i/index/search"])
def test_a_picture_that_is_dropped_is_searched_for(
    opened: Open, server, sample_corpus: Path, path: str
) -> None:
    chart = sample_corpus / "docs" / "ferry-passengers-chart.png"
    page = opened(f"{server.url}{path}")
    page.evaluate(
        """(bytes) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "x.png", { type: "image/png" }));
          document.querySelector("[data-drop]").dispatchEvent(
            new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        list(chart.read_bytes()),
    )
    page.wait_for_selector(".hit")
    assert "ferry-passengers-chart" in page.locator(".hit").first.inner_text()


def test_a_file_is_uploaded_and_its_job_shows_how_it_ended(
    opened: Open, serving, small_index: Path, tmp_path: Path
) -> None:
    with pymupdf.open() as paper:
        paper.new_page().insert_text((72, 72), "The harbour master is called Osk.")
        paper.save(tmp_path / "harbour.pdf")
    served = serving([small_index])
    page = opened(f"{served.url}/i/index/jobs")
    page.set_input_files("[data-files]", tmp_path / "harbour.pdf")
    page.wait_for_selector("text=upload of harbour.pdf")
    page.wait_for_selector("text=1 stored", timeout=200_000)
    assert "done" in page.inner_text("#jobs")


def test_words_are_searched_for_without_leaving_the_page(opened: Open, server) -> None:
    page = opened(f"{server.url}/i/index/search")
    page.evaluate("window.stays = true")
    page.fill("input[name=q]", "operating profit")
    page.keyboard.press("Enter")
    page.wait_for_selector(".hit")
    assert page.evaluate("window.stays")
    assert "q=operating+profit" in page.url


def test_all_of_it_goes_by_keyboard(opened: Open, server) -> None:
    page = opened(f"{server.url}/i/index/documents")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.goto(server.url)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "chip":
            break
    assert page.is_visible(".crop")
    page.keyboard.press("Enter")
    page.wait_for_selector("rect.cell")
    before = page.url
    page.keyboard.press("+")
    page.wait_for_selector(".zoom-2")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: url.partition("?")[0] != before.partition("?")[0])
    assert "-p0013" in page.url


def test_what_is_read_needs_no_script(opened: Open, server) -> None:
    page = opened(server.url, java_script_enabled=False)
    page.fill("input[name=q]", QUESTION)
    page.click("button:text-is('Ask')")
    page.wait_for_selector(".chip")
    page.hover(".chip")
    assert page.is_visible(".crop")
    page.click(".chip")
    page.wait_for_selector("rect.cell")


@pytest.fixture
def furnished(serving, small_index: Path, tmp_path: Path) -> "tuple[str, list[str]]":
    """A server with something to see on each of its pages, and where these are."""
    report = tmp_path / "reports" / "sample" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text("<p>recall")
    served = serving(
        [small_index], keeps_answers=True, reports=tmp_path / "reports", folders=(tmp_path,)
    )
    job = served.client.post(f"{BASE}/upload?file=broken.pdf", content=b"%PDF-1.7 no more")
    assert job.status_code == 202
    asked = "/i/index?q=How+many+parameters+does+the+network+on+the+drift+sensor+have?"
    served.client.get(asked)
    [answer] = served.client.get(f"{BASE}/answers").json()["answers"]
    body = {"query": "network", "kinds": ["table"], "k": 1}
    [hit] = served.client.post(f"{BASE}/search", json=body).json()["hits"]
    document = hit["image_id"].partition("-")[0]
    served.ended(job.json())
    return served.url, [
        asked, "/i/index?q=What+is+the+melting+point+of+tungsten", "/i/index/search?q=network",
        "/i/index/search?q=network&tag=&kind=table", "/i/index/documents", f"/i/index/d/{document}",
        f"/i/index/e/{hit['image_id']}?cell=1,1", f"/i/index/e/{hit['image_id']}?zoom=3",
        "/i/index/duplicates", "/i/index/answers", f"/i/index/a/{answer['id']}", "/i/index/jobs",
        "/reports", "/login",
    ]  # fmt: skip


def test_every_page_fits_its_width_and_its_text_is_clear_in_light_and_dark(
    opened: Open, furnished: "tuple[str, list[str]]"
) -> None:
    url, paths = furnished
    for scheme, width in product(("light", "dark"), (1280, 390)):
        page = opened(url, viewport={"width": width, "height": 844}, color_scheme=scheme)
        for path in paths:
            page.goto(f"{url}{path}")
            place = (path, scheme, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, place
            assert page.evaluate(CONTRAST) == [], place


def test_what_can_be_clicked_has_a_name_and_is_reached_by_the_tab_key(
    opened: Open, furnished: "tuple[str, list[str]]"
) -> None:
    url, paths = furnished
    page = opened(url)
    for path in paths:
        page.goto(f"{url}{path}")
        page.evaluate("document.activeElement.blur()")
        count = page.evaluate(CONTROLS)
        assert page.evaluate(NAMELESS) == [], path
        for _ in range(count + 2):
            page.keyboard.press("Tab")
            page.evaluate("document.activeElement.dataset.reached = ''")
        left = page.evaluate("window.controls.filter((c) => !('reached' in c.dataset)).length")
        assert left == 0, path


@pytest.mark.promise(25)
def test_what_a_hostile_document_says_does_nothing(opened: Open, serving, tmp_path: Path) -> None:
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>'
    with pymupdf.open() as paper:
        sheet = paper.new_page()
        sheet.insert_text((72, 72), f"The harbour master is called Osk {attack}", fontsize=6)
        paper.set_metadata({"title": f"Harbour {attack}"})
        paper.save(tmp_path / "harbour.pdf")
    with Index.open(tmp_path / "index", create=True) as index:
        assert index.add(tmp_path / "harbour.pdf").complete
        [document] = index.documents()
    served = serving([tmp_path / "index"], keeps_answers=True)
    page = opened(served.url)
    page.fill("input[name=q]", "What is the harbour master called?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer .bar")
    assert "<script>" in page.inner_text("#answers")
    page.click("button:text-is('right')")
    page.wait_for_selector("[role=status]")
    for path in ("/documents", f"/d/{document.id}", f"/e/{document.id}-p0001", "/answers",
                 "/search?q=Osk"):  # fmt: skip
        page.goto(f"{served.url}/i/index{path}")
        assert page.evaluate("document.querySelectorAll('[onerror], [onload]').length") == 0
    assert json.loads((tmp_path / "index" / "feedback" / "queries.jsonl").read_text())["query"]
