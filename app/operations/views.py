"""For monitoring: whether the site and the job process are well (`/healthz`), and numbers (`/metrics`)."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, render_template, request

from app import clock
from app.access import Access, access
from app.extensions import settings
from app.job_ticks.rules import JobTrouble
from app.job_ticks.service import current_job_trouble
from app.operations.health import UnhealthyError, check_schema, find_fault
from app.operations.metrics import CONTENT_TYPE, render_metrics
from app.teams.sign_in_views import SignInForm
from app.version import product_version

pages = Blueprint("operations", __name__)

FORWARDING_HEADERS = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")


@pages.get("/healthz")
@access(Access.PUBLIC)
def healthz() -> Response:
    """Answer 200 while the site is well: the schema is right, the database takes a row, a page is rendered; else 503.

    What is wrong with the jobs is said in the answer and changes nothing in its status: the site itself is well.
    """
    fault = find_fault(lambda: render_template("home/welcome.html", form=SignInForm()))
    if fault:
        return _plain(f"{fault}\n", 503)
    return _plain(f"ok\nBulletins {product_version()}\njobs: {_describe(current_job_trouble(clock.now())) or 'ok'}\n")


@pages.get("/healthz/jobs")
@access(Access.PUBLIC)
def jobs_healthz() -> Response:
    """Answer 200 while the job process runs all of its jobs, else 503."""
    try:
        check_schema()
    except UnhealthyError as error:
        return _plain(f"{error}\n", 503)
    trouble = _describe(current_job_trouble(clock.now()))
    return _plain(f"{trouble}\n", 503) if trouble else _plain("ok\n")


@pages.get("/metrics")
@access(Access.PUBLIC)
def metrics() -> Response:
    """Give the metrics to a request with METRICS_TOKEN; without that setting, in development only, to this machine.

    A proxy on the same machine may pass requests on without a header that says so: in production no place is proof.
    """
    token = settings().metrics_token
    if token:
        given = request.authorization
        if not (given and given.type == "bearer" and hmac.compare_digest((given.token or "").encode(), token.encode())):
            return _plain("say the token: Authorization: Bearer …\n", 401, {"WWW-Authenticate": "Bearer"})
    elif settings().production or not _is_local():
        return _plain("set METRICS_TOKEN, and say it: Authorization: Bearer …\n", 403)
    return Response(render_metrics(), content_type=CONTENT_TYPE)


def _is_local() -> bool:
    """Return whether a program on this machine asks, and no proxy on it for somebody else."""
    original = request.environ.get("werkzeug.proxy_fix.orig", {})
    peers = {request.remote_addr, original.get("REMOTE_ADDR", request.remote_addr)}
    return all(_is_loopback(peer) for peer in peers) and not any(name in request.headers for name in FORWARDING_HEADERS)


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def _describe(trouble: JobTrouble) -> str:
    """Say what is wrong with the jobs, for whoever runs the server; "" when nothing is."""
    if trouble.never:
        return "never started (flask timetable)"
    if trouble.silent_since:
        return f"silent since {trouble.silent_since:%Y-%m-%d %H:%M:%S} UTC (flask timetable)"
    silent = [f"{name} silent since {since:%Y-%m-%d %H:%M:%S} UTC" for name, since in trouble.silent]
    failing = [f"{name} failing since {since:%Y-%m-%d %H:%M:%S} UTC" for name, since in trouble.failing]
    return ", ".join(silent + failing)


def _plain(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(text, status, headers, mimetype="text/plain")
