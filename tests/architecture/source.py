"""Our own source as the tests of the architecture see it: modules, their trees, and whom they import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"


@dataclass(frozen=True)
class Import:
    """One import: the module named (ours as deep as a file goes), and whether it stands inside a function."""

    target: str
    late: bool


@dataclass(frozen=True)
class Module:
    """One file of ours; `name` is dotted, a package's `__init__` has the name of its folder."""

    name: str
    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def room(self) -> str | None:
        """The feature folder that it stands in, if it does."""
        parts = self.path.relative_to(APP).parts
        return parts[0] if len(parts) > 1 else None

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), str(self.path))

    @cached_property
    def imports(self) -> list[Import]:
        return list(_imports(self.tree))

    def calls(self) -> Iterator[str]:
        """What is called here, as written: `datetime.now`, `db.session.commit`, `print`."""
        return (ast.unparse(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call))


def our_modules() -> dict[str, Module]:
    """Every module of the application, by dotted name."""
    return {module.name: module for module in map(_module, sorted(APP.rglob("*.py")))}


def _module(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path)


def _imports(tree: ast.Module) -> Iterator[Import]:
    late = {
        id(node)
        for f in ast.walk(tree)
        if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(f)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, id(node) in late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, "imports are absolute here"
            yield from (Import(_deepest(node.module, alias.name), id(node) in late) for alias in node.names)


def _deepest(module: str, name: str) -> str:
    """`app.letters`, `outbox` → `app.letters.outbox` when that is a file or a folder of ours."""
    path = ROOT.joinpath(*module.split("."), name)
    return f"{module}.{name}" if path.with_suffix(".py").is_file() or path.is_dir() else module
