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
        ("registry.example:5000/a/b/redis:7", Reference("a/b/redis", "7", registry="registry.example:5000")),
        ("localhost/redis", Reference("redis", None, registry="localhost")),
        ("registry.example:5000/redis", Reference("redis", None, registry="registry.example:5000")),
        ("quay.io/keycloak/keycloak@sha256:ab", Reference("keycloak/keycloak", None, "sha256:ab", "quay.io")),
        ("quay.io/keycloak/keycloak:26.1@sha256:ab", Reference("keycloak/keycloak", "26.1", "sha256:ab", "quay.io")),
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


def among(image: str, *patterns: str) -> bool | None:
    return is_among(reference(image), patterns)


def test_an_entry_may_exclude_images() -> None:
    upstream = ("redis", "!bitnami*/redis")
    assert among("redis:8", *upstream)
    assert among("mirror/library/redis:8", *upstream)
    assert not among("bitnamilegacy/redis:8", *upstream)
    assert not among("valkey:8", *upstream)
    assert among("valkey:8", "!bitnami*/redis")
    assert among("anything")


def test_an_entry_may_be_true_of_some_tags() -> None:
    assert among("gitea/gitea:1.24-rootless", "gitea/gitea:*rootless*") is True
    assert among("gitea/gitea:1.24", "gitea/gitea:*rootless*") is False
    assert among("gitea/gitea:1.24", "gitea/gitea", "!gitea/gitea:*rootless*") is True
    assert among("gitea/gitea:1.24-rootless", "gitea/gitea", "!gitea/gitea:*rootless*") is False
    assert among("gitea/gitea@sha256:ab", "gitea/gitea:*rootless*") is None
    assert among("gitea/gitea@sha256:ab", "gitea/gitea", "!gitea/gitea:*rootless*") is None
    assert among("other@sha256:ab", "gitea/gitea:*rootless*") is False
