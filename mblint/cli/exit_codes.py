"""The exit codes of the contract."""

CLEAN = 0
FINDINGS = 1
USAGE = 2
UNTRUSTED_INPUT = 3
INTERNAL = 70
INTERRUPTED = 130
