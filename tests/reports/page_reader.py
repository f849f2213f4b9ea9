"""Reads a report as a browser would, and looks numbers up in the record's JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "path", "use", "rect"}


@dataclass
class Element:
    """An element: its name, attributes and all the text inside it."""

    tag: str
    attributes: dict[str, str]
    record: int | None
    text: str = ""


@dataclass
class PageReader(HTMLParser):
    """Collects every element; `record` is the nearest `data-record` around it."""

    elements: list[Element] = field(default_factory=list)
    stack: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        outer = self.stack[-1].record if self.stack else None
        record = int(attributes["data-record"]) if "data-record" in attributes else outer
        element = Element(tag=tag, attributes=attributes, record=record)
        self.elements.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append(Element(tag=tag, attributes=attributes, record=None))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.stack, f"</{tag}> closes nothing"
        assert self.stack[-1].tag == tag, f"</{tag}> closes <{self.stack[-1].tag}>"
        self.stack.pop()

    def handle_data(self, data):
        for element in self.stack:
            element.text += data


def read_page(html: str) -> list[Element]:
    """Parse a page; fails on elements that are not closed in order."""
    reader = PageReader()
    reader.feed(html)
    reader.close()
    assert not reader.stack
    return reader.elements


def look_up(data, key):
    """Find a dotted key, `len(KEY)` included; names in the data may hold dots themselves."""
    if key.startswith("len("):
        return len(look_up(data, key[4:-1]) or ())
    return _find(data, key.split("."))


def _find(data, parts):
    if not parts:
        return data
    if isinstance(data, list):
        return _find(data[int(parts[0])], parts[1:])
    if not isinstance(data, dict):
        return None
    for end in range(1, len(parts) + 1):
        name = ".".join(parts[:end])
        if name in data:
            found = _find(data[name], parts[end:])
            if found is not None:
                return found
    return None
