"""Promotions, their teams, and the people in them."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_login import UserMixin
from sqlalchemy import JSON, Dialect, ForeignKey, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, enum_column
from app.teams.hours import (
    FormerHours,
    FormerHoursContent,
    WeeklyHours,
    from_content,
    keep_former,
    last_closed_week,
    make_timetable,
    to_content,
)
from app.teams.phases import Phase, phase_in
from app.teams.roles import Role, belongs, shown_role
from app.weeks import DUE_AUTOMATICALLY_FOR, Timetable, Week


class FormerHoursColumn(TypeDecorator[tuple[FormerHours, ...]]):
    """The hours that held before, oldest first, stored as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self,
        value: tuple[FormerHours, ...] | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> list[FormerHoursContent]:
        return to_content(value or ())

    def process_result_value(
        self,
        value: list[FormerHoursContent] | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> tuple[FormerHours, ...]:
        return from_content(value or ())


class Promotion(Model):
    """A cohort: its dates, its zone and country, its weekly timetable."""

    __tablename__ = "promotions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(64), default="Europe/Paris")
    country: Mapped[str | None] = mapped_column(String(6), default="FR")  # ISO 3166-1, or 3166-2
    locale: Mapped[str] = mapped_column(String(2), default="fr")
    closing_weekday: Mapped[int] = mapped_column(default=5)
    closes_at: Mapped[time] = mapped_column(default=time(15, 0))
    digest_at: Mapped[time] = mapped_column(default=time(15, 5))
    reminds_everyone_at: Mapped[time | None] = mapped_column(default=time(10, 0))
    reminds_unwritten_at: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["14:00", "14:45"])
    former_hours: Mapped[tuple[FormerHours, ...]] = mapped_column(FormerHoursColumn, default=())
    created_at: Mapped[datetime]
    days_off: Mapped[list[DayOff]] = relationship(cascade="all, delete-orphan", order_by="DayOff.day")
    teams: Mapped[list[Team]] = relationship(back_populates="promotion", order_by="Team.key")

    @property
    def timetable(self) -> Timetable:
        """The promotion's week as a pure value."""
        days_off = tuple(off.day for off in self.days_off)
        return make_timetable(self.hours, self.former_hours, days_off, self.starts_on, self.ends_on)

    @property
    def hours(self) -> WeeklyHours:
        """The hours that hold now, or from the week on after the last of `former_hours`."""
        return WeeklyHours(
            timezone=self.timezone,
            country=self.country,
            closing_weekday=self.closing_weekday,
            closes_at=self.closes_at,
            digest_at=self.digest_at,
            reminds_everyone_at=self.reminds_everyone_at,
            reminds_unwritten_at=tuple(time.fromisoformat(at) for at in self.reminds_unwritten_at),
        )

    def keep_hours_before(self, hours: WeeklyHours, first: Week | None) -> None:
        """Leave `hours`, which the promotion had until now, to the weeks before `first`; None: there are none."""
        self.former_hours = keep_former(self.former_hours, hours, first)

    def leave_to_closed_weeks(self, hours: WeeklyHours, closed: Week | None, now: datetime) -> Week | None:
        """Leave `hours`, just replaced, to the weeks that have closed; return the last of them, None for none.

        `closed` is the last one by those hours. One that is open by them and would have closed by the new ones counts.
        """
        if self.hours == hours:
            return closed
        last = max((week for week in (closed, self.last_closed_week(now)) if week), default=None)
        self.keep_hours_before(hours, last.next if last else None)
        return last

    def last_closed_week(self, now: datetime) -> Week | None:
        """Return the last week that has closed at `now` since the promotion was made here; None when there is none."""
        return last_closed_week(self.timetable, now, since=self.created_at)

    def today(self, now: datetime) -> date:
        """Return the day that `now` is in the promotion's zone."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def nearest_day(self, day: date) -> date:
        """Return the day itself within the promotion's dates, else the first or the last of them."""
        return max(self.starts_on, min(day, self.ends_on))

    def has_week(self, week: Week) -> bool:
        """Return whether `week` touches the promotion's dates."""
        return week.sunday >= self.starts_on and week.monday <= self.ends_on

    def issues_itself(self, week: Week, now: datetime) -> bool:
        """Return whether the digest of `week` is issued by itself, at `now` or later.

        Not that of a week that closed more than seven days ago, nor of one that closed before the promotion was made
        here: its bulletins may not have been imported yet, and nobody waits for its letters.
        """
        closes = self.timetable.closes(week) if self.has_week(week) else None
        return closes is not None and self.created_at <= closes and now <= closes + DUE_AUTOMATICALLY_FOR

    def is_past(self, week: Week, now: datetime) -> bool:
        """Return whether `week` has closed and its digest, if it has none yet, will only be issued by hand."""
        closes = self.timetable.closes(week) if self.has_week(week) else None
        return closes is not None and closes <= now and not self.issues_itself(week, now)

    def closed_before_made(self, week: Week) -> bool:
        """Return whether `week` had closed when the promotion was made here."""
        closes = self.timetable.closes(week)
        return closes is not None and closes < self.created_at

    def phase(self, now: datetime) -> Phase:
        """Return whether the promotion is still to begin, runs, or has ended at `now`."""
        return phase_in(self.timetable.week_at(now), Week.of(self.starts_on), Week.of(self.ends_on))

    def month_of(self, week: Week) -> date:
        """Return the first day of the month that a week is listed under: that of its digest, or else of its Friday."""
        return self.timetable.month(week) or week.day(5).replace(day=1)

    def month_ended_by(self, week: Week) -> date | None:
        """Return the first day of the month whose last digest is that of `week`; None when no month ends with it."""
        ends = self.has_week(week) and self.timetable.ends_month(week, Week.of(self.ends_on))
        return self.timetable.month(week) if ends else None


class DayOff(Model):
    """A day on which the whole promotion does not work, beyond the public holidays."""

    __tablename__ = "days_off"
    __table_args__ = (UniqueConstraint("promotion_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"))
    day: Mapped[date]


class Team(Model):
    """One challenge in one administration. `key` is its name as `team_key` gives it."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("promotion_id", "key"), UniqueConstraint("promotion_id", "slug"))

    id: Mapped[int] = mapped_column(primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(80))
    administration: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    active_from: Mapped[date | None]
    active_until: Mapped[date | None]
    promotion: Mapped[Promotion] = relationship(back_populates="teams")
    pauses: Mapped[list[Pause]] = relationship(cascade="all, delete-orphan", order_by="Pause.first_week")
    former_names: Mapped[list[FormerTeamName]] = relationship(
        cascade="all, delete-orphan", order_by="FormerTeamName.until"
    )

    def name_on(self, day: date) -> str:
        """Return what the team was called on `day`."""
        return next((former.name for former in self.former_names if day <= former.until), self.name)

    def is_active(self, day: date) -> bool:
        """Return whether the team works on `day`, by its own dates."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_until is None or day <= self.active_until
        )

    def is_active_in(self, week: Week) -> bool:
        """Return whether the team has a bulletin in `week`: it is active on one of its days, paused or not."""
        begins_in_time = self.active_from is None or self.active_from <= week.sunday
        return begins_in_time and (self.active_until is None or week.monday <= self.active_until)

    def is_paused(self, week: Week) -> bool:
        """Return whether the team is neither reminded nor missed in `week`."""
        return any(pause.first_week <= week <= pause.last_week for pause in self.pauses)


class FormerTeamName(Model):
    """A name that a team had until a day, that day included; the roster tells of it (`was:`)."""

    __tablename__ = "former_team_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    until: Mapped[date]


class Pause(Model):
    """Weeks, `first` to `last` included, in which a team is neither reminded nor missed."""

    __tablename__ = "pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    first_week: Mapped[Week]
    last_week: Mapped[Week]
    reason: Mapped[str] = mapped_column(String(200), default="")


class Person(UserMixin, Model):
    """Somebody, with an e-mail address unless it was erased.

    `link_epoch` stands in the links of their letters; when it grows, those of every letter sent before end.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str | None] = mapped_column(String(2))
    link_epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    memberships: Mapped[list[Membership]] = relationship(back_populates="person", cascade="all, delete-orphan")

    @property
    def display_name(self) -> str:
        return self.name or (self.email or "").partition("@")[0]


class Membership(Model):
    """One person's part in one promotion: one row, so that no one gets two letters or counts twice.

    Somebody with two parts keeps the one that writes or mentors as `role`, and coordinates besides.
    """

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("promotion_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    coordinates: Mapped[bool] = mapped_column(default=False)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    digest_unsubscribed_at: Mapped[datetime | None]
    reminders_unsubscribed_at: Mapped[datetime | None]
    invited_at: Mapped[datetime | None]  # from the site, the last time
    person: Mapped[Person] = relationship(back_populates="memberships")
    promotion: Mapped[Promotion] = relationship()
    team: Mapped[Team | None] = relationship()

    @property
    def locale(self) -> str:
        """The language in which they get letters and read what a letter links to."""
        return self.person.locale or self.promotion.locale

    def is_current(self, day: date) -> bool:
        """Return whether the person belongs to the promotion on `day`."""
        return belongs(day, self.joined_on, self.left_on)

    def role_at(self, now: datetime) -> Role:
        """Return what the member is called at `now`: an EIG of a promotion that has ended is one of its alumni."""
        return shown_role(self.role, ended=self.promotion.phase(now) is Phase.AFTER)
