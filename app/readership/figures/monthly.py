"""The true figures of a month: who is eligible, who reads, how often. Values in, values out.

The rules are those of `docs/figures.md`. Nothing here may be shown as it is: `disclosure.py` says what may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from app.readership.survey import READING_CLASSES, Habit

RULE_VERSION = 2  # of the rules here and in `periods.py`: grows when one changes, and is stored with the counts


class Group(StrEnum):
    """Whom figures are about; ALL is the EIGs and the mentors, without anybody else."""

    EIG = "eig"
    MENTOR = "mentor"
    ALL = "all"


class Frequency(StrEnum):
    """How often a member read in a month, most often first: every digest; two or more, not all; one; none."""

    WEEKLY = "weekly"
    TWICE = "twice"
    ONCE = "once"
    NONE = "none"


IMPOSSIBLE = {1: frozenset({1, 2}), 2: frozenset({1})}  # by digests of the month: the numbers of these classes


class IssuedDigest(NamedTuple):
    """A digest of a month, and the day it was issued in the promotion's zone."""

    digest: int
    day: date


DigestsByMonth = Mapping[date, tuple[IssuedDigest, ...]]  # by the first day of the month


class CountedMember(NamedTuple):
    """A member as counted at the freezes of a month's digests; `group` is None outside the figures.

    `settled`: at how many of the digests that settle whom the month is about; `group`: theirs at the last of these;
    `read`: how many digests of the month they have marked by the last day that counts.
    """

    membership: int
    group: Group | None
    settled: int
    read: int


@dataclass(frozen=True, slots=True)
class MonthRows:
    """All that a month's figures are made from. `digests` are those that are not empty, earliest week first."""

    until: date  # the last day whose marks count
    digests: tuple[IssuedDigest, ...]
    counted: tuple[CountedMember, ...]
    settled_on: date | None = None  # the first day that figures of the month were shown of, while it was open
    first_declared: Mapping[int, date] = field(default_factory=dict)  # the first day a member marked one themselves
    automatic: Collection[int] = frozenset()  # members who had automatic marking on by then
    answers: Mapping[int, Habit] = field(default_factory=dict)  # of members, to the month's question


class MemberMonth(NamedTuple):
    """What one eligible member did in a month."""

    group: Group
    read: int  # of so many digests, of which there is at least one
    digests: int
    measurable: bool
    answer: Habit | None

    @property
    def frequency(self) -> Frequency:
        """The class of the member."""
        return frequency_of(self.read, self.digests)


def frequency_of(read: int, digests: int) -> Frequency:
    """Return the class of somebody who has read so many of a month's digests."""
    if read == 0:
        return Frequency.NONE
    if read == digests:
        return Frequency.WEEKLY
    return Frequency.ONCE if read == 1 else Frequency.TWICE


def digests_by(digests: Sequence[IssuedDigest], day: date) -> list[int]:
    """Return the digests that figures as of `day` are about: those issued by then.

    Where none was, all of them: who is eligible is known, though no mark can count yet (or any more).
    """
    return [issued.digest for issued in digests if issued.day <= day] or [issued.digest for issued in digests]


def settling_digests(digests: Sequence[IssuedDigest], until: date, settled_on: date | None) -> list[int]:
    """Return the digests at whose freezes a member must have been counted to be eligible.

    They are those of the figures, unless figures of the month were shown while it was open, the first as of
    `settled_on`: then those issued by that day. Nobody comes or goes any more, for two figures whose members differ by
    one tell what that one has read.
    """
    return digests_by(digests, until if settled_on is None else min(settled_on, until))


def first_shown_on(digests: Sequence[IssuedDigest], until: date) -> date | None:
    """Return the first day whose marks figures as of `until` can hold: that of the first digest; None before it."""
    return min((issued.day for issued in digests if issued.day <= until), default=None)


def is_measured(rows: MonthRows) -> bool:
    """Return whether a mark could count: a digest of the month was issued in time."""
    return first_shown_on(rows.digests, rows.until) is not None


def eligible_members(rows: MonthRows) -> dict[int, MemberMonth]:
    """Return the members counted at the freeze of every settling digest, by membership, each with their group there.

    Whoever has left since, or changed part, stays as they were counted: as somebody who reads nothing more.
    """
    settling = len(settling_digests(rows.digests, rows.until, rows.settled_on))
    digests = len(digests_by(rows.digests, rows.until))
    return {
        member.membership: _member_month(rows, member.membership, member.group, member.read, digests)
        for member in rows.counted
        if member.group and member.settled == settling
    }


def month_counts(members: Iterable[MemberMonth]) -> GroupCounts:
    """Return the counts of one group of members in a month."""
    members = list(members)
    return GroupCounts(
        classes=count_by(Frequency, (member.frequency for member in members)),
        measurable=sum(member.measurable for member in members),
        answers=count_by(Habit, (member.answer for member in members)),
        absent=IMPOSSIBLE.get(members[0].digests, frozenset()) if members else frozenset(),
    )


def is_measurable(rows: MonthRows, membership: int) -> bool:
    """Return whether a member's reading would be noticed: they have marked by hand, or automatic marking is on."""
    first = rows.first_declared.get(membership)
    return membership in rows.automatic or (first is not None and first <= rows.until)


def _member_month(rows: MonthRows, membership: int, group: Group, read: int, digests: int) -> MemberMonth:
    return MemberMonth(
        group=group,
        read=read,
        digests=digests,
        measurable=read > 0 or is_measurable(rows, membership),
        answer=rows.answers.get(membership),
    )


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """The true counts of one group, never to be shown as they are.

    `classes` go from the most frequent readers down, and the first three are those who read; `answers` are by Habit.
    """

    classes: tuple[int, ...]
    measurable: int
    answers: tuple[int, ...]
    absent: frozenset[int] = frozenset()  # the numbers of the classes that cannot have members
    always: int | None = None  # of a period: members with a mark in every single month

    @property
    def eligible(self) -> int:
        return sum(self.classes)

    @property
    def readers(self) -> int:
        return sum(self.classes[:READING_CLASSES])

    def plus(self, other: GroupCounts) -> GroupCounts:
        """Return the counts of two groups together."""
        return GroupCounts(
            classes=tuple(map(sum, zip(self.classes, other.classes, strict=True))),
            measurable=self.measurable + other.measurable,
            answers=tuple(map(sum, zip(self.answers, other.answers, strict=True))),
            absent=self.absent | other.absent,
            always=None if self.always is None or other.always is None else self.always + other.always,
        )


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """The counts of both groups over `months`, from the marks made up to and on the day `until`."""

    months: tuple[date, ...]
    until: date
    eig: GroupCounts
    mentor: GroupCounts


def count_by(classes: type[StrEnum], values: Iterable[StrEnum | None]) -> tuple[int, ...]:
    """Return how many of `values` are of each of `classes`, in their order."""
    counts = Counter(values)
    return tuple(counts[each] for each in classes)
