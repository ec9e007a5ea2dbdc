"""Jobs behind Services."""

from mblint.facts.way.members import service_members
from tests.facts.worlds import pods, service, world

SERVICE = service("web", "{selector: {app: web}, ports: [{port: 80, targetPort: http}]}")


def jobs(text: str) -> list[str]:
    return [row.jobs for row in service_members(world(text))]


def test_a_service_that_also_selects_a_job() -> None:
    job = pods("Job", "migrate", replaces="{app: web}")
    assert jobs(pods() + SERVICE + job) == ["Job/migrate"]
    assert jobs(pods() + SERVICE + pods("Job", "migrate")) == []
    assert jobs(SERVICE + job) == []  # a Service for a Job alone is meant for it


def test_a_job_without_the_named_target_port_is_no_endpoint() -> None:
    assert jobs(pods() + SERVICE + pods("Job", "migrate", replaces="{app: web}", port=None)) == []


def test_the_pod_of_a_helm_test_is_no_job() -> None:
    labels, test = "{app: web}", '{"helm.sh/hook": test}'
    assert jobs(pods() + SERVICE + pods("Pod", "smoke", replaces=labels, annotations=test)) == []
    install = '{"helm.sh/hook": post-install}'
    assert jobs(pods() + SERVICE + pods("Job", "seed", replaces=labels, annotations=install)) == ["Job/seed"]
