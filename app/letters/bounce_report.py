"""A bounce as it came back, read as a value: for which letter, whose failure, how final (RFC 3464, 3463)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from flufl.bounce import all_failures

from app.letters.envelope import find_letter_id

ARRIVED_AT = (
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "To",
)  # where a mail server notes the envelope's recipient
OF_THE_ADDRESS = re.compile(r"5\.(?:0\.\d+|1\.(?:0|1|2|3|6|10)|2\.[01])")  # not: full, too large, against some policy
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class BounceReport:
    """What a bounce says of the letter whose signed envelope address it came back to.

    `permanent` and `temporary` are the addresses, in lower case, that it calls failed for good or delayed. `code` is
    the status of RFC 3463, `text` the words of the last server; both may be empty. All but `letter_id` is hearsay.
    """

    letter_id: int
    permanent: frozenset[str]
    temporary: frozenset[str]
    code: str
    text: str

    def ends(self, address: str) -> bool:
        """Whether it says that `address` itself fails for good; without any status, a failure counts as one."""
        about_address = not self.code or OF_THE_ADDRESS.fullmatch(self.code) is not None
        return address.lower() in self.permanent and about_address


def read_bounce(data: bytes, secret: str) -> BounceReport | None:
    """The report in a mail; None when it came back to no letter of ours or reports no failure."""
    message = message_from_bytes(data)
    letter_id = _letter_id(message, secret)
    if letter_id is None:
        return None
    temporary, permanent = _failures(message)
    if not (temporary or permanent):
        return None
    code, text = _status(message)
    return BounceReport(letter_id, permanent, temporary, code, text)


def _letter_id(message: Message, secret: str) -> int | None:
    headers = [str(value) for name in ARRIVED_AT for value in message.get_all(name, [])]
    found = (find_letter_id(address, secret) for _, address in getaddresses(headers))
    return next((letter_id for letter_id in found if letter_id is not None), None)


def _failures(message: Message) -> tuple[frozenset[str], frozenset[str]]:
    """Who failed for now and for good. An odd mail on which a detector stumbles is no bounce that anybody can read."""
    try:
        temporary, permanent = all_failures(message)
    except Exception:
        return frozenset(), frozenset()
    return _lower(temporary), _lower(permanent)


def _lower(addresses: Collection[bytes]) -> frozenset[str]:
    return frozenset(address.decode("utf-8", "replace").lower() for address in addresses)


def _status(message: Message) -> tuple[str, str]:
    """Status and Diagnostic-Code of the first recipient of a delivery report."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in part.get_payload():
                if isinstance(block, Message) and "Status" in block:
                    return _field(block, "Status").split(" ")[0][:20], _field(block, "Diagnostic-Code")
    return "", ""


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())[:LONGEST_TEXT]
