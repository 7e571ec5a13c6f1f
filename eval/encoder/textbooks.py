"""Takes the pictures of textbooks, with the texts that describe them, for `train.py`.

    python eval/encoder/textbooks.py --work indexes/encoder CLONES

CLONES holds clones of the repositories in `BOOKS`, each in a folder that ends with its name, with
the history: a book is read as it was when its licence was CC BY 4.0, and at no other time.
"""

import argparse
import io
import posixpath
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

import kinds
from pairs import Pair, read_pair, write
from PIL import Image

LICENCE = "creativecommons.org/licenses/by/"
BOOKS: Mapping[str, str] = {
    "american-government": "4554ab5",
    "astronomy": "4aedbad",
    "business-ethics": "658a300",
    "chemistry-bundle": "0243cd5",
    "college-algebra-bundle": "2cd7155",
    "college-physics-bundle": "e7d2174",
    "contemporary-mathematics": "88805f45",
    "entrepreneurship": "f54bbd3",
    "introduction-business": "dc06a60",
    "introduction-intellectual-property": "be11438",
    "introduction-political-science": "da3ba0d",
    "introduction-sociology": "cb424bc",
    "introductory-statistics-bundle": "074bd14",
    "life-liberty-and-pursuit-happiness": "83ebcc7",
    "microbiology": "f1d8d4e",
    "physics": "a91f36b",
    "principles-finance": "c802474",
    "psychology": "e91efc4",
    "university-physics-bundle": "2bd5135",
    "us-history": "ec99b9a",
}
"""The repositories openstax/osbooks-NAME, each with the last commit under that licence."""
MOST = 1500  # pictures of a book: some books have ten times as many as others
LONGEST = 300  # characters of a description
CNXML = "{http://cnx.rice.edu/cnxml}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("clones", type=Path)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    for name, commit in BOOKS.items():
        target = options.work / f"textbook-{name}.npz"
        (clone,) = {path.parent for path in options.clones.glob(f"*osbooks-{name}/**/HEAD")}
        if not target.exists():
            found = list(pairs(clone, commit))
            chosen = found[:: max(1, -(-len(found) // MOST))]
            write(target, chosen)
            print(f"{name}: {len(chosen)} of {len(found)} pictures", flush=True)


def pairs(clone: Path, commit: str) -> Iterator[Pair]:
    """The pictures of a book; those of one module belong together."""
    files = git(clone, "ls-tree", "-r", "-z", "--name-only", commit).decode().split("\0")
    about = [path for path in files if path.endswith(".collection.xml")]
    if not about or any(LICENCE not in show(clone, commit, path).decode() for path in about):
        raise SystemExit(f"{clone} at {commit}: not a book under CC BY")
    there, seen = set(files), set[str]()
    for group, module in enumerate(path for path in files if path.endswith("index.cnxml")):
        for path, texts in described(show(clone, commit, module)):
            full = posixpath.normpath(posixpath.join(posixpath.dirname(module), path))
            if full in there and full not in seen and texts:
                seen.add(full)
                try:
                    with Image.open(io.BytesIO(show(clone, commit, full))) as picture:
                        yield read_pair(picture, texts, group, kinds.told(texts))
                except (OSError, subprocess.CalledProcessError) as error:
                    print(f"{full}: {error}")


def described(module: bytes) -> Iterator[tuple[str, list[str]]]:
    """The files of a module's pictures, each with its description, its caption and both's start."""
    root = ElementTree.fromstring(module)  # noqa: S314 - expat limits what entities become
    captions: dict[str, str] = {}
    for figure in root.iter(f"{CNXML}figure"):
        caption = figure.find(f"{CNXML}caption")
        for image in figure.iter(f"{CNXML}image"):
            captions[image.get("src", "")] = text("" if caption is None else caption)
    for media in root.iter(f"{CNXML}media"):
        for image in media.iter(f"{CNXML}image"):
            path, alt = image.get("src", ""), text(media.get("alt", ""))
            told = (alt, alt.partition(". ")[0], captions.get(path, ""))
            yield path, list(dict.fromkeys(each for each in told if len(each.split()) > 2))


def text(found: str | ElementTree.Element) -> str:
    whole = found if isinstance(found, str) else "".join(found.itertext())
    return " ".join(whole.split())[:LONGEST]


def show(clone: Path, commit: str, path: str) -> bytes:
    return git(clone, "show", f"{commit}:{path}")


def git(clone: Path, *words: str) -> bytes:
    return subprocess.run(["git", "-C", str(clone), *words], check=True, capture_output=True).stdout


if __name__ == "__main__":
    main()
