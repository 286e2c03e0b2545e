"""The development mailbox: a folder of letters, one `.eml` file each, and what can be read in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from pathlib import Path
from typing import cast

URL = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class StoredLetter:
    """One letter as it was received; `name` is that of its file."""

    name: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def to(self) -> str:
        return str(self.message.get("To", ""))

    @property
    def sent_at(self) -> datetime | None:
        """Parse its `Date`; None when it has none, or none that can be parsed."""
        date = self.message.get("Date")
        return date.datetime if date is not None else None

    @property
    def headers(self) -> list[tuple[str, str]]:
        """List every header in the order received, folded lines unfolded."""
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def links(self) -> list[str]:
        """List the URLs in the text part, each once, in the order of the text."""
        return list(dict.fromkeys(url.rstrip(".,;:!?)") for url in URL.findall(self.text)))

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(cast("EmailMessage", part).get_content()) if part is not None else ""


def list_letters(folder: Path) -> list[StoredLetter]:
    """Read the letters in `folder`, newest first."""
    paths = sorted(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    return [StoredLetter(path.name, path.read_bytes()) for path in paths]


def find_stored_letter(folder: Path, name: str) -> StoredLetter | None:
    """Read the letter of that file name; None when `folder` does not hold it."""
    # compared with the names that there are, since `name` comes from a URL and may lead out of the folder
    return next((StoredLetter(name, path.read_bytes()) for path in folder.glob("*.eml") if path.name == name), None)


def store_letter(folder: Path, raw: bytes, envelope_from: str, envelope_to: list[str]) -> Path:
    """Write a letter received into `folder`, its envelope in headers at the top as mail servers do; give its file."""
    folder.mkdir(parents=True, exist_ok=True)
    head = [f"Return-Path: <{envelope_from}>", *(f"Delivered-To: {address}" for address in envelope_to)]
    numbers = [int(path.stem) for path in folder.glob("*.eml") if path.stem.isdigit()]
    path = folder / f"{max(numbers, default=0) + 1:06d}.eml"
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes("\r\n".join([*head, ""]).encode() + raw)
    return unfinished.rename(path)
