"""No file of the project names a registry of packages, every package is pinned by its hash; CSV files run nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_OURS = {
    ".git",
    ".venv",
    ".venvs",
    ".venv-production",
    "instance",
    "__pycache__",
    "test-results",
    "node_modules",
    ".hypothesis",
}
REGISTRY = re.compile(
    r"pypi\.|pythonhosted|npmjs|jfrog|artifactory|deb\.debian\.org|ghcr\.io|docker\.io"
    r"|--(?:extra-)?index-url|--find-links|--trusted-host|index-servers",
    re.IGNORECASE,
)
PINNED = re.compile(r"^[\w.\[\]-]+==[^ ]+(?: ;[^\\]+)? \\$")


def our_files(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or path.name.endswith("_cache"):
            continue
        if path.is_dir():
            yield from our_files(path)
        elif path != Path(__file__):
            yield path


def test_no_file_names_a_registry() -> None:
    named = {
        str(path.relative_to(ROOT)): found
        for path in our_files()
        if (found := REGISTRY.findall(path.read_bytes().decode("utf-8", "ignore")))
    }
    assert named == {}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert packages
    assert [line for line in packages if not PINNED.match(line)] == []


def test_whoever_writes_a_csv_file_lets_no_spreadsheet_run_its_cells() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py")]
    writers = [text for text in texts if re.search(r"csv\.(?:w|DictW)riter\(", text)]
    assert len(writers) >= 3
    assert [text.partition("\n")[0] for text in writers if "neutralize_formula" not in text] == []
