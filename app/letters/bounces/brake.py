"""The brake: many addresses that seem to end at once are one fault of the relay, of a domain or of ours, not many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

A_FEW = 3  # addresses of one domain
LARGEST_SHARE = 10  # one address in so many of an edition


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address (lower case) that a reading would suppress, and the edition that it was written to: a reference."""

    email: str
    edition: str

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


def is_too_much(candidates: Iterable[Candidate], sizes: Mapping[str, int]) -> bool:
    """Return whether `candidates` are more than a few of one domain, or more than a tenth of an edition.

    `sizes` is the number of letters of each edition. One address alone is never too much.
    """
    domains: defaultdict[str, set[str]] = defaultdict(set)
    editions: defaultdict[str, set[str]] = defaultdict(set)
    for candidate in candidates:
        domains[candidate.domain].add(candidate.email)
        editions[candidate.edition].add(candidate.email)
    return any(len(emails) > A_FEW for emails in domains.values()) or any(
        len(emails) > max(1, sizes[edition] / LARGEST_SHARE) for edition, emails in editions.items()
    )
