"""What looks like a host and was not understood."""

from mblint.facts.unread import unread
from tests.facts.test_understood import DB, with_container_and_file
from tests.facts.worlds import pods, world


def of(text: str) -> list[tuple[str, tuple[str, ...], str]]:
    return [(row.source, row.hosts, row.reason) for row in unread(world(text))]


def test_a_variable_that_is_understood_is_not_listed() -> None:
    assert of(pods(env={"DATABASE_URL": "postgres://db:5432/x", "PUBLIC_URL": "https://shop.example.org"}) + DB) == []


def test_a_variable_of_which_nothing_is_known() -> None:
    assert of(pods(env={"PARTNER": "https://partner.example.org/x"})) == [
        ("PARTNER", ("partner.example.org",), "nothing says what software does with PARTNER")
    ]


def test_a_file_that_no_reader_knows() -> None:
    assert of(with_container_and_file("app.rego", "x := http.send({url: 'http://crm.example.org/x'})\n") + DB) == [
        ("/etc/app/app.rego", ("crm.example.org",), "nothing is read from app.rego")
    ]


def test_comments_the_machine_itself_and_what_is_read_are_not_listed() -> None:
    assert of(with_container_and_file("a.yaml", "# see http://db:5432\nredis_url: redis://db:5432\n") + DB) == []
    assert of(pods(env={"SELF": "http://localhost:8080 http://127.0.0.1:80", "IMAGE": "registry/shop:12"})) == []


def test_no_value_of_a_secret_is_shown() -> None:
    secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: default}\nstringData: {k: 'http://hidden.x:1'}\n"
    ref = "env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: k}}}]"
    pod = (
        f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, image: x, {ref}}}]}}\n"
    )
    assert [hosts for _, hosts, _ in of(pod + secret)] == [("‹secret›",)]


def test_its_own_service_and_the_upstreams_of_nginx_are_no_calls() -> None:
    own = DB.replace("app: db", "app: shop") + pods(name="shop", env={"PUBLISHED": "http://db:8080"})
    assert of(own) == []
    site = "upstream relay {\n  server crm.example.org:80;\n}\nserver {\n  location / { proxy_pass http://relay; }\n}\n"
    assert of(with_container_and_file("a.conf", site) + DB) == []
