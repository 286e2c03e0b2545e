"""The terms of a run of deliveries: how many at a time, how long a worker may hold a letter, when to pause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import current_app

from app.extensions import settings

OVERRIDES = "LETTER_TERMS"  # in the application's config, for a harness that cannot wait for minutes


@dataclass(frozen=True, slots=True)
class Terms:
    """`submit_lease` must outlast the slowest conversation that the time-outs (in seconds) allow."""

    connections: int = 1
    send_again: bool = True
    relaxed: bool = False
    batch: int = 50
    claim_lease: timedelta = timedelta(minutes=5)
    submit_lease: timedelta = timedelta(minutes=15)
    breaker_after: int = 5
    breaker_pause: timedelta = timedelta(seconds=30)
    command_timeout: float = 30
    answer_timeout: float = 300


def get_terms() -> Terms:
    """The terms that the settings ask for."""
    config = settings()
    terms = Terms(
        connections=config.connections,
        send_again=config.interrupted_letters == "at_least_once",
        relaxed=config.durability == "relaxed",
    )
    return replace(terms, **current_app.config.get(OVERRIDES, {}))
