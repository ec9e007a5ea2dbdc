"""References of images, and the patterns that name them."""

import pytest

from mblint.software.images import Reference, exactness, fits, is_among, reference


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("redis", Reference("redis", None)),
        ("redis:7.4", Reference("redis", "7.4")),
        ("bitnami/redis:7.4", Reference("bitnami/redis", "7.4")),
        ("docker.io/bitnami/redis:7.4", Reference("bitnami/redis", "7.4")),
        ("registry.example:5000/a/b/redis:7", Reference("a/b/redis", "7")),
        ("localhost/redis", Reference("redis", None)),
        ("registry.example:5000/redis", Reference("redis", None)),
        ("quay.io/keycloak/keycloak@sha256:ab", Reference("keycloak/keycloak", None, "sha256:ab")),
        ("quay.io/keycloak/keycloak:26.1@sha256:ab", Reference("keycloak/keycloak", "26.1", "sha256:ab")),
    ],
)
def test_a_reference_is_cut_in_its_parts(image: str, expected: Reference) -> None:
    assert reference(image) == expected


@pytest.mark.parametrize(
    ("pattern", "path", "answer"),
    [
        ("redis", "bitnami/redis", True),
        ("redis", "redis-exporter", False),
        ("bitnami/redis", "mirror/bitnami/redis", True),
        ("bitnami/redis", "redis", False),
        ("bitnami/redis", "notbitnami/redis", False),
        ("*-redis", "acme/my-redis", True),
        ("acme/*", "acme/redis", True),
        ("acme/*", "other/redis", False),
    ],
)
def test_a_pattern_names_images_folder_by_folder(pattern: str, path: str, answer: bool) -> None:
    assert fits(pattern, path) is answer


def test_the_pattern_with_more_folders_counts_then_the_one_without_a_star() -> None:
    assert max(["redis", "bitnami/redis", "*redis"], key=exactness) == "bitnami/redis"
    assert max(["*redis", "redis"], key=exactness) == "redis"


def test_an_entry_may_exclude_images() -> None:
    upstream = ("redis", "!bitnami*/redis")
    assert is_among("redis", upstream)
    assert is_among("mirror/library/redis", upstream)
    assert not is_among("bitnamilegacy/redis", upstream)
    assert not is_among("valkey", upstream)
    assert is_among("valkey", ("!bitnami*/redis",))
    assert is_among("anything", ())
