"""What the import contracts and ruff cannot say of the layers in a feature (the rest: `make lint`, pyproject.toml)."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
GATHER = {"app", "app.cli", "app.features"}  # `create_app` and what lists pages and commands
MAY_IMPORT = {  # by the end of a module's name: which others may import it
    "views": ("views",),
    "forms": ("forms", "page", "views"),
    "commands": ("commands",),
}
COMMITS = re.compile(r"\.commit\(|session\.begin\(|engine\.begin\(")


def test_pages_and_commands_are_imported_by_nothing_that_they_build_on() -> None:
    graph = grimp.build_graph("app")
    wrong = [
        f"{importer} imports {module}"
        for module in graph.modules
        for ending, importers in MAY_IMPORT.items()
        if module.endswith(ending)
        for importer in graph.find_modules_that_directly_import(module)
        if importer not in GATHER and not importer.endswith(importers)
    ]
    assert wrong == []


def test_only_services_commit() -> None:
    not_services = [
        path
        for pattern in ("*models.py", "*views.py", "*forms.py", "*page.py", "commands.py")
        for path in (ROOT / "app").rglob(pattern)
    ]
    assert len(not_services) >= 30
    assert [str(path) for path in not_services if COMMITS.search(path.read_text(encoding="utf-8"))] == []


def test_no_two_classes_have_one_name() -> None:
    """Whoever looks for a class by its name finds one; those of a single module begin with an underscore."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py")]
    names = Counter(name for text in texts for name in re.findall(r"^class ([A-Za-z]\w*)", text, re.MULTILINE))
    assert len(names) > 400
    assert [name for name, number in names.items() if number > 1] == []


def test_the_picture_of_the_architecture_has_the_layers_of_the_contract() -> None:
    [contract] = [
        each
        for each in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
        if each["id"] == "story"
    ]
    layer_of = {name.strip(): place for place, layer in enumerate(contract["layers"]) for name in layer.split(":")}
    picture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")[1].strip().split("\n")
    layers = [layer_of[line.split()[0]] for line in picture if not line.startswith("─")]
    assert layers == sorted(layers)
    assert set(layers) == set(layer_of.values())


def test_what_is_mandated_at_the_top_is_there() -> None:
    mandated = ["app", "migrations", "templates", "tests", "config.py", "wsgi.py"]
    assert [name for name in mandated if not (ROOT / name).exists()] == []


def test_nothing_listens_to_the_engine_after_its_test() -> None:
    """All tests of a process share one engine: a listener left behind makes some later test fail."""
    left = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("test_*.py")
        if (text := path.read_text(encoding="utf-8")).count("event." + "listen(") > text.count("event." + "remove(")
    ]
    assert left == [], "ask for the fixture on_engine"
