"""The site as the README starts it keeps no log of who opens and marks what."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from sqlalchemy import func, select

from app.database import db
from app.development.ports import free_port
from app.digests.reader_links import READER
from app.readership.models import ReadMark
from app.security import sign
from tests.builders import make_digest, make_member, make_promotion
from tests.fixtures.clock import START
from tests.fixtures.site import make_config, running_app

ROOT = Path(__file__).parents[2]
COMMAND = re.compile(r"^\s*\.venv-production/bin/(granian .+ wsgi:app)$", re.MULTILINE)
PATIENCE = 300.0  # seconds; for a busy machine
DIGEST = "/promotion-3/digests/2019-W09"


@contextmanager
def site(url: str, log: Path) -> Iterator[str]:
    """The address of the site on the database at `url`, started by the README's command; all it says goes to `log`."""
    found = COMMAND.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found, "the README does not say how to start the site"
    port = free_port(8200)  # not one that the system gives to whoever connects meanwhile
    command = [sys.executable, "-m", *found[1].split(), f"--port={port}", "--workers=1"]
    settings = {"APP_ENV": "development", "DATABASE_URL": url, "NOW": START, "SECRET_KEY": make_config().secret_key}
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=output, stderr=output)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    until = monotonic() + PATIENCE
    while True:
        try:
            urlopen(f"{address}/healthz").close()
        except URLError:
            assert monotonic() < until, "the site does not answer"
            Event().wait(0.02)  # and leave the processor to what starts
        else:
            return


def test_the_site_keeps_no_log_of_who_opens_and_marks_what(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "bulletins.sqlite")
    url, log = f"sqlite:///{tmp_path / 'bulletins.sqlite'}", tmp_path / "log"
    for _app in running_app(make_config(database_url=url)):
        member = make_member(make_promotion(), name="Léa", email="lea@jachere.example")
        token = sign(READER, [make_digest(member.promotion, "2019-W09").id, member.id])
        db.session.rollback()
        with site(url, log) as address:
            wait_for(address)
            with urlopen(f"{address}{DIGEST}?reader={token}") as page:
                assert "Léa" in page.read().decode()
            with urlopen(f"{address}{DIGEST}/read", urlencode({"reader": token}).encode()) as page:
                assert page.status == 200
        assert db.session.scalar(select(func.count()).select_from(ReadMark)) == 1
    output = log.read_text(encoding="utf-8")
    assert "granian" in output.lower(), "what the site says is seen"
    for trace in (token, "reader=", "digests", "Léa", "lea@", "127.0.0.1 -"):
        assert trace not in output
