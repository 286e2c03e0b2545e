"""Programs that live and die together, with real programs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from app.development.supervisor import ProcessExitedError, StopRequestedError, Supervisor

Alive = Callable[[], list[str]]

STAYS = ("tail", "-f", "/dev/null")
DIES = (sys.executable, "-c", "raise SystemExit(3)")
IS_DONE = (sys.executable, "-c", "")
DEAF = "import pathlib, signal as s; s.signal(s.SIGTERM, s.SIG_IGN); pathlib.Path('deaf').touch(); s.pause()"
IS_DEAF = (sys.executable, "-c", DEAF)
WISHES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(os.environ, tmp_path, patience=1)
    yield supervisor
    supervisor.end()


@pytest.fixture
def alive(supervisor: Supervisor) -> Alive:
    """Names the programs started since the test began that still run."""
    before = psutil.Process().children()

    def names() -> list[str]:
        children = [child for child in psutil.Process().children() if child not in before]
        return [child.name() for child in children if child.status() != psutil.STATUS_ZOMBIE]

    return names


def test_a_program_that_dies_is_told_by_name_and_status(supervisor: Supervisor) -> None:
    supervisor.start("The site", *STAYS)
    supervisor.start("The job process", *DIES)
    with pytest.raises(ProcessExitedError, match="The job process ended with status 3"):
        supervisor.watch()


def test_while_all_is_well_the_watch_ends_after_its_time(supervisor: Supervisor, alive: Alive) -> None:
    supervisor.start("The site", *STAYS)
    supervisor.watch(seconds=0.01)
    assert alive() == ["tail"]


def test_a_program_run_to_its_end_is_not_missed(supervisor: Supervisor) -> None:
    supervisor.run("flask demo", *IS_DONE)
    supervisor.watch(seconds=0.01)


def test_a_program_that_fails_is_told(supervisor: Supervisor) -> None:
    with pytest.raises(ProcessExitedError, match="flask demo ended with status 3"):
        supervisor.run("flask demo", *DIES)


@pytest.fixture
def usual_signals() -> Iterator[None]:
    """What this process does on a signal, put back."""
    usual = {wish: signal.getsignal(wish) for wish in WISHES}
    yield
    for wish, handler in usual.items():
        signal.signal(wish, handler)


@pytest.mark.usefixtures("usual_signals")
@pytest.mark.parametrize("wish", WISHES)
def test_ctrl_c_a_service_manager_and_a_closed_terminal_ask_for_the_end(
    supervisor: Supervisor, wish: signal.Signals
) -> None:
    supervisor.handle_signals()
    supervisor.start("The site", *STAYS)
    os.kill(os.getpid(), wish)
    with pytest.raises(StopRequestedError):
        supervisor.watch(seconds=60)


def test_at_the_end_nothing_is_left(supervisor: Supervisor, alive: Alive) -> None:
    supervisor.start("The site", *STAYS)
    supervisor.start("The job process", *STAYS)
    supervisor.end()
    assert alive() == []


def test_a_program_that_does_not_listen_is_killed(supervisor: Supervisor, alive: Alive, tmp_path: Path) -> None:
    supervisor.start("The site", *IS_DEAF)
    while not (tmp_path / "deaf").exists():
        supervisor.watch(seconds=0.01)
    supervisor.end()
    assert alive() == []
