"""Stores of objects with their keys inside one value."""

import pytest

from mblint.cluster.secrets import reveal
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
