"""What it costs a process that is not the first one to have every template ready, in each language: CPU seconds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import process_time

from app import create_app
from config import Config
from tests.bench.timing import Ratio

ROOT = Path(__file__).parents[2]
LANGUAGES = ("fr", "en")
PROCESSES = 5
AT_MOST = 0.3


def measure(url: str) -> list[Ratio]:
    """The seconds of a process after the first one, which may keep what it made for those that come."""
    first = {language: _start(url, language) for language in LANGUAGES}
    return [_later(url, language, first) for language in LANGUAGES]


def _later(url: str, language: str, first: Mapping[str, float]) -> Ratio:
    seconds = median(_start(url, language) for _ in range(PROCESSES))
    what = f"every template in {language}, ours, against the first start"
    return Ratio(what, seconds, first[language], seconds / first[language], f"≤ {AT_MOST:g} s", seconds <= AT_MOST)


def _start(url: str, language: str) -> float:
    command = [sys.executable, "-m", "tests.bench.templates", url, language]
    process = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return float(process.stdout)


def _load(url: str, language: str) -> float:
    """Load each template twice, as a page does that comes back to it."""
    app = create_app(Config.from_env({"DATABASE_URL": url}))
    names = app.create_global_jinja_loader().list_templates()
    with app.test_request_context(headers={"Accept-Language": language}):
        begun = process_time()
        for name in names * 2:
            app.jinja_env.get_template(name)
        return process_time() - begun


if __name__ == "__main__":
    print(_load(*sys.argv[1:]))
