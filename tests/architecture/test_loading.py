"""What only some installations use is loaded by those only: each start and each command waits for what is imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from app import create_app
from config_oidc import OidcSettings
from tests.fixtures.site import make_config
heavy = ("authlib", "apprise")
create_app(make_config())
print(*[name for name in heavy if name in sys.modules])
create_app(make_config(oidc=OidcSettings("https://provider.example", "id", "secret", "Provider")))
print(*[name for name in heavy if name in sys.modules])
"""


@pytest.mark.long
def test_the_libraries_of_providers_and_chats_are_loaded_where_they_are_used() -> None:
    run = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    result = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == ["", "authlib"]
