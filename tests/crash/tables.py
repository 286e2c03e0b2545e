"""The tables that a run of scenarios prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tests.crash.faulty_relay import ANSWERS, GREYLISTED, REFUSALS
from tests.crash.plan import Result
from tests.letters.scripted_relay import HANG_UP, SILENCE, TAKE_AND

COUNTS = ("due", "received", "refused", "lost", "doubled", "interruptions", "unexplained", "altered", "strangers")
WIDTH = 150


def show(results: list[Result]) -> None:
    """Print what the scenarios came to, at which points processes were killed, and what the relay did."""
    console = Console(width=WIDTH)
    console.print(_scenarios(results))
    console.print(_kills(results))
    console.print(_faults(results))


def _scenarios(results: list[Result]) -> Table:
    table = _table("Letters", "database", "processes", *COUNTS, "kills", "rounds", "seconds", "")
    for result in results:
        plan, account = result.plan, result.account
        counts = [str(getattr(account, name)) for name in COUNTS]
        fire = [str(result.kills.total()), str(result.rounds), f"{result.seconds:.0f}"]
        kept = "kept" if result.clean else "BROKEN"
        table.add_row(plan.database, f"{plan.processes} × {plan.command}", *counts, *fire, kept)
    sums = [str(sum(getattr(result.account, name) for result in results)) for name in COUNTS]
    kills, rounds = sum(result.kills.total() for result in results), sum(result.rounds for result in results)
    table.add_section()
    table.add_row("all", "", *sums, str(kills), str(rounds), f"{sum(result.seconds for result in results):.0f}", "")
    return table


def _kills(results: list[Result]) -> Table:
    kills = _added(result.kills for result in results)
    table = _table("Processes killed by SIGKILL", "", *kills)
    table.add_row("times", *(str(number) for number in kills.values()))
    return table


def _faults(results: list[Result]) -> Table:
    done = _added(result.faults for result in results)
    answers = (*REFUSALS, GREYLISTED, HANG_UP, SILENCE, TAKE_AND + HANG_UP, TAKE_AND + SILENCE)
    heads = (*(answer[:3] for answer in REFUSALS), "greylisted", *answers[len(REFUSALS) + 1 :])
    table = _table("What the relay answered instead of what it should", "at", *heads)
    for step in ANSWERS:
        table.add_row(step, *(str(done[step, answer] or "") for answer in answers))
    return table


def _table(title: str, *heads: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False)
    for head in heads:
        table.add_column(head, justify="left" if head in {"", "at", "database", "processes"} else "right", no_wrap=True)
    return table


def _added(counters: Iterable[Counter]) -> Counter:
    total: Counter = Counter()
    for counter in counters:
        total += counter
    return total
