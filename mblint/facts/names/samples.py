"""Hosts of samples and of chart defaults, which stand for the one that somebody is to write: `app.yourdomain.com`."""

from __future__ import annotations

from collections.abc import Iterable

from mblint.settings.tables import load_words


def is_sample(host: str) -> bool:
    """Whether a host is in a domain that is nobody's (RFC 2606), or that samples have for one's own."""
    return not load_words("own-addresses", "samples").isdisjoint(_parents(host))


def is_alone(host: str, hosts: Iterable[str]) -> bool:
    """Whether no other host is in its domain, as those have it who write a whole example with one."""
    return all(_domain(each) != _domain(host) for each in hosts)


def _domain(host: str) -> str:
    return ".".join(host.split(".")[-2:])


def _parents(host: str) -> set[str]:
    labels = host.lower().split(".")
    return {".".join(labels[start:]) for start in range(len(labels))}
