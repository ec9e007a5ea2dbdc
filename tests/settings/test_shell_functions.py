"""Functions of shell scripts that nobody calls do not run; where anything may call them they count."""

from __future__ import annotations

import pytest

from mblint.settings.shell_functions import parts_that_run, without_idle_functions

TWO_MODES = """#!/bin/sh
log() {
  echo "$1"
}
as_replica() {
  nc -z primary 5432
}
function as_primary() {
  if true; then
    log ready
  fi
}
as_primary
"""


def runs(script: str) -> str:
    return "".join(script[start:end] for start, end in parts_that_run(script))


def test_what_no_function_that_runs_calls_is_left_out() -> None:
    left = runs(TWO_MODES)
    assert "nc -z primary" not in left
    assert 'echo "$1"' in left  # through as_primary
    assert left.endswith("as_primary\n")


def test_what_is_left_out_is_blank_so_that_every_place_stays() -> None:
    left = without_idle_functions(TWO_MODES)
    assert len(left) == len(TWO_MODES)
    assert left.count("\n") == TWO_MODES.count("\n")
    assert "primary 5432" not in left
    assert left.index("log ready") == TWO_MODES.index("log ready")


@pytest.mark.parametrize(
    "script",
    [
        TWO_MODES.removeprefix("#!/bin/sh\n"),  # may be read in by another
        TWO_MODES.removesuffix("as_primary\n"),  # a library
        TWO_MODES + '"$@"\n',
        TWO_MODES + '"$MODE"\n',
        TWO_MODES + 'eval "as_$MODE"\n',
        TWO_MODES + "trap as_replica EXIT\n",
        TWO_MODES.replace("as_replica() {\n", "as_replica() (\n"),
        "#!/bin/sh\nas_replica() {\n  nc -z primary 5432\n",
    ],
)
def test_where_anything_may_call_them_all_counts(script: str) -> None:
    assert without_idle_functions(script) == script


def test_a_function_that_calls_itself_alone_does_not_run() -> None:
    script = "#!/bin/sh\nagain() {\n  nc -z primary 5432\n  again\n}\nready() {\n  true\n}\nready\n"
    assert "primary" not in runs(script)


def test_two_thousand_functions_that_call_each_other_end() -> None:
    chain = "".join(f"f{number}() {{\n  f{number + 1}\n}}\n" for number in range(2_000))
    script = f"#!/bin/sh\n{chain}f2000() {{\n  true\n}}\nf0\n"
    assert runs(script) == script
