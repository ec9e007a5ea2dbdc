"""What exec probes run, what that costs, and what costs nothing."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mblint.cluster.objects import Probe
from mblint.facts.workers.models.start_up import Share
from mblint.facts.workers.probe_commands import CostlyCommand, duration, probe_command
from mblint.manifests.documents import Document, Place
from mblint.software.programs import shipped_programs

MEASURED: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[3] / "benchmarks" / "models" / "measured-commands.yaml").read_text()
)
PLACE = Place(Document("-", "", 1, None, None, linted=True))


def costly(*command: str, image: str | None = None) -> CostlyCommand | None:
    """What `probe_command` says of a command."""
    probe = Probe("exec", None, None, command, 0, 10, 1, 1, 3, PLACE)
    return probe_command(probe, image, shipped_programs())


@pytest.mark.parametrize(
    ("command", "name", "waits"),
    [
        (("celery", "-A", "shop", "inspect", "ping"), "celery inspect", 1.0),
        (("celery", "-A", "shop", "inspect", "ping", "-d", "celery@shop"), "celery inspect", 0.0),
        (("celery", "-A", "shop", "inspect", "ping", "--timeout", "8"), "celery inspect", 8.0),
        (("sh", "-c", "celery -A shop inspect ping -d celery@$HOSTNAME | grep OK"), "celery inspect", 0.0),
        (("nautobot-server", "celery", "inspect", "ping"), "nautobot-server celery inspect", 1.0),
        (("/opt/rabbitmq/sbin/rabbitmqctl", "status"), "rabbitmqctl", 0.0),
        (("bash", "-ec", "rabbitmq-diagnostics -q check_running"), "rabbitmq-diagnostics", 0.0),
        (("/bin/sh", "-c", "nodetool status | grep UN"), "nodetool", 0.0),
        (
            ("/opt/kafka/bin/kafka-broker-api-versions.sh", "--bootstrap-server", "x:9092"),
            "kafka-broker-api-versions.sh",
            0.0,
        ),
        (("timeout", "10", "mongosh", "--eval", "db.hello()"), "mongosh", 0.0),
        (("sh", "-c", "exec /entrypoint airflow jobs check --local"), "airflow jobs check", 0.0),
        (("python", "manage.py", "check"), "manage.py", 0.0),
    ],
)
def test_what_a_costly_command_is_called_and_how_long_it_waits(
    command: tuple[str, ...], name: str, waits: float
) -> None:
    found = costly(*command)
    assert found is not None
    assert (found.name, found.waits) == (name, waits)


@pytest.mark.parametrize(
    "command",
    [
        ("pg_isready", "-U", "shop"),
        ("redis-cli", "ping"),
        ("mysqladmin", "ping"),
        ("pgrep", "-f", "celery inspect"),
        ("curl", "-f", "http://127.0.0.1:8000/manage.py"),
        ("celery", "-A", "shop", "worker"),
        ("mongo", "--eval", "db.stats()"),
        ("cat", "/tmp/healthy"),
        (),
    ],
)
def test_a_cheap_command_has_no_cost(command: tuple[str, ...]) -> None:
    assert costly(*command) is None


def test_the_tool_of_a_program_is_known_in_any_image() -> None:
    assert costly("rabbitmqctl", "status", image="registry.example/queue:1") == costly("rabbitmqctl", "status")


def test_a_call_takes_its_cpu_over_the_limit_and_what_it_waits() -> None:
    command = CostlyCommand("celery inspect", (0.5, 1, 2), 1.0, "class", "measured")
    needed = duration(command, Share(0.5, 4))
    assert (needed.low, needed.typical, needed.high) == (3, 5, 9)
    unlimited = duration(command, Share(None, 4))
    assert (unlimited.low, unlimited.typical, unlimited.high) == (2, 3, 5)


@pytest.mark.parametrize("one", MEASURED, ids=lambda one: str(one["command"]))
def test_a_row_covers_what_a_command_took(one: dict[str, Any]) -> None:
    found = costly(*one["probe"], image=one.get("image")) if "probe" in one else None
    if found is None:
        assert one["cpu-seconds"] <= 0.05
    else:
        assert found.cpu[0] <= one["cpu-seconds"] <= found.cpu[2]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("/opt/bitnami/scripts/zkCli.sh", "ls", "/"), "zkCli.sh"),
        (("sh", "-c", "php occ status"), "occ"),
        (("sh", "-c", "exec /var/lib/artemis-instance/bin/artemis check node"), "artemis"),
        (("node", "/app/health.js"), "node"),
    ],
)
def test_each_command_of_a_class_has_its_own_name(command: tuple[str, ...], name: str) -> None:
    found = costly(*command)
    assert found is not None
    assert found.name == name
