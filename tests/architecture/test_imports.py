"""Imports go one way: down the feature (views → service → models → pure) and along the story."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.architecture.house import (
    DOORS,
    FOUNDATIONS,
    LATE_IMPORTS,
    PURE,
    ROOF,
    ROOMS,
    TOUCH_THE_WORLD,
    UNKNOWN_TO_PURE,
    Role,
    role_of,
)
from tests.architecture.source import Import, Module, our_modules

OURS = our_modules()
MODULES = OURS.values()


def our_imports(module: Module) -> list[Module]:
    """The modules of ours that it imports, its own package aside."""
    return [OURS[found.target] for found in module.imports if found.target in OURS and found.target != "app"]


def impure_imports(module: Module) -> set[str]:
    """What it imports of the web, the database, the clock, the settings, the outside."""
    names = {found.target for found in module.imports}
    return {n for n in names if n.startswith("flask") or n in UNKNOWN_TO_PURE or n.split(".")[0] in UNKNOWN_TO_PURE}


@pytest.mark.parametrize("module", [m for m in MODULES if m.room], ids=str)
def test_a_room_imports_only_rooms_above_it(module: Module) -> None:
    above = ROOMS[: ROOMS.index(module.room or "") + 1]
    strangers = [str(found) for found in our_imports(module) if found.room and found.room not in above]
    assert strangers == []


@pytest.mark.parametrize("module", [m for m in MODULES if m.room], ids=str)
def test_imports_go_down_the_feature(module: Module) -> None:
    upwards = [str(found) for found in our_imports(module) if found.room and role_of(found) > role_of(module)]
    assert upwards == []


@pytest.mark.parametrize("module", [m for m in MODULES if m.room], ids=str)
def test_no_room_imports_what_gathers_the_rooms(module: Module) -> None:
    assert [str(found) for found in our_imports(module) if found.name in ROOF] == []


@pytest.mark.parametrize("name", sorted(FOUNDATIONS))
def test_what_all_rooms_stand_on_imports_no_room(name: str) -> None:
    assert [str(found) for found in our_imports(OURS[name]) if found.room] == []


@pytest.mark.parametrize("name", sorted(DOORS))
def test_a_door_knows_the_teams_and_no_other_room(name: str) -> None:
    assert {found.room for found in our_imports(OURS[name])} <= {None, "teams"}


@pytest.mark.parametrize("name", sorted(PURE))
def test_a_pure_module_knows_no_web_database_clock_or_settings(name: str) -> None:
    assert impure_imports(OURS[name]) == set()


@pytest.mark.parametrize("name", sorted(PURE))
def test_a_pure_module_imports_only_pure_ones(name: str) -> None:
    assert {found.name for found in our_imports(OURS[name])} - PURE == set()


def test_a_module_that_could_be_pure_is_said_to_be_or_to_touch_the_world() -> None:
    could_be = {
        module.name
        for module in MODULES
        if role_of(module) <= Role.SERVICE
        and not impure_imports(module)
        and {found.name for found in our_imports(module)} <= PURE | TOUCH_THE_WORLD
    }
    entrances = {module.name for module in MODULES if module.path.name == "__init__.py"}
    unsaid = could_be - PURE - TOUCH_THE_WORLD - entrances - {"app.clock"}
    assert not unsaid, f"say in tests/architecture/house.py what these are: {sorted(unsaid)}"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_late_imports_are_only_those_with_a_reason(module: Module) -> None:
    assert {found.target for found in module.imports if found.late} <= LATE_IMPORTS.get(module.name, set())


def test_every_late_import_with_a_reason_exists() -> None:
    for name, targets in LATE_IMPORTS.items():
        assert {Import(target, late=True) for target in targets} <= set(OURS[name].imports)


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {module.name: {found.name for found in our_imports(module)} - {module.name} for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]), pytrace=False)
