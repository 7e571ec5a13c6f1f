"""What the page of a folder of a web server links to: as Apache, nginx and others list files."""

from html.parser import HTMLParser
from urllib.parse import urljoin


def below(page: str, address: str) -> list[str]:
    """Addresses that a page links to right in its folder, each once; those of folders end with "/".

    `address` is that of the page, and ends with "/". Links to elsewhere, and those that only sort
    the list anew (`?C=M`), are none of its files.
    """
    parser = _Links()
    parser.feed(page)
    found = (urljoin(address, link) for link in parser.links)
    return sorted(
        {
            link
            for link in found
            if link.startswith(address)
            and "/" not in link.removeprefix(address).rstrip("/")
            and link != address
            and not {"?", "#"} & {*link}
        }
    )


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links += [value.strip() for name, value in attributes if name == "href" and value]
