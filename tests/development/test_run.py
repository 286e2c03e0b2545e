"""`make run`, for real: everything comes up, says where it is, and ends without leaving a process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from smtplib import SMTP
from socket import create_server
from tempfile import gettempdir
from urllib.request import urlopen

import psutil
import pytest

from app.development.ports import find_asked_port, free_port
from config_files import ConfigError

ROOT = Path(__file__).parents[2]
LAST_LINE = "Ctrl-C ends all of it."
PATIENCE = 300  # seconds; for a busy machine


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings with a database of the module's own: the first test fills it with the demonstration."""
    folder = tmp_path_factory.mktemp("run")
    ours = {"DATABASE_URL": f"sqlite:///{folder / 'bulletins.sqlite'}", "MAILBOX": str(folder / "letters")}
    return {**os.environ, "DURABILITY": "relaxed", **ours}


@contextmanager
def running(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str, list[psutil.Process]]]:
    """The command once it is up, what it printed, and every process that it has started."""
    command = [sys.executable, "-m", "app.development"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        assert run.stdout
        output = ""
        for line in run.stdout:
            output += line
            if LAST_LINE in line:
                break
        assert LAST_LINE in output, output
        started = psutil.Process(run.pid).children(recursive=True)
        try:
            yield run, output, started
        finally:
            run.terminate()


def run_to_its_end(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The command that ends by itself, and what it printed."""
    command = [sys.executable, "-m", "app.development"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def assert_ends(run: subprocess.Popen[str], started: list[psutil.Process], wish: signal.Signals) -> None:
    """The command, asked to end, does so without an error and leaves no process."""
    assert len(started) >= 2
    run.send_signal(wish)
    assert run.wait(PATIENCE) == 0
    assert psutil.wait_procs(started, timeout=0)[1] == []


def site_url(output: str) -> str:
    return next(word for word in output.split() if word.startswith("http://127.0.0.1:"))


@pytest.fixture(autouse=True)
def one_at_a_time() -> Iterator[None]:
    """Let no other process of this run start the product meanwhile: both would look for the same free ports."""
    with (Path(gettempdir()) / f"bulletins-run-{os.getuid()}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


@pytest.mark.long
def test_it_serves_the_site_says_how_to_sign_in_and_ends_when_asked(environment: dict[str, str]) -> None:
    with running(environment) as (run, output, started):
        site = site_url(output)
        with urlopen(f"{site}/healthz") as answer:
            assert answer.status == 200
        with urlopen(f"{site}/mailbox") as answer:
            assert answer.status == 200
        for words in ("as an EIG", "as a mentor", "as a coordinator"):
            assert any(words in line and "@" in line for line in output.splitlines())
        assert_ends(run, started, signal.SIGTERM)


@pytest.mark.long
def test_it_takes_the_ports_that_it_is_given_and_ends_on_ctrl_c(environment: dict[str, str]) -> None:
    site, mailbox = free_port(5100), free_port(2600)
    ports = {"PORT": str(site), "SMTP_PORT": str(mailbox)}
    with running({**environment, **ports}) as (run, output, started):
        assert site_url(output) == f"http://127.0.0.1:{site}"
        with urlopen(f"http://127.0.0.1:{site}/healthz") as answer:
            assert answer.status == 200
        with SMTP("127.0.0.1", mailbox) as relay:
            assert relay.noop()[0] == 250
        assert_ends(run, started, signal.SIGINT)


@pytest.mark.long
@pytest.mark.parametrize("name", ["PORT", "SMTP_PORT"])
def test_it_does_not_start_on_a_port_that_is_taken(environment: dict[str, str], name: str) -> None:
    with create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run_to_its_end({**environment, name: port})
    assert result.returncode == 2
    assert f"{name}: " in result.stderr
    assert port in result.stderr


@pytest.mark.parametrize("name", ["PORT", "SMTP_PORT"])
@pytest.mark.parametrize("port", ["0", "65536", pytest.param("9" * 5000, id="longer than any number"), "http"])
def test_what_is_no_port_is_refused(name: str, port: str) -> None:
    with pytest.raises(ConfigError, match=f"{name}: '{port}' is not a whole number from 1 to 65535"):
        find_asked_port({name: port}, name)


@pytest.mark.long
def test_it_ends_with_a_message_when_a_part_dies(environment: dict[str, str]) -> None:
    with running(environment) as (run, _said, started):
        job = next(process for process in started if "timetable" in process.cmdline())
        job.kill()
        assert run.wait(PATIENCE) == 1
        assert run.stdout
        assert "The job process ended" in run.stdout.read()
        assert psutil.wait_procs(started, timeout=0)[1] == []


@pytest.mark.parametrize("port", ["5060", "5061", "6000", "6667", "10080", "22"])
def test_a_port_that_browsers_refuse_is_refused(port: str) -> None:
    with pytest.raises(ConfigError, match=f"PORT: browsers refuse port {port}; name another"):
        find_asked_port({"PORT": port}, "PORT")


def test_no_port_that_browsers_refuse_is_chosen() -> None:
    assert free_port(5060) >= 5062
    assert free_port(6665) not in range(6665, 6670)


def test_odd_settings_are_all_told_before_anything_starts(environment: dict[str, str]) -> None:
    result = run_to_its_end({**environment, "TIMEZONE": "Mars/Olympus", "THEME": "loud"})
    assert result.returncode == 2
    assert "TIMEZONE" in result.stderr
    assert "THEME" in result.stderr
