"""Ports on which nothing listens."""

import pytest

from mblint.facts.listening.ports import used_ports
from mblint.facts.listening.rows import UsedPort
from tests.facts.worlds import world


def rows(container: str, target: str | int, more: str = "") -> list[UsedPort]:
    """Those of a Deployment with this container, and of a Service that leads to a port of it."""
    text = f"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {{name: shop}}
        spec:
          selector: {{matchLabels: {{app: shop}}}}
          template:
            metadata: {{labels: {{app: shop}}}}
            spec:
              containers:
                - {container}
                {more}
        ---
        apiVersion: v1
        kind: Service
        metadata: {{name: shop}}
        spec: {{selector: {{app: shop}}, ports: [{{port: 80, targetPort: {target}}}]}}
        """
    return list(used_ports(world(text)))


def found(settings: str, declared: str, target: str, *, more: str = "") -> list[tuple[int, str, bool]]:
    container = f'{{name: shop, image: "registry.example/shop:1", {settings}, ports: [{declared}]}}'
    return [(row.port, row.verdict, row.declared) for row in rows(container, target, more)]


PORT_3000 = 'env: [{name: PORT, value: "3000"}]'


@pytest.mark.parametrize(
    ("settings", "declared", "target", "verdict"),
    [
        (PORT_3000, "", "3000", "listened"),
        (PORT_3000, "", "8080", "not-listened"),
        (PORT_3000, "{containerPort: 8080}", "8080", "not-listened"),
        (PORT_3000, "{name: metrics, containerPort: 8080}", "metrics", "unknown"),
        (PORT_3000, "{containerPort: 3000}, {containerPort: 8080}", "8080", "unknown"),
        ('args: ["--host=db", "--port=5432"]', "", "8080", "unknown"),
        ('args: ["--port=3000", "--admin=:8080"]', "", "8080", "unknown"),
        ('env: [{name: GREETING, value: "3000"}]', "", "8080", "unknown"),
    ],
)
def test_only_what_says_where_it_listens_proves_silence(
    settings: str, declared: str, target: str, verdict: str
) -> None:
    assert [row[1] for row in found(settings, declared, target)] == [verdict]


def test_a_second_container_may_be_the_one_that_listens() -> None:
    more = '- {name: other, image: "registry.example/other:1"}'
    assert found(PORT_3000, "", "8080", more=more) == [(8080, "unknown", False)]


def test_a_program_that_listens_on_more_than_its_file_names_proves_nothing() -> None:
    def verdicts(image: str, target: int) -> list[str]:
        return [row.verdict for row in rows(f'{{name: shop, image: "{image}"}}', target)]

    assert verdicts("mailhog/mailhog:v1.0.1", 8030) == ["not-listened"]
    assert verdicts("longhornio/longhorn-manager:v1.8.0", 9500) == ["unknown"]
    assert verdicts("longhornio/longhorn-manager:v1.8.0", 9501) == ["listened"]


@pytest.mark.parametrize(
    ("command", "verdict"),
    [
        ('[uvicorn, "shop:app", --host, 0.0.0.0]', "not-listened"),
        ('[sh, -c, "exec gunicorn -b 0.0.0.0:5000 shop:app"]', "not-listened"),
        ("[python, manage.py, runserver, 0.0.0.0:8000]", "not-listened"),
        ('[flask, run, --host=0.0.0.0, --port, "8080"]', "listened"),
        ('[gunicorn, "shop:app"]', "unknown"),  # its configuration may say where
        ('[sh, -c, "gunicorn -b 127.0.0.1:5000 shop:app & /serve"]', "unknown"),
        ('[sh, -c, "gunicorn -b 127.0.0.1:5000 shop:app && /serve"]', "unknown"),
        ('[sh, -c, "if [ -n \\"$DEBUG\\" ]; then flask run; else /serve; fi"]', "unknown"),
        ('[uvicorn, "shop:app", --port, "$(SHOP_PORT)"]', "unknown"),
    ],
)
def test_the_server_with_which_a_command_ends_says_where_it_listens(command: str, verdict: str) -> None:
    declared = "{name: http, containerPort: 8080}"
    assert found(f"command: {command}", declared, "http") == [(8080, verdict, True)]
