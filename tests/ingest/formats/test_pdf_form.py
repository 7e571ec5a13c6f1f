"""XFA forms: a page that asks for another viewer, and an XML form behind it."""

from pathlib import Path

import pymupdf
import pytest

from mmrag.config import IngestSettings
from mmrag.ingest.formats.opening import open_file

MANY = 10**8
TEMPLATE = """
<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform name="permit">
 <draw><value><text>Permit to moor a barge</text></value></draw>
 <field name="owner"><caption><value><text>Owner</text></value></caption>
  <items><text>Never shown</text></items><value><text>nobody</text></value></field>
 <field name="length"><caption><value><text>Length in metres</text></value></caption></field>
 <draw><value><exData><p>Moor <b>only</b> at the quay.</p></exData></value></draw>
 <event><script>alert("run me")</script></event>
</subform></template>
"""
DATASETS = """
<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><permit>
<owner>Ilse Brandt</owner><length>38</length><remark>after Easter</remark>
</permit></xfa:data></xfa:datasets>
"""
OPEN, CLOSE = '<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">', "</xdp:xdp>"


def form(path: Path, packets: list[str], *, fields: str = "[]", pages: int = 1) -> Path:
    with pymupdf.open() as document:
        for _ in range(pages):
            document.new_page().insert_text((72, 72), "Please wait for another viewer")
        places = []
        for packet in packets:
            places.append(document.get_new_xref())
            document.update_object(places[-1], "<<>>")
            document.update_stream(places[-1], packet.encode())
        xfa = " ".join(f"(part{at}) {place} 0 R" for at, place in enumerate(places))
        xfa = f"{places[0]} 0 R" if len(packets) == 1 else f"[{xfa}]"
        key = f"<</Fields {fields}/XFA {xfa}>>"
        document.xref_set_key(document.pdf_catalog(), "AcroForm", key)
        document.save(path)
    return path


def read(path: Path) -> tuple[str, list[str]]:
    """The text of page 1, and what is said of the file."""
    with open_file(path, MANY) as file, file.load(1, IngestSettings()) as page:
        return str(page.get_text()), [str(problem) for problem in file.problems]


@pytest.mark.promise(33)
@pytest.mark.parametrize(
    "packets", [[OPEN + TEMPLATE + DATASETS + CLOSE], [OPEN, TEMPLATE, DATASETS, CLOSE]]
)
def test_a_dynamic_form_is_its_captions_and_values(tmp_path: Path, packets: list[str]) -> None:
    text, said = read(form(tmp_path / "a.pdf", packets))
    assert text.split("\n")[:5] == [
        "Permit to moor a barge",
        "Owner: Ilse Brandt",
        "Length in metres: 38",
        "Moor only at the quay.",
        "remark: after Easter",
    ]
    assert "another viewer" not in text and "run me" not in text and "Never" not in text
    assert said == ["unread: the layout of an XFA form; its texts are read"]


@pytest.mark.promise(33)
@pytest.mark.parametrize(
    ("packets", "why"),
    [
        ([OPEN + "<template>"], "no XML"),
        ([OPEN + "<template/>" + CLOSE], "no texts"),
        (['<!DOCTYPE a [<!ENTITY b "c">]>' + OPEN + TEMPLATE + CLOSE], "entities"),
    ],
)
def test_a_form_that_cannot_be_read_is_named(tmp_path: Path, packets: list[str], why: str) -> None:
    text, (said,) = read(form(tmp_path / "a.pdf", packets))
    assert "another viewer" in text
    assert "XFA form" in said and why in said


def test_a_form_whose_pages_are_drawn_is_read_as_pages(tmp_path: Path) -> None:
    packets = [OPEN + TEMPLATE + CLOSE]
    several = form(tmp_path / "a.pdf", packets, pages=2)
    static = form(tmp_path / "b.pdf", packets, fields="[1 0 R]")
    for path in (several, static):
        text, said = read(path)
        assert "another viewer" in text and said == []
