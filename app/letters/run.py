"""One run of deliveries: who does it, on which terms, by which clock."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from app.letters.terms import Terms


def _worker_name() -> str:
    """Who holds a lease: never the same twice, and readable in an event."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:12]}"


@dataclass(frozen=True, slots=True)
class Run:
    """What everything that a run does needs to know."""

    now: Callable[[], datetime]
    terms: Terms
    worker: str = field(default_factory=_worker_name)
