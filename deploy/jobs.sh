#!/bin/sh
# The job process, as systemd, the container and the Procfile start it. Several are safe, one is enough.
set -eu
cd "$(dirname "$0")/.."
export TZ=UTC
exec .venv-production/bin/flask timetable
