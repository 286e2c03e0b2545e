"""The plan of a team to last: one a team, its lines in tables of their own so that several people fill it in at once.

No line says who wrote it. Each is saved by itself, `revision` counts how often, and `value` is what it says.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.bulletins.models import KeyDate
from app.database import Model, enum_column
from app.plans.values import Action, Ally, Handover, Need, PlanContent, Scenario
from app.plans.vocabulary import ActionBy, AllyKind, Axis, HandoverKind, Nature, ScenarioKind, Theme


class Plan(Model):
    """The plan of one team. `vision_revision` is 0 until its vision was saved."""

    __tablename__ = "plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), unique=True)
    vision: Mapped[str] = mapped_column(Text, default="")
    vision_revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    allies: Mapped[list[PlanAlly]] = relationship(cascade="all, delete-orphan", order_by="PlanAlly.id")
    scenarios: Mapped[list[PlanScenario]] = relationship(cascade="all, delete-orphan", order_by="PlanScenario.id")
    handovers: Mapped[list[PlanHandover]] = relationship(cascade="all, delete-orphan", order_by="PlanHandover.id")

    @property
    def value(self) -> PlanContent:
        return PlanContent(
            vision=self.vision,
            vision_revision=self.vision_revision,
            allies=tuple(line.value for line in self.allies),
            scenarios=tuple(line.value for line in self.scenarios),
            handovers=tuple(line.value for line in self.handovers),
            changed_at=self.changed_at,
        )


class PlanAlly(Model):
    """Somebody, or an administration, that helps the challenge to last."""

    __tablename__ = "plan_allies"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    kind: Mapped[AllyKind] = mapped_column(enum_column(AllyKind))
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=0)

    @property
    def value(self) -> Ally:
        return Ally(id=self.id, revision=self.revision, kind=self.kind, text=self.text)


class PlanScenario(Model):
    """One of the ways in which the challenge may go on."""

    __tablename__ = "plan_scenarios"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ScenarioKind] = mapped_column(enum_column(ScenarioKind))
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    needs: Mapped[list[PlanNeed]] = relationship(
        back_populates="scenario", cascade="all, delete-orphan", order_by="PlanNeed.id"
    )
    actions: Mapped[list[PlanAction]] = relationship(
        back_populates="scenario", cascade="all, delete-orphan", order_by="PlanAction.id"
    )

    @property
    def value(self) -> Scenario:
        return Scenario(
            id=self.id,
            revision=self.revision,
            kind=self.kind,
            text=self.text,
            needs=tuple(line.value for line in self.needs),
            actions=tuple(line.value for line in self.actions),
        )


class PlanNeed(Model):
    """A need or a difficulty of one scenario."""

    __tablename__ = "plan_needs"

    id: Mapped[int] = mapped_column(primary_key=True)
    scenario_id: Mapped[int] = mapped_column(ForeignKey("plan_scenarios.id", ondelete="CASCADE"), index=True)
    theme: Mapped[Theme] = mapped_column(enum_column(Theme))
    nature: Mapped[Nature] = mapped_column(enum_column(Nature))
    axis: Mapped[Axis | None] = mapped_column(enum_column(Axis))
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=0)
    scenario: Mapped[PlanScenario] = relationship(back_populates="needs")

    @property
    def plan_id(self) -> int:
        return self.scenario.plan_id

    @property
    def value(self) -> Need:
        return Need(
            id=self.id, revision=self.revision, theme=self.theme, nature=self.nature, axis=self.axis, text=self.text
        )


class PlanAction(Model):
    """Something to do in one scenario. While it is to be done and has a day, that day is a key date of the team."""

    __tablename__ = "plan_actions"

    id: Mapped[int] = mapped_column(primary_key=True)
    scenario_id: Mapped[int] = mapped_column(ForeignKey("plan_scenarios.id", ondelete="CASCADE"), index=True)
    by: Mapped[ActionBy] = mapped_column(enum_column(ActionBy))
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    key_date_id: Mapped[int | None] = mapped_column(ForeignKey("key_dates.id", ondelete="SET NULL"), unique=True)
    revision: Mapped[int] = mapped_column(default=0)
    key_date: Mapped[KeyDate | None] = relationship(cascade="all, delete-orphan", single_parent=True)
    scenario: Mapped[PlanScenario] = relationship(back_populates="actions")

    @property
    def plan_id(self) -> int:
        return self.scenario.plan_id

    @property
    def value(self) -> Action:
        return Action(
            id=self.id,
            revision=self.revision,
            by=self.by,
            text=self.text,
            owner=self.owner,
            due_on=self.due_on,
            done_on=self.done_on,
        )


class PlanHandover(Model):
    """Something that the team hands over, at a URL."""

    __tablename__ = "plan_handovers"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    kind: Mapped[HandoverKind] = mapped_column(enum_column(HandoverKind))
    url: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=0)

    @property
    def value(self) -> Handover:
        return Handover(id=self.id, revision=self.revision, kind=self.kind, url=self.url)
