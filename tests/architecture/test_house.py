"""What stands in the house is what its plan says."""

from __future__ import annotations

import pytest

from tests.architecture.house import COMMIT, DOORS, FOUNDATIONS, NOT_BUILT_YET, PURE, ROOF, ROOMS, TOUCH_THE_WORLD
from tests.architecture.source import APP, ROOT, Module, our_modules

OURS = our_modules()
AT_THE_TOP = ["app", "migrations", "templates", "tests", "config.py", "wsgi.py"]


@pytest.mark.parametrize("name", AT_THE_TOP)
def test_what_is_mandated_at_the_top_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_the_rooms_are_those_of_the_story() -> None:
    assert {path.parent.name for path in APP.glob("*/__init__.py")} == set(ROOMS) - NOT_BUILT_YET


def test_every_module_beside_the_rooms_has_its_place() -> None:
    found = {name for name, module in OURS.items() if module.room is None and name != "app"}
    assert found == FOUNDATIONS | DOORS | ROOF


@pytest.mark.parametrize("listed", [PURE, TOUCH_THE_WORLD, COMMIT], ids=["pure", "touch the world", "commit"])
def test_every_module_that_the_plan_names_exists(listed: set[str]) -> None:
    assert listed - set(OURS) == set()


@pytest.mark.parametrize("module", OURS.values(), ids=str)
def test_every_module_says_at_its_head_what_it_is_for(module: Module) -> None:
    assert module.path.read_text(encoding="utf-8").startswith('"""')
