"""`make torture`: the long run, in tables. Exit status 1 when a letter is lost, or doubled without an interruption."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from random import randrange
from tempfile import TemporaryDirectory

from sqlalchemy import URL

from tests.crash.kill_points import BEFORE_SENDING, SENDING
from tests.crash.plan import DELIVER, LEAST_KILLS, TIMETABLE, Plan, Result
from tests.crash.scenario import run
from tests.crash.tables import show
from tests.fixtures.postgresql import new_database, running_server

WORKLOADS = ((DELIVER, 1), (DELIVER, 2), (DELIVER, 4), (TIMETABLE, 2))
DATABASES = ("sqlite", "postgresql")
LETTERS, KILLS = 20_000, 200  # at least


def main() -> int:
    """Run every scenario, one after the other."""
    options = parse_options()
    results = []
    with running_server() as server:
        for plan in _plans(options):
            what = f"{plan.processes} × flask {plan.command}, {plan.members} members, seed {plan.seed}"
            print(f"{plan.database}: {what} …", flush=True)
            results.append(_try(plan, server))
    show(results)
    return 0 if all(result.clean for result in results) and _enough(results, options.short) else 1


def parse_options(arguments: Sequence[str] | None = None) -> Namespace:
    """Read what was typed, or `arguments`; end with a sentence where no scenario can be made of it."""
    parser = ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--members", type=int, default=2600, help="of the promotion of each scenario")
    parser.add_argument("--kills", type=int, default=40, help=f"in each scenario: {LEAST_KILLS} or more, or 0")
    parser.add_argument("--seed", type=int, default=randrange(1_000_000), help="of the first scenario")
    parser.add_argument("--short", action="store_true", help=f"do not insist on {LETTERS} letters and {KILLS} kills")
    options = parser.parse_args(arguments)
    if options.kills and options.kills < LEAST_KILLS:
        parser.error(f"--kills {options.kills}: a scenario strikes at {LEAST_KILLS} moments before its letters leave")
    if options.members < 1:
        parser.error(f"--members {options.members}: a promotion has one or more")
    return options


def _plans(options: Namespace) -> Iterator[Plan]:
    """Every processes on every database; a relay that offers PIPELINING to every other scenario."""
    for number, (database, (command, processes)) in enumerate(product(DATABASES, WORKLOADS)):
        pipelining = (number + number // len(WORKLOADS)) % 2 == 1
        seed = options.seed + number
        yield Plan(database, command, processes, options.members, options.kills, seed, pipelining=pipelining)


def _try(plan: Plan, server: URL) -> Result:
    with TemporaryDirectory(prefix="bulletins-crash-") as name, _database(plan, server, Path(name)) as url:
        return run(plan, url, Path(name))


@contextmanager
def _database(plan: Plan, server: URL, folder: Path) -> Iterator[str]:
    if plan.database == "sqlite":
        yield f"sqlite:///{folder / 'bulletins.sqlite'}"
        return
    with new_database(server, f"crash_{plan.seed}") as url:
        yield url.render_as_string(hide_password=False)


def _enough(results: list[Result], short: bool) -> bool:
    letters = sum(result.account.due for result in results)
    kills = sum((result.kills for result in results), Counter())
    missed = {*BEFORE_SENDING, *SENDING} - kills.keys()
    if short or (letters >= LETTERS and kills.total() >= KILLS and not missed):
        return True
    print(f"Not enough fire: {letters} letters of {LETTERS}, {kills.total()} kills of {KILLS}; not struck at: {missed}")
    return False


if __name__ == "__main__":
    sys.exit(main())
