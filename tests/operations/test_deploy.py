"""The files of `deploy/`: what cannot be built here is checked, and the steps of the container are run as a script."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import yaml

from app.development.ports import free_port
from tests.fixtures.needs import lacking

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
HARDENED = ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n", "User=bulletins")
LOGS_A_LINK = re.compile(r"\$(request|request_uri|uri|args|query_string|http_referer)\b")
PATIENCE = 300.0  # seconds; for a busy machine


def container_steps() -> Iterator[tuple[str, list[str]]]:
    """Each instruction of the Containerfile with its words."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, *words = line.split()
            yield name, words


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_each_unit(unit: Path, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        lacking("no systemd-analyze")
    here = tmp_path / unit.name
    for other in UNITS:  # a timer names its service
        (tmp_path / other.name).write_text(other.read_text().replace("/opt/bulletins", str(ROOT)))
    done = subprocess.run(["systemd-analyze", "verify", here], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if unit.stem in line] == []


def test_every_service_is_hardened_and_reads_the_settings_from_a_file() -> None:
    services = [unit.read_text() for unit in UNITS if unit.suffix == ".service"]
    assert len(services) == 3
    for text in services:
        assert [each for each in (*HARDENED, "EnvironmentFile=/etc/bulletins.env") if each not in text] == []


def test_the_compose_file_migrates_once_before_the_site_and_the_jobs_and_holds_no_secret() -> None:
    text = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"]
    assert set(services) == {"database", "migrate", "site", "jobs", "mailbox"}
    for name in ("site", "jobs"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["migrate"]["restart"] == "no"
    assert all(":latest" not in service["image"] for service in services.values())
    assert all(port.startswith("127.0.0.1:") for service in services.values() for port in service.get("ports", []))
    secrets = re.findall(r"^ *(?:\w*PASSWORD|SECRET_KEY|\w*TOKEN): *(.+)$", text, re.MULTILINE)
    assert secrets
    assert all(secret.startswith("${") for secret in secrets)
    assert services["site"]["environment"]["DATABASE_URL"].count("${POSTGRES_PASSWORD") == 1


def test_the_image_runs_as_nobody_in_particular_and_copies_only_what_exists_and_holds_no_secret() -> None:
    steps = list(container_steps())
    assert ("USER", ["bulletins"]) in steps
    assert steps[0][0] == "FROM"
    copied = [word for name, words in steps if name == "COPY" and not words[0].startswith("--") for word in words[:-1]]
    assert [path for path in copied if not (ROOT / path).exists()] == []
    assert not any(path in {".", ".env", "instance"} for path in copied)
    assert ".env" in (ROOT / ".containerignore").read_text().splitlines()


def test_the_procfile_starts_what_the_units_start() -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert set(lines) == {"release", "web", "jobs"}
    for name in ("site", "jobs"):
        assert os.access(DEPLOY / f"{name}.sh", os.X_OK)
        assert any(f"deploy/{name}.sh" in line for line in lines.values())


def test_the_proxies_read_requests_whole_and_log_no_link() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    formats = re.findall(r"log_format[^;]*;", nginx)
    assert len(formats) == 1
    assert not LOGS_A_LINK.search(formats[0])
    assert nginx.count("{") == nginx.count("}")
    assert "proxy_request_buffering on;" in nginx
    assert "error_log /var/log/nginx/bulletins-error.log crit;" in nginx
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert "request>uri delete" in caddy
    assert "request_buffers" in caddy
    assert caddy.count("{") == caddy.count("}")


@pytest.mark.parametrize("page", ["down.html", "too-long.html"])
def test_the_pages_of_the_proxies_need_nothing_and_say_what_to_do_in_both_languages(page: str) -> None:
    text = (DEPLOY / "pages" / page).read_text(encoding="utf-8")
    assert 'lang="fr"' in text and 'lang="en"' in text
    assert "Revenez en arrière" in text and "Go back" in text
    assert not re.search(r"(?:src|href)=|url\(|@import", text), "what it would ask for does not answer either"
    for name in ("nginx.conf", "Caddyfile"):
        assert f"/{page}" in (DEPLOY / name).read_text(encoding="utf-8")
    assert "<!--number-->" in text
    assert "sub_filter '<!--number-->'" in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")


def test_a_line_of_the_server_has_its_zone() -> None:
    formatters = json.loads((DEPLOY / "granian-log.json").read_text())["formatters"]
    assert all(each["format"].startswith("%(asctime)s.%(msecs)03d+00:00 ") for each in formatters.values())
    assert all("TZ=UTC" in (DEPLOY / name).read_text() for name in ("site.sh", "jobs.sh", "Containerfile"))


@pytest.mark.long
@pytest.mark.slow_parts
def test_the_steps_of_the_image_make_a_site_that_is_well(tmp_path: Path) -> None:
    """What the Containerfile copies is enough: it is put into an empty folder, migrated, and started as there."""
    for name, words in container_steps():
        if name == "COPY" and not words[0].startswith("--"):
            *sources, target = words
            for source in sources:
                _copy(ROOT / source, tmp_path / target, inside=target.endswith("/"))
    (tmp_path / ".venv-production" / "bin").mkdir(parents=True)
    for program in ("flask", "granian", "pybabel", "python"):
        _stand_in(tmp_path / ".venv-production" / "bin" / program, program)
    port = free_port(8300)  # not one that the system gives to whoever connects meanwhile
    env = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "APP_ENV": "development",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'bulletins.sqlite'}",
        "PORT": str(port),
        "WEB_WORKERS": "1",
    }
    for command in (_compile_step(), ".venv-production/bin/flask db upgrade", ".venv-production/bin/flask version"):
        done = subprocess.run(
            ["sh", "-ec", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    log = tmp_path / "log"
    with log.open("wb") as output:
        site = subprocess.Popen(["deploy/site.sh"], cwd=tmp_path, env=env, stdout=output, stderr=output)
    try:
        assert _wait_for(f"http://127.0.0.1:{port}/healthz", log).startswith("ok\nBulletins ")
        with urlopen(f"http://127.0.0.1:{port}/") as page:
            assert "Bulletins" in page.read().decode()
    finally:
        site.terminate()
        site.wait()
    lines = log.read_text().splitlines()
    assert [
        line for line in lines if line and not re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\+00:00 ", line)
    ] == []
    assert not list((tmp_path / "data").glob("*-wal")), "the site folded the journal in as it ended"


@pytest.mark.long
def test_the_site_ends_on_wrong_settings(tmp_path: Path) -> None:
    for name in ("app", "templates", "wsgi.py", *(path.name for path in ROOT.glob("config*.py"))):
        (tmp_path / name).symlink_to(ROOT / name)
    _copy(DEPLOY / "site.sh", tmp_path / "deploy", inside=True)
    programs = tmp_path / ".venv-production" / "bin"
    programs.mkdir(parents=True)
    _stand_in(programs / "python", "python")
    (programs / "granian").write_text("#!/bin/sh\necho the server runs\n")
    (programs / "granian").chmod(0o755)
    env = {"PATH": os.environ["PATH"], "APP_ENV": "production", "SECRET_KEY": "short"}
    done = subprocess.run(
        ["deploy/site.sh"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 1
    assert "SECRET_KEY: shorter than 32 characters" in done.stderr
    assert "the server runs" not in done.stdout


def _copy(source: Path, target: Path, *, inside: bool) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        return
    target = target / source.name if inside else target
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def _stand_in(program: Path, name: str) -> None:
    """Call the program of the environment in which the tests run."""
    program.write_text(f'#!/bin/sh\nexec "{Path(sys.executable).with_name(name)}" "$@"\n')
    program.chmod(0o755)


def _compile_step() -> str:
    """The step that compiles the translations."""
    found = [
        " ".join(words).split("&&")[0] for name, words in container_steps() if name == "RUN" and "pybabel" in words[0]
    ]
    assert len(found) == 1
    return found[0]


def _wait_for(url: str, log: Path) -> str:
    until = monotonic() + PATIENCE
    while True:
        try:
            with urlopen(url) as answer:
                text: str = answer.read().decode()
                return text
        except URLError:
            assert monotonic() < until, log.read_text()
            Event().wait(0.02)  # and leave the processor to what starts
