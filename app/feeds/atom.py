"""Issued digests as an Atom feed (RFC 4287). Values in, text out.

The entries keep their ids (RFC 4151) whatever becomes of the address of the site. There is no link to the feed itself:
its address is personal, and feed readers pass on what a feed says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

ATOM = "http://www.w3.org/2005/Atom"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # no XML 1.0 document may hold it


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """A digest: its HTML, the URL of its page, its number in the database; `changed_at`: when its HTML changed last."""

    number: int
    url: str
    title: str
    html: str
    issued_at: datetime
    changed_at: datetime | None = None

    @property
    def updated_at(self) -> datetime:
        return self.changed_at or self.issued_at


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself. `host` and `since` make the ids of its entries; `number` is its promotion's."""

    number: int
    title: str
    author: str
    url: str
    locale: str
    host: str
    since: datetime


def atom_text(head: FeedHead, entries: Sequence[DigestEntry]) -> bytes:
    """Return the feed with `entries`, newest first; the same values give the same bytes."""
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": head.locale})
    _text(feed, "id", f"{_tag(head)}promotion-{head.number}/digests")
    _text(feed, "title", head.title)
    _text(feed, "updated", _moment(max([head.since, *(each.updated_at for each in entries)])))
    _text(SubElement(feed, "author"), "name", head.author)
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": head.url})
    _text(feed, "generator", "Bulletins")
    for each in entries:
        entry = SubElement(feed, "entry")
        _text(entry, "id", f"{_tag(head)}digest-{each.number}")
        _text(entry, "title", each.title)
        _text(entry, "updated", _moment(each.updated_at))
        _text(entry, "published", _moment(each.issued_at))
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": each.url})
        _text(entry, "content", each.html).set("type", "html")
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = NOT_XML.sub("", text)
    return element


def _tag(head: FeedHead) -> str:
    return f"tag:{head.host},{head.since:%Y-%m-%d}:"


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")
