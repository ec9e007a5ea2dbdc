#!/bin/sh
# helm mblint WORDS…: lints what `helm template WORDS…` renders. MBLINT_… variables set mblint's options.
command -v mblint >/dev/null || {
  echo "helm mblint: mblint is not on the PATH (pipx install mblint, or pip install . in its checkout)" >&2
  exit 2
}
exec mblint exec -- "${HELM_BIN:-helm}" template "$@"
