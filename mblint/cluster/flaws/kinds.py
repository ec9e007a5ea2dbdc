"""Kinds and groups that no cluster has, since they are written wrong: in other letters, or under another group.

Source: the lists of kinds in rules/tables/kinds.yaml. Groups of which it has not all kinds are not judged.
"""

from __future__ import annotations

from functools import cache

from mblint.cluster.kinds import complete_groups, group_of, is_listed


@cache
def meant(api_version: str, kind: str) -> tuple[str, str] | None:
    """The apiVersion and kind that can only be meant; None where these are right, or may be."""
    groups, group = complete_groups(), group_of(api_version)
    if is_listed(group, kind) or (group not in groups and is_listed(group)):
        return None
    version = api_version.rpartition("/")[2]
    near = [
        (other, real)
        for other, kinds in groups.items()
        for real in kinds
        if (group == other or (group not in groups and _is_slip(group, other)))
        and (real == kind or real.lower() == kind.lower() or (group == other and _is_slip(kind, real)))
    ]
    if not near and group in groups:
        near = [(other, kind) for other, kinds in groups.items() if kind in kinds and other != "extensions"]
        version = "v1"
    if len(near) != 1:
        return None
    (found, real), *_ = near
    return (f"{found}/{version}" if found else version), real


def _is_slip(written: str, real: str) -> bool:
    """True where one letter is wrong, missing or too many, or two are swapped, or only case differs."""
    one, other = written.lower(), real.lower()
    if one == other:
        return True
    if min(len(one), len(other)) < 3 or abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, wanted = one[start:], other[start:]
    return wanted in (rest[1:], rest[1::-1] + rest[2:]) or rest in (wanted[1:],) or rest[1:] == wanted[1:]
