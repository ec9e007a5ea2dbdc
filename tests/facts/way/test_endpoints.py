"""Texts to hosts and ports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mblint.facts.way.endpoints import Endpoint, endpoints


def pairs(text: str) -> list[tuple[str, int | None]]:
    return [(endpoint.host, endpoint.port) for endpoint in endpoints(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://api", [("api", 80)]),
        ("https://api.shop.svc/v1?next=http://other/", [("api.shop.svc", 443)]),
        ("https://[::1]:8443/x", [("::1", 8443)]),
        ("wss://live/socket", [("live", 443)]),
        ("postgresql://me:secret@one:5433,two/db?sslmode=require", [("one", 5433), ("two", 5432)]),
        ("postgresql+psycopg2://me@db/shop", [("db", 5432)]),
        ("jdbc:postgresql://db:5432/shop?currentSchema=public", [("db", 5432)]),
        ("jdbc:mysql:loadbalance://one,two:3307/shop", [("one", 3306), ("two", 3307)]),
        ("jdbc:sqlserver://db:1433;databaseName=shop", [("db", 1433)]),
        ("jdbc:oracle:thin:@db:1521:shop", [("db", 1521)]),
        ("mongodb://one:27018,two/db", [("one", 27018), ("two", 27017)]),
        ("mongodb+srv://cluster.example.net/db", [("cluster.example.net", None)]),
        ("lb://shop", [("shop", None)]),
        ("lb:ws://shop/live", [("shop", None)]),
        ("jdbc:postgresql://db:/shop", [("db", 5432)]),
        ("postgresql://me:pass@/shop?host=db&port=5433", [("db", 5433)]),
        ("postgresql:///shop?host=%2Frun%2Fpostgresql", []),
        ("failover:(tcp://one:61616,tcp://two:61616)?randomize=false", [("one", 61616), ("two", 61616)]),
        ("SASL_PLAINTEXT://kafka:9092", [("kafka", 9092)]),
        ("dns:orders:50051", [("orders", 50051)]),
        ("jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)(PORT=1521)))", [("db", 1521)]),
        ("redis://default:pass@cache:6379/1", [("cache", 6379)]),
        ("sentinel://one:26379;sentinel://two:26379", [("one", 26379), ("two", 26379)]),
        ("amqp://guest:guest@queue//", [("queue", 5672)]),
        ("http://one:9200,http://two:9200", [("one", 9200), ("two", 9200)]),
        ("dns+cache.loki.svc:11211,dns+other:11211", [("cache.loki.svc", 11211), ("other", 11211)]),
        ("dns+http://alertmanager:9093", [("alertmanager", 9093)]),
        ("dnssrv+store.svc", []),
        ("dnssrv+_grpc._tcp.store.svc", [("_grpc._tcp.store.svc", None)]),
        ("dns:///ingester.loki:9095", [("ingester.loki", 9095)]),
        ("shop:pass@tcp(db:3306)/shop?parseTime=true", [("db", 3306)]),
        ("host=db port=5433 dbname=shop user=me", [("db", 5433)]),
        ("host=db dbname=shop", [("db", 5432)]),
        ("cache:6379,password=x,ssl=false", [("cache", 6379)]),
        ("kafka-0.kafka:9092,kafka-1.kafka:9092", [("kafka-0.kafka", 9092), ("kafka-1.kafka", 9092)]),
        ("minio:9000/bucket", [("minio", 9000)]),
        ("10.0.0.7:53", [("10.0.0.7", 53)]),
        ("cache", [("cache", None)]),
    ],
)
def test_every_form(text: str, expected: list[tuple[str, int | None]]) -> None:
    assert pairs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "true",
        "8080",
        ":8080",
        "22:22",
        "1.2.3",
        "keycloak:26.3.3",
        "db:99999",
        "{{ host }}:80",
        "http://${HOST}/",
        "http://<host>:80",
        "http://__HOST__:80",
        "http://%(host)s:80",
        "*.example.org",
        "unix:///run/db.sock",
        "file:///etc/passwd",
        "sqlite:///db.sqlite",
        "strange://host",
        "host=/var/run/postgresql dbname=shop",
        "a sentence that names nobody:",
    ],
)
def test_what_names_no_endpoint(text: str) -> None:
    assert pairs(text) == []


@pytest.mark.parametrize("text", ["redis://:pa/ss@cache:6379", "postgres://me:12/34@db/shop", "amqp://me:99/x@queue"])
def test_no_part_of_a_password_becomes_a_host(text: str) -> None:
    assert pairs(text) == []


def test_only_what_stands_in_a_longer_form_is_parsed() -> None:
    assert [endpoint.parsed for endpoint in endpoints("redis://cache")] == [True]
    assert [endpoint.parsed for endpoint in endpoints("hunter2:99")] == [False]


LABEL = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
HOST = (
    st.lists(LABEL, min_size=1, max_size=4).map(".".join).filter(lambda host: host not in ("true", "on", "no", "off"))
)
PORT = st.integers(1, 65535)
USERINFO = st.from_regex(r"([a-z]{1,5}(:[a-zA-Z0-9!$&*+=.~_%-]{0,12})?@)?", fullmatch=True)
PATH = st.from_regex(r"(/[a-z0-9]{0,5}){0,3}(\?[a-z]=[a-z0-9:/]{0,9})?", fullmatch=True)


@given(st.sampled_from(["http", "https", "postgresql", "redis", "amqp", "mysql"]), USERINFO, HOST, PORT, PATH)
def test_a_url_built_from_parts_parses_back_to_them(scheme: str, user: str, host: str, port: int, path: str) -> None:
    (found,) = endpoints(f"{scheme}://{user}{host}:{port}{path}")
    assert found == Endpoint(host, port, "TCP", scheme, written=True)


@given(st.lists(st.tuples(HOST, PORT), min_size=1, max_size=4, unique=True), st.sampled_from([",", ", ", ";", " "]))
def test_a_list_parses_back_to_its_elements(hosts: list[tuple[str, int]], between: str) -> None:
    assert pairs(between.join(f"{host}:{port}" for host, port in hosts)) == hosts


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error_and_yields_sound_endpoints(text: str) -> None:
    for endpoint in endpoints(text):
        assert endpoint.host
        assert endpoint.port is None or 0 < endpoint.port < 65536
