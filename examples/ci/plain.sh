#!/bin/sh
# For any CI: what is not known yet fails the job; what is, stands in mblint-baseline.json.
# Write that file once, with --write-baseline mblint-baseline.json, and commit it.
set -eu

set -- --output junit=mblint.xml --fail-on warning
[ ! -f mblint-baseline.json ] || set -- "$@" --baseline mblint-baseline.json

# `exec`, and no pipe: a render that fails is exit code 3, never a clean report.
exec mblint exec "$@" -- helmfile -e "${ENVIRONMENT:-production}" template --quiet
