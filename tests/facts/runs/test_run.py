"""What a container runs behind scripts and supervisors, and what servers that share it need together."""

from json import dumps
from textwrap import indent

import pytest

from mblint.facts.workers.modelled import modelled
from mblint.facts.workers.models.model import Model
from tests.facts.worlds import world

SHOP = """\
apiVersion: v1
kind: Pod
metadata: {{name: shop}}
spec:
  volumes: [{{name: files, configMap: {{name: files}}}}]
  containers:
    - name: shop
      image: registry.example/shop:1
      command: {command}
      env: [{{name: WORKERS, value: "3"}}]
      volumeMounts: [{{name: files, mountPath: /etc/shop}}]
      resources: {{limits: {{cpu: 500m, memory: 512Mi}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: files}}
data:
  file: |
"""


def found(command: str, file: str = "") -> Model | None:
    return next(iter(modelled(world(SHOP.format(command=command) + indent(file or "none", " " * 4))))).model


def test_a_supervisor_starts_the_programs_of_its_configuration() -> None:
    known = found(
        "[supervisord, -c, /etc/shop/file]",
        "[supervisord]\nnodaemon=true\n"
        "[program:web]\ncommand=uwsgi --http :8000 -p 4 --module shop.wsgi\nautorestart=true\n"
        "[program:jobs]\ncommand=celery -A shop worker\n  --concurrency=2\n",
    )
    assert known is not None
    web = found("[uwsgi, -p, '4', --module, shop.wsgi]")
    jobs = found("[celery, -A, shop.wsgi, worker, -c, '2']")
    assert web is not None
    assert jobs is not None
    assert known.name == "uwsgi and celery"
    assert web.memory is not None
    assert jobs.memory is not None
    assert known.memory is not None
    assert known.memory.base[1] == pytest.approx(
        web.memory.base[1] + 4 * web.memory.worker[1] + jobs.memory.base[1] + 2 * jobs.memory.worker[1]
    )


PROCFILE = "web: gunicorn shop.wsgi -w $WORKERS\njobs: celery -A shop worker -c 2\n# nothing: puma\n"


@pytest.mark.parametrize("command", ["[honcho, start, -f, /etc/shop/file]", "[foreman, -f, /etc/shop/file, start]"])
def test_a_procfile_has_a_process_a_line(command: str) -> None:
    known = found(command, PROCFILE)
    web, jobs = found("[gunicorn, shop.wsgi, -w, '3']"), found("[celery, -A, shop.wsgi, worker, -c, '2']")
    assert known is not None
    assert web is not None
    assert jobs is not None
    assert known.name == "gunicorn and celery"
    assert web.memory is not None
    assert jobs.memory is not None
    assert known.memory is not None
    assert known.memory.base[1] == pytest.approx(
        web.memory.base[1] + 3 * web.memory.worker[1] + jobs.memory.base[1] + 2 * jobs.memory.worker[1]
    )


def test_a_command_may_choose_processes_and_how_many() -> None:
    one = found("[honcho, start, -f, /etc/shop/file, jobs]", PROCFILE)
    twice = found("[honcho, start, -f, /etc/shop/file, -c, jobs=2, jobs]", PROCFILE)
    assert one is not None
    assert one.name == "celery"
    assert one.workers.max == 2
    assert twice is not None
    assert twice.name == "celery"
    assert found("[honcho, run, jobs, -f, /etc/shop/file]", PROCFILE) is None


def test_processes_that_are_off_or_several() -> None:
    off = "[program:web]\ncommand=gunicorn shop.wsgi -w %(ENV_WORKERS)s\n[program:x]\ncommand=puma\nautostart=false\n"
    known = found("[/usr/bin/supervisord]", off)
    assert known is not None
    assert (known.name, known.workers.max) == ("gunicorn", 3)
    twice = found("[supervisord]", "[program:web]\nnumprocs=2\ncommand=gunicorn shop.wsgi -w 1\n")
    once = found("[gunicorn, shop.wsgi, -w, '1']")
    assert twice is not None
    assert once is not None
    assert twice.memory is not None
    assert once.memory is not None
    assert twice.memory.base[1] == 2 * (once.memory.base[1] + once.memory.worker[1])


def test_a_configuration_that_nobody_sees() -> None:
    assert found("[supervisord]") is None
    assert found("[supervisord]", "[program:web]\ncommand=gunicorn shop.wsgi -w %(ENV_UNSEEN)s\n") is None


@pytest.mark.parametrize(
    "command", ["[/etc/shop/file]", "[/bin/sh, /etc/shop/file]", "[tini, --, bash, /etc/shop/file]"]
)
def test_a_script_that_is_mounted(command: str) -> None:
    known = found(command, "#!/bin/sh\nset -e\nexec gunicorn shop.wsgi -w $WORKERS\n")
    assert known is not None
    assert (known.name, known.workers.max) == ("gunicorn", 3)


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("celery -A shop worker -c 2 & exec gunicorn shop.wsgi", "celery and gunicorn"),
        ("celery -A shop beat &\ngunicorn shop.wsgi", "celery-beat and gunicorn"),
        ("gunicorn shop.wsgi > /dev/null 2>&1 && celery -A shop worker -c 2", None),
        ("gunicorn --check-config shop.wsgi && exec gunicorn shop.wsgi", None),
    ],
)
def test_what_runs_side_by_side(script: str, name: str | None) -> None:
    known = found(dumps(["sh", "-c", script]))
    assert (None if known is None else known.name) == name
