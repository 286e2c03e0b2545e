"""What the README says for production: packages beside the old ones, and a server that starts and ends well."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from app.development.ports import free_port

ROOT = Path(__file__).parents[2]
BIN = ".venv-production/bin/"
PATIENCE = 300  # seconds; for a busy machine


def server_line(path: str) -> list[str]:
    """The command that a page names for the site, without its folder."""
    text = (ROOT / path).read_text().replace("\\\n", " ")
    (command,) = re.findall(rf"^ *{re.escape(BIN)}(granian .*)$", text, re.MULTILINE)
    return command.split()


def test_the_readme_and_the_manual_name_the_same_server() -> None:
    assert server_line("README.md") == server_line("docs/production.md")


@pytest.mark.long
def test_production_gets_its_own_packages_beside_those_in_use() -> None:
    command = ["make", "--dry-run", "venv-production"]
    steps = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (folder,) = set(re.findall(r"venv --clear (\S+)", steps))
    assert re.fullmatch(r"\.venvs/3\.\d+-[0-9a-f]{12}", folder)
    assert f"{folder}/bin/pip install" in steps
    assert "-r requirements.txt" in steps
    assert "requirements-dev" not in steps
    assert not re.search(r"\.venv(?![\w-])", steps), "the developers' environment is left alone"


def test_another_python_of_the_same_version_gets_packages_of_its_own(tmp_path: Path) -> None:
    other = tmp_path / "python"
    other.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c \'import sys; sys.base_prefix = "/other"; exec(sys.argv[2])\' "$@"\n'
    )
    other.chmod(0o755)
    folders = set()
    for python in (sys.executable, str(other)):
        command = ["make", "--dry-run", "venv-production", f"PYTHON={python}"]
        steps = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        folders |= set(re.findall(r"venv --clear (\S+)", steps))
    assert len(folders) == 2


def test_the_service_starts_the_server_of_the_readme() -> None:
    script = (ROOT / "deploy" / "site.sh").read_text()
    defaults = re.sub(r'"\$\{\w+:-([^}]*)\}"', r"\1", script).split()
    assert [word for word in server_line("README.md")[1:] if word not in defaults] == []


@pytest.mark.long
def test_the_server_warns_of_nothing_and_ends_on_sigterm_while_it_starts(tmp_path: Path) -> None:
    line = server_line("README.md")
    line[line.index("--port") + 1] = str(free_port(8100))
    line[line.index("--workers-kill-timeout") + 1] = "1"
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite'}", "SECRET_KEY": "of-my-own"}
    program = [str(ROOT / ".venv" / "bin" / line[0]), *line[1:]]
    with subprocess.Popen(
        program, cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True
    ) as server:
        starting = psutil.Process(server.pid)
        while not (workers := starting.children()):
            assert server.poll() is None
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0
        assert psutil.wait_procs(workers, timeout=0)[1] == []
        assert server.stdout
        assert "[WARNING] Configuration" not in server.stdout.read()
