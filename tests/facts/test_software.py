"""The containers whose software is known."""

from mblint.facts.software import running_programs
from mblint.software.network import Listens
from tests.facts.worlds import world

TEXT = """
apiVersion: v1
kind: Pod
metadata: {name: board}
spec:
  containers:
    - {name: web, image: "grafana/grafana:11.2.0", env: [{name: GF_SERVER_HTTP_PORT, value: "4000"}]}
    - {name: other, image: "example/app:1"}
    - {name: database, image: "postgres:17-alpine"}
"""


def test_known_containers_come_with_their_version_and_what_they_are_told() -> None:
    found = running_programs(world(TEXT))
    assert [(one.container.name, one.running.program.name, str(one.running.version)) for one in found] == [
        ("web", "Grafana", "11.2.0"),
        ("database", "PostgreSQL", "17"),
    ]
    web, database = found
    port = web.told.first(web.running.entries(Listens)[0].setting)
    assert port is not None
    assert port.value == "4000"
    assert database.told.first(database.running.entries(Listens)[0].setting) is None
