"""The account of a scenario: what the rows say against what the relay got. Values in, values out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

SENT, FAILED, REFUSED = "sent", "failed", "refused"


@dataclass(frozen=True)
class Receipt:
    """One letter as the relay took it over; `content` is a digest of all its bytes."""

    message_id: str
    date: str
    recipient: str
    content: str


@dataclass(frozen=True)
class Row:
    """One letter as the database has it at the end; `sender` is its envelope address."""

    message_id: str
    sender: str
    state: str
    reason: str | None
    interruptions: int


@dataclass(frozen=True)
class Account:
    """`lost`: due, and neither received nor refused by the relay. `doubled`: copies beyond the first.

    `unexplained`: copies beyond those that the letter's recorded interruptions allow. `altered`: letters whose copies
    differ in any byte. `strangers`: received, and no row knows them.
    """

    due: int
    received: int
    refused: int
    lost: int
    doubled: int
    interruptions: int
    unexplained: int
    altered: int
    strangers: int

    @property
    def clean(self) -> bool:
        """Whether the promise was kept."""
        return not (self.lost or self.unexplained or self.altered or self.strangers)


def make_account(due: int, rows: Collection[Row], receipts: Iterable[Receipt], refused: Collection[str]) -> Account:
    """The account for `due` letters; `refused` are the envelope senders that the relay answered 5xx."""
    copies: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        copies[receipt.message_id].append(receipt)
    counts = Counter({message_id: len(found) for message_id, found in copies.items()})
    missing = [row for row in rows if not counts[row.message_id]]
    rightly = [row for row in missing if _is_refused(row, refused)]
    return Account(
        due=due,
        received=sum(counts[row.message_id] > 0 for row in rows),
        refused=len(rightly),
        lost=len(missing) - len(rightly) + max(0, due - len(rows)) + _unfinished(rows, counts),
        doubled=sum(counts.values()) - len(copies),
        interruptions=sum(row.interruptions for row in rows),
        unexplained=sum(max(0, counts[row.message_id] - 1 - row.interruptions) for row in rows),
        altered=sum(len(set(found)) > 1 for found in copies.values()),
        strangers=len(copies.keys() - {row.message_id for row in rows}),
    )


def _is_refused(row: Row, refused: Collection[str]) -> bool:
    return (row.state, row.reason) == (FAILED, REFUSED) and row.sender in refused


def _unfinished(rows: Iterable[Row], counts: Counter[str]) -> int:
    """Received, and the database does not know it to the end: it would be sent again."""
    return sum(counts[row.message_id] > 0 and row.state not in {SENT, FAILED} for row in rows)
