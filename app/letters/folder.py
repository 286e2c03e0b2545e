"""A relay that is a folder: every letter a file `.eml`, for development and for trying things out."""

from __future__ import annotations

from pathlib import Path

from app.letters.conversation import Meanwhile, nothing
from app.letters.outcomes import Outcome, Verdict, relay_fault


class FolderTransport:
    """Writes letters into `folder`. A letter written twice is one file: it is named after its envelope sender."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> Outcome | None:
        """Make the folder; the relay's fault when it cannot be made."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return relay_fault(str(error))
        return None

    def send(
        self,
        sender: str,
        recipient: str,
        data: bytes,
        meanwhile: Meanwhile = nothing,  # noqa: ARG002 — a folder is never waited for
    ) -> Outcome:
        """Write one letter, with its envelope in Return-Path and Delivered-To; the file appears whole or not at all."""
        envelope = f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode()
        path = self._folder / f"{sender.partition('@')[0]}.eml"
        draft = path.with_suffix(".part")
        try:
            draft.write_bytes(envelope + data)
            draft.replace(path)
        except OSError as error:
            return relay_fault(str(error))
        return Outcome(Verdict.ACCEPTED, 250, f"written to {path.name}")

    def close(self) -> None:
        """Nothing is held open."""
