"""Break one rule at a time, in a copy, and run the tests that should notice: `make mutants`.

The tests must pass before: `make mutants` runs `make test` first. The rules to break are in `mutants.toml`.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("mutants.toml")
NOT_COPIED = (".git", ".venv", "instance", "*_cache")
PYTEST = (sys.executable, "-m", "pytest", "-x", "-n", "0", "-m", "not long", "-rfE")
PASSED, FAILED = 0, 1  # exit statuses of pytest
TIMEOUT = 300  # seconds: an endless loop is noticed as well


class Result(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "SURVIVED"
    STALE = "STALE"  # the entry must be brought up to date: its text is not in the code, or its tests do not run


@dataclass(frozen=True)
class Mutant:
    """One broken rule: `old`, which occurs once in `file`, becomes `new`; `tests` (paths, node ids) must fail then."""

    number: int
    rule: str
    file: str
    old: str
    new: str
    tests: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the chosen mutants; the exit status is 0 when each was killed or, with `--check`, when no entry is stale."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="Break one rule at a time.")
    parser.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help="the entries to try; all by default")
    parser.add_argument("--check", action="store_true", help="only tell which entries are stale; run no test")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="how many to try at once; 2 by default")
    options = parser.parse_args(arguments)
    mutants = read_list()
    unknown = [number for number in options.numbers if not 1 <= number <= len(mutants)]
    if unknown or options.workers < 1:
        parser.error(f"entries are numbered from 1 to {len(mutants)}, and at least one is tried at once")
    chosen = [mutant for mutant in mutants if not options.numbers or mutant.number in options.numbers]

    fresh = []
    for mutant in chosen:
        if reason := why_stale(mutant):
            print_result(mutant, Result.STALE, f"\n    {reason}")
        else:
            fresh.append(mutant)
    stale = len(chosen) - len(fresh)
    if options.check:
        print(f"{stale} of {len(chosen)} entries are stale")
        return min(stale, 1)
    results = [*try_all(fresh, options.workers), *[Result.STALE] * stale]
    print(", ".join(f"{results.count(result)} {result.value}" for result in Result))
    return 0 if set(results) == {Result.KILLED} else 1


def read_list() -> list[Mutant]:
    """Return the mutants of the list, numbered from 1."""
    entries = tomllib.loads(LIST.read_text(encoding="utf-8"))["mutant"]
    return [Mutant(number, **entry) for number, entry in enumerate(entries, 1)]


def why_stale(mutant: Mutant) -> str | None:
    """Return what of an entry does not fit the code any more, as far as that is seen without running a test."""
    file = ROOT / mutant.file
    found = file.read_text(encoding="utf-8").count(mutant.old) if file.exists() else 0
    if found != 1:
        return f"{mutant.file} holds it {found} times instead of once: {mutant.old!r}"
    for node in mutant.tests.split():
        path, _, name = node.partition("::")
        source = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).is_file() else None
        if source is None or (name and f"def {name}(" not in source):
            return f"there is no {node}"
    return None


def try_all(mutants: list[Mutant], workers: int) -> list[Result]:
    """Try the mutants, `workers` at once, each worker in a copy of the project of its own."""
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(workers) as pool:
        for number in range(workers):
            copies.put(shutil.copytree(ROOT, Path(folder) / str(number), ignore=shutil.ignore_patterns(*NOT_COPIED)))
        return list(pool.map(lambda mutant: try_one(mutant, copies), mutants))


def try_one(mutant: Mutant, copies: SimpleQueue[Path]) -> Result:
    """Break the rule in a copy that nobody else uses meanwhile, run its tests, and print what became of it."""
    copy, began = copies.get(), time.monotonic()
    try:
        with broken(mutant, copy):
            result, detail = run_tests(mutant, copy)
    finally:
        copies.put(copy)
    print_result(mutant, result, f" ({time.monotonic() - began:.0f} s){detail}")
    return result


@contextmanager
def broken(mutant: Mutant, copy: Path) -> Iterator[None]:
    """Break the rule in `copy` for as long as the context lasts."""
    file = copy / mutant.file
    source = file.read_text(encoding="utf-8")
    file.write_text(source.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(source, encoding="utf-8")


def run_tests(mutant: Mutant, copy: Path) -> tuple[Result, str]:
    """Run the mutant's tests in `copy`; return what became of it, with what is worth reading of their output."""
    command = [*PYTEST, *mutant.tests.split()]
    try:
        tests = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return Result.KILLED, " endless"
    if tests.returncode == FAILED and (noticed := failed_test(tests.stdout)):
        return Result.KILLED, f" {noticed}"
    if tests.returncode == PASSED:
        return Result.SURVIVED, f"\n    {mutant.file}: {mutant.old!r} → {mutant.new!r}\n    with {mutant.tests}"
    return Result.STALE, f"\n    pytest could not run {mutant.tests}:\n{tests.stdout[-2000:]}{tests.stderr[-2000:]}"


def failed_test(output: str) -> str | None:
    """Return the name of the test that noticed; None where only what a test stands on broke, such as a fixture."""
    found = re.search(r"^FAILED (\S+)", output, re.MULTILINE)
    return found[1] if found else None


def print_result(mutant: Mutant, result: Result, detail: str) -> None:
    print(f"{mutant.number:3} {result.value:8} {mutant.rule}{detail}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
