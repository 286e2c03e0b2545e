"""Break one rule at a time, in a copy, and run the tests that should notice: `make mutants`.

They must all pass before: `make mutants` runs `make test` first.
The rules to break are in `mutants.toml`; to try some of them, name their numbers: `python -m tests.mutants 3 17`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("mutants.toml")
NOT_OURS = (".git", ".venv", "instance", "*_cache")
COPIES = 2  # as many run at the same time
PYTEST = (sys.executable, "-m", "pytest", "-x", "-n", "0", "-m", "not long")
PASSED, FAILED = 0, 1  # exit statuses of pytest
TIMEOUT = 300  # seconds: an endless loop is noticed as well


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "SURVIVED"
    STALE = "STALE"  # the list must be adapted: its text is not in the code, or its tests do not run


@dataclass(frozen=True)
class Mutant:
    """One broken rule: `old` stands once in `file` (or, where that is gone, in all of `app/`); `tests` notice `new`."""

    number: int
    rule: str
    file: str
    old: str
    new: str
    tests: str


def main(chosen: list[str]) -> int:
    """Try the chosen mutants, or all; the exit status is 0 when each was killed."""
    mutants = [mutant for mutant in read_list() if not chosen or str(mutant.number) in chosen]
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(COPIES) as pool:
        for number in range(COPIES):
            copies.put(copy_project(Path(folder) / str(number)))
        fates = list(pool.map(lambda mutant: attempt(mutant, copies), mutants))
    print(", ".join(f"{fates.count(fate)} {fate.value}" for fate in Fate))
    return 0 if set(fates) == {Fate.KILLED} else 1


def read_list() -> list[Mutant]:
    """The mutants of the list, numbered from 1."""
    entries = tomllib.loads(LIST.read_text(encoding="utf-8"))["mutant"]
    return [Mutant(number, **entry) for number, entry in enumerate(entries, 1)]


def copy_project(folder: Path) -> Path:
    """A copy of the whole project in `folder`."""
    return Path(shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_OURS)))


@contextmanager
def borrow(copies: SimpleQueue[Path]) -> Iterator[Path]:
    """A copy that nobody else uses meanwhile."""
    copy = copies.get()
    try:
        yield copy
    finally:
        copies.put(copy)


def attempt(mutant: Mutant, copies: SimpleQueue[Path]) -> Fate:
    """Break the rule, run its tests, mend it again, and print what became of it."""
    with borrow(copies) as copy:
        fate, detail = _attempt(mutant, copy)
    print(f"{mutant.number:3} {fate.value:8} {mutant.rule}{detail}", flush=True)
    return fate


def _attempt(mutant: Mutant, copy: Path) -> tuple[Fate, str]:
    places = find_places(mutant, copy)
    if len(places) != 1:
        return Fate.STALE, f"\n    stands in {len(places)} files instead of one: {mutant.old!r}"
    source = places[0].read_text(encoding="utf-8")
    places[0].write_text(source.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        result = run_tests(mutant.tests, copy)
    except subprocess.TimeoutExpired:
        return Fate.KILLED, " (endless)"
    finally:
        places[0].write_text(source, encoding="utf-8")
    if result.returncode == FAILED:
        return Fate.KILLED, f"  [{failed_test(result.stdout)}]"
    if result.returncode == PASSED:
        return Fate.SURVIVED, f"\n    {mutant.file}: {mutant.old!r} → {mutant.new!r}\n    with {mutant.tests}"
    return Fate.STALE, f"\n    pytest could not run {mutant.tests}:\n{result.stdout[-2000:]}{result.stderr[-2000:]}"


def find_places(mutant: Mutant, copy: Path) -> list[Path]:
    """The files that hold the mutant's text exactly once: its own, or any of the application where it has moved."""
    own = copy / mutant.file
    files = [own] if own.exists() and mutant.old in own.read_text(encoding="utf-8") else (copy / "app").rglob("*.py")
    return [file for file in files if file.read_text(encoding="utf-8").count(mutant.old) == 1]


def run_tests(tests: str, copy: Path) -> subprocess.CompletedProcess[str]:
    """What pytest says of `tests` (its arguments: paths, and a `-k` with words joined by "_or_") in a copy."""
    arguments = [argument.replace("_or_", " or ") for argument in tests.split()]
    return subprocess.run([*PYTEST, *arguments], cwd=copy, capture_output=True, text=True, timeout=TIMEOUT, check=False)


def failed_test(output: str) -> str:
    """The name of the test that noticed."""
    found = re.search(r"^_{3,} (?:ERROR at \w+ of )?(.+?) _{3,}$", output, re.MULTILINE)
    return found[1] if found else "?"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
