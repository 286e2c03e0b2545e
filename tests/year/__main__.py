"""`make year`: a year of 17 teams and 93 members, and its account. Exit status 1 when anything is lost or doubled."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.year.course import Plan, run


def main() -> int:
    """Live the year on SQLite, and print what it came to."""
    argparse.ArgumentParser(
        prog="python -m tests.year", description="Live a year of a promotion on SQLite, in some minutes."
    ).parse_args()
    plan, begun = Plan(), monotonic()
    print(
        f"{plan.teams} teams, {plan.members} members, {plan.weeks} weeks, down for the weekends of {plan.down}, "
        f"{plan.decided.weeks} digests put off, held or sent by hand …",
        flush=True,
    )
    with TemporaryDirectory(prefix="bulletins-year-") as folder:
        account = run(plan, f"sqlite:///{Path(folder) / 'bulletins.sqlite'}")
    for name, number in asdict(account).items():
        print(f"{name.replace('_', ' '):20}{number:8}")
    print(f"{'seconds':20}{monotonic() - begun:8.0f}")
    for fault in account.faults:
        print(f"BROKEN: {fault}")
    return 1 if account.faults else 0


if __name__ == "__main__":
    sys.exit(main())
