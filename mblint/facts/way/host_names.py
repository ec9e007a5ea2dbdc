"""What a host name says by itself, without any cluster: an address, loopback, reserved, private, public."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from mblint.regex import regex
from mblint.settings.tables import load_table, load_words

Address = IPv4Address | IPv6Address

_DOTTED = regex(r"(?:^|[.-])(\d{1,3})([.-])(\d{1,3})\2(\d{1,3})\2(\d{1,3})(?=$|[.-])")
_VARIABLE_NAME = regex(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_NO_LETTERS = regex(r"[^a-z0-9]+")
_HEXADECIMAL = regex(r"(?:^|[.-])([0-9a-f]{8})$")


def normal(host: str) -> str:
    """The form that host names are compared in: lower case, without brackets of an IPv6 address."""
    host = host.strip().lower()
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def address_of(host: str) -> Address | None:
    """The address that a host is, or that a public resolver finds in its name."""
    return literal_address(host) or carried_address(host)


def literal_address(host: str) -> Address | None:
    """The address that a host is written as; an IPv4 address mapped into IPv6 is that IPv4 address."""
    address = _parsed(host)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def carried_address(host: str) -> Address | None:
    """The address in a name of sslip.io or nip.io."""
    suffix = _suffix(host, "embeds-address")
    if suffix is None or len(host) == len(suffix):
        return None
    name = host[: -len(suffix) - 1]
    if (dotted := _DOTTED.search(name)) is not None:
        first, _, *others = dotted.groups()
        return _parsed(".".join((first, *others)))
    if (hexadecimal := _HEXADECIMAL.search(name)) is not None:
        return IPv4Address(int(hexadecimal[1], 16))
    return _parsed(name.rpartition(".")[2].replace("-", ":"))


def _parsed(text: str) -> Address | None:
    if ":" not in text and not text[-1:].isdigit():
        return None  # most names, at no cost
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_loopback(address: Address) -> bool:
    """True for the addresses that lead to the machine or pod itself; connecting to 0.0.0.0 or :: does, too."""
    return address.is_loopback or address.is_unspecified


def means_loopback(host: str) -> bool:
    """True for `localhost`, all below it, and public names that resolve to 127.0.0.1."""
    return _suffix(host, "loopback") is not None


def is_inside(host: str) -> bool:
    """True for names that only the cluster's own DNS can know: of one label, and NAME.NAMESPACE.svc with what follows.

    A public name may have that label, too: mail.svc.example.org.
    """
    labels = host.rstrip(".").split(".")
    return len(labels) == 1 or "svc" in labels[2:] or labels[-1] == "svc" or labels[-2:] == ["cluster", "local"]


def is_placeholder(host: str) -> bool:
    """True for what stands where somebody was to fill in a host: REPLACE-ME-smtp, SMTP_HOST."""
    if _VARIABLE_NAME.fullmatch(host) is not None:
        return True
    words = _NO_LETTERS.split(host.lower())
    joined = "-".join(words)
    return any(f"-{word}-" in f"-{joined}-" for word in load_words("host-names", "placeholders"))


def kind_of(host: str) -> str:
    """`reserved` (nobody answers), `private` (a site's own resolver may), or `public`, by the name's end."""
    return next((kind for kind in ("reserved", "private") if _suffix(host, kind) is not None), "public")


def _suffix(host: str, meaning: str) -> str | None:
    return next((end for end in _suffixes(meaning) if host == end or host.endswith("." + end)), None)


@cache
def _suffixes(meaning: str) -> tuple[str, ...]:
    return tuple(str(row["suffix"]) for row in load_table("host-names", "names") if row["means"] == meaning)
