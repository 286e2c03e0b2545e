"""A promotion's life, counted again from the raw rows by plain Python written apart from the product's."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from app.database import db
from app.readership.figures.formats import as_json
from app.readership.figures.reports import month_figures, promotion_figures
from app.readership.models import Origin, ReadMark
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from app.weeks import Week, weeks_between
from tests.builders import make_digest, make_member, make_promotion

IN_MAY = datetime(2019, 5, 20, 10, 0, tzinfo=UTC)
MONTHS = [date(2019, number, 1) for number in (1, 2, 3, 4)]
ROLES = ["eig", "mentor"]


def make_life() -> Promotion:
    """A promotion of five months, with arrivals, departures, changes of part, late marks, and another one beside."""
    chance = random.Random(2019)
    promotion, other = make_promotion(), make_promotion(slug="promotion-2", name="Promotion 2")
    members = _members(promotion, 30) + _members(promotion, 24, Role.MENTOR)
    members += _members(promotion, 2, Role.COORDINATOR) + _members(promotion, 2, joined_on=date(2019, 3, 12))
    members += _members(promotion, 2, left_on=date(2019, 4, 2))
    habits = {member.id: chance.choice([0.1, 0.4, 0.8, 0.95]) for member in members}
    changing = members[0]  # its part, in the middle of March
    strangers = _members(other, 12)
    for week in weeks_between(Week.parse("2019-W03"), Week.parse("2019-W19")):
        if week.number == 12:
            changing.role = Role.MENTOR
            db.session.commit()
        digest = make_digest(promotion, week)
        _mark(digest.id, digest.issued_at.date(), members, habits, chance)
        foreign = make_digest(other, week)
        _mark(foreign.id, foreign.issued_at.date(), strangers, {m.id: 0.5 for m in strangers}, chance)
    return promotion


def _members(promotion: Promotion, number: int, role: Role = Role.EIG, **values: Any) -> list[Membership]:
    return [make_member(promotion, role, **values) for _ in range(number)]


def _mark(digest: int, day: date, members: list[Membership], habits: dict[int, float], chance: random.Random) -> None:
    rows = [
        {
            "digest_id": digest,
            "membership_id": member.id,
            "day": day + timedelta(days=chance.choice([0, 0, 0, 3, 9, 30])),
            "origin": chance.choice(list(Origin)),
        }
        for member in members
        if chance.random() < habits[member.id]
    ]
    db.session.execute(insert(ReadMark), rows)
    db.session.commit()


def _table(name: str, promotion: int) -> list[Any]:
    joined = f"SELECT x.* FROM {name} x JOIN digests d ON d.id = x.digest_id WHERE d.promotion_id = :p"
    return db.session.execute(text(joined), {"p": promotion}).mappings().all()


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


class Again:
    """The true counts of a promotion, from its raw rows."""

    def __init__(self, promotion: int) -> None:
        digests = db.session.execute(
            text("SELECT id, month, week FROM digests WHERE promotion_id = :p ORDER BY week"), {"p": promotion}
        )
        self.digests: dict[date, list[int]] = defaultdict(list)
        for digest, month, _week in digests:
            self.digests[_day(month)].append(digest)
        self.role = {(r["digest_id"], r["membership_id"]): r["role"] for r in _table("recipients", promotion)}
        self.mark = {(r["digest_id"], r["membership_id"]): r for r in _table("read_marks", promotion)}

    def month(self, month: date, role: str) -> dict[int, tuple[int, int, bool]]:
        """Of each eligible member: digests read, digests, measurable."""
        digests = self.digests[month]
        end = (month + timedelta(days=31)).replace(day=1) + timedelta(days=6)
        members = {m for d, m in self.role if d == digests[-1] and self.role[d, m] == role}
        eligible = {m for m in members if all((d, m) in self.role for d in digests)}
        found = {}
        for m in eligible:
            read = sum(1 for d in digests if (d, m) in self.mark and _day(self.mark[d, m]["day"]) <= end)
            by_hand = any(
                who == m and row["origin"] == "declared" and _day(row["day"]) <= end
                for (_, who), row in self.mark.items()
            )
            found[m] = (read, len(digests), read > 0 or by_hand)
        return found

    def histories(self, role: str) -> list[list[tuple[int, int]]]:
        """Of each member whose last part was `role`: digests read and digests, for each month as eligible."""
        found: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
        for month in MONTHS:
            for part in ROLES:
                for member, (read, digests, _) in self.month(month, part).items():
                    found[member].append((part, read, digests))
        return [[(read, digests) for _, read, digests in own] for own in found.values() if own[-1][0] == role]


@pytest.mark.usefixtures("app")
def test_figures_counted_again() -> None:
    promotion = make_life()
    again = Again(promotion.id)
    for month in MONTHS:
        groups = as_json(month_figures(promotion, month, IN_MAY))["groups"]
        for role in ROLES:
            _is_month(groups[role], list(again.month(month, role).values()))
    groups = as_json(promotion_figures(promotion, IN_MAY))["groups"]
    for role in ROLES:
        _is_span(groups[role], again.histories(role))


def _is_month(group: dict[str, Any], members: list[tuple[int, int, bool]]) -> None:
    classes = {
        "weekly": sum(1 for read, digests, _ in members if read == digests),
        "twice": sum(1 for read, digests, _ in members if 2 <= read < digests),
        "once": sum(1 for read, digests, _ in members if read == 1 < digests),
        "none": sum(1 for read, _, _ in members if read == 0),
    }
    measurable = sum(1 for _, _, measurable in members if measurable)
    _is(group, len(members), len(members) - classes["none"], classes)
    assert group["readers"] / len(members) <= group["coverage"] <= measurable / len(members)


def _is_span(group: dict[str, Any], histories: list[list[tuple[int, int]]]) -> None:
    habits = [_habit(history) for history in histories]
    classes = {name: habits.count(name) for name in ("weekly", "twice", "once", "rarely", "never")}
    _is(group, len(habits), classes["weekly"] + classes["twice"] + classes["once"], classes)


def _is(group: dict[str, Any], eligible: int, readers: int, classes: dict[str, int]) -> None:
    assert group["eligible"] == eligible
    assert group["readers"] == min(readers, eligible - 5)
    assert group["floor"] == group["readers"] / eligible
    assert group["at_least"] is (readers > eligible - 5)
    assert group["frequency"].keys() == classes.keys()
    assert any(group["frequency"].values())
    assert all(published in {None, classes[name]} for name, published in group["frequency"].items())


def _habit(months: list[tuple[int, int]]) -> str:
    def share(holds: Any) -> float:
        return sum(bool(holds(read, digests)) for read, digests in months) / len(months)

    if share(lambda read, digests: read == digests) >= 0.75:
        return "weekly"
    if share(lambda read, digests: read >= 2 or read == digests) >= 0.75:
        return "twice"
    if share(lambda read, digests: read >= 1) >= 0.75:
        return "once"
    return "rarely" if any(read for read, _ in months) else "never"
