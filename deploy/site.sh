#!/bin/sh
# The site, as systemd, the container and the Procfile start it: PORT (8000) and WEB_WORKERS (2) may be set.
# docs/production.md says what the options are for. No access log: links hold secrets. Logs are in UTC, as those of the jobs.
set -eu
cd "$(dirname "$0")/.."
export TZ=UTC
.venv-production/bin/python -c 'import wsgi' # ends on wrong settings; granian would begin its workers anew without end
exec .venv-production/bin/granian --interface wsgi --no-ws --host "${HOST:-127.0.0.1}" --port "${PORT:-8000}" \
  --workers "${WEB_WORKERS:-2}" --blocking-threads 3 --backpressure 16 --workers-kill-timeout 10 \
  --respawn-failed-workers --log-config deploy/granian-log.json --no-access-log wsgi:app
