"""Stores of objects with their keys inside one value."""

import pytest

from mblint.cluster.secrets import reveal
from mblint.facts.credentials.userinfo import userinfo
from mblint.facts.names.connection_names import names_inside
from mblint.settings.connection_strings import keyed_stores


@pytest.mark.parametrize(
    ("text", "stores"),
    [
        ("minio|store?accessKey=kim&secretKey=aB3", [(None, "store", "kim", "aB3")]),
        (
            "s3,far|https://s3.example.org:9000/?secretKey=a%2FB&accessKey=kim",
            [("https", "s3.example.org:9000", "kim", "a/B")],
        ),
        (
            "minio|one:9000?accessKey=a&secretKey=b&useSSL=false;minio,two|two?accessKey=c&secretKey=d|image/*;",
            [(None, "one:9000", "a", "b"), (None, "two", "c", "d")],
        ),
        ("minio|store?accessKey=kim&secretKey=", []),
        ("minio|store?accessKey=kim&secretKey=aB3;else", []),
        ("grep accessKey | sed secretKey=", []),
        ("https://store?accessKey=kim&secretKey=aB3", []),
    ],
)
def test_all_of_a_text_is_stores_or_none_of_it(text: str, stores: list[tuple[str | None, str, str, str]]) -> None:
    found = [(each.scheme, each.authority, each.user, reveal(each.secret)) for each in keyed_stores(text)]
    assert found == stores


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cache:6379,password=aB3,ssl=False", ("", "aB3")),
        ("cache:6379,other:6380,user=kim,password=aB3", ("kim", "aB3")),
        ("cache:6379,ssl=False", None),
        ("tcp://cache:6379?auth=aB3&database=2", ("", "aB3")),
        ("r2dbc:postgresql://kim:aB3@db/shop", ("kim", "aB3")),
    ],
)
def test_logins_inside_a_text(text: str, said: tuple[str, str] | None) -> None:
    found = userinfo(text)
    assert (None if found is None else (found.user, reveal(found.password))) == said


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("r2dbc:postgresql://db/shop", {"database": "shop"}),
        ("ecto://kim:aB3@db/shop", {"database": "shop", "user": "kim"}),
        ("amqp://kim:aB3@mq:5672/board/messages", {"vhost": "board", "user": "kim"}),
        ("host=mq;username=kim;password=aB3;virtualHost=board", {"vhost": "board", "user": "kim"}),
        ("http://kim:aB3@store:9000/logs", {"bucket": "logs", "user": "kim"}),
        ("s3:http://store:9000/spare/shop", {"bucket": "spare"}),
        ("db:5432/shop?sslmode=disable", {"database": "shop"}),
        ("postgres://db/shop/more", {}),
    ],
)
def test_names_inside_a_text(text: str, names: dict[str, str]) -> None:
    assert names_inside(text) == names
