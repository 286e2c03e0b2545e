"""`python -m tests.look.lighthouse`: Lighthouse on the form, a digest and the archive of a site of the moment.

Needs Node, at development only, and Chromium (CHROMIUM, or the machine's own). LIGHTHOUSE names the program; without
it, npx fetches the version below. Exit status 1 when a category is under the bound. THEME=dsfr looks at that theme;
REPORTS names a folder for the whole reports.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app.clock import now
from app.database import db
from app.teams.models import Membership
from app.teams.sessions import begin_session
from app.teams.sign_in_views import SESSION_KEY
from tests.browser.conftest import NAMES
from tests.browser.live_site import LiveSite, running_site
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.database import make_tables

VERSION, BOUND = "12.8.2", 0.95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PAGES = {"form": "/promotion-3/bulletin", "digest": "/promotion-3/digests/2019-W09", "archive": "/promotion-3/digests"}
FORMS = {"phone": [], "desktop": ["--preset=desktop"]}
TEXT = "Montrer la carte à trois organismes, et écouter ce qu’ils en disent. " * 3


def main() -> int:
    """Print the scores; return the exit status."""
    low = 0
    with TemporaryDirectory() as folder:
        database = Path(folder) / "site.sqlite"
        make_tables(f"sqlite:///{database}")
        with running_site(database, Path(folder) / "letters") as site:
            cookie = _fill(site)
            headers = Path(folder) / "headers.json"
            headers.write_text(json.dumps({"Cookie": cookie, "Accept-Language": "fr"}))
            for name, path in PAGES.items():
                for form, options in FORMS.items():
                    scores = _scores(f"{site.url}{path}", headers, options)
                    low += sum(score < BOUND for score in scores.values())
                    told = "  ".join(f"{category} {score:.2f}" for category, score in scores.items())
                    sys.stdout.write(f"{name:8} {form:8} {told}\n")
    return 1 if low else 0


def _fill(site: LiveSite) -> str:
    """Make a promotion with three digests; return the cookie of an EIG's session."""
    if os.environ.get("THEME") == "dsfr":
        from app import dsfr

        site.app.config["SETTINGS"] = replace(site.app.config["SETTINGS"], theme="dsfr")
        site.app.register_blueprint(dsfr.pages)
    with site.rows():
        promotion = make_promotion()
        teams = [make_team(promotion, f"Défi {number}") for number in range(1, 13)]
        eig = make_member(promotion, "eig", teams[0])
        for week in ("2019-W07", "2019-W08", "2019-W09"):
            for team in teams:
                make_bulletin(team, week, priorities=TEXT[:200], ups_and_downs=TEXT)
    for week, friday in (("2019-W07", "2019-02-15"), ("2019-W08", "2019-02-22"), ("2019-W09", "2019-03-01")):
        site.at(f"{friday}T14:06:00+00:00")
        site.run("digest", "issue", "--week", week)
    site.at("2019-03-07T10:00:00+00:00")
    return _session_of(site, eig)


def _session_of(site: LiveSite, member: Membership) -> str:
    signer = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]
    with site.app.app_context():
        secret = begin_session(member.person_id, now())
        db.session.commit()
    return f"session={signer.dumps({'_user_id': str(member.person_id), SESSION_KEY: secret})}"


def _scores(url: str, headers: Path, options: list[str]) -> dict[str, float]:
    program = os.environ.get("LIGHTHOUSE")
    command = [program] if program else ["npx", "--yes", f"lighthouse@{VERSION}"]
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    flags = "--headless=new --no-sandbox"
    arguments = ["--quiet", "--output=json", f"--extra-headers={headers}", f"--chrome-flags={flags}", *options]
    env = {**os.environ, "CHROME_PATH": chromium}
    report = subprocess.run([*command, url, *arguments], env=env, check=True, capture_output=True, text=True).stdout
    found = json.loads(report)
    keep = os.environ.get("REPORTS")
    if keep:
        Path(keep, f"{url.rpartition('/')[2]}{len(options)}.json").write_text(report)
    return {category: float(found["categories"][category]["score"]) for category in CATEGORIES}


if __name__ == "__main__":
    sys.exit(main())
