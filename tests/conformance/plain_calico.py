"""A second reading of Calico's policies, as plain as can be, from the manifests' dictionaries alone."""

from __future__ import annotations

import re
from functools import cache

from .plain_objects import (
    Address,
    Manifest,
    Peer,
    account_of,
    has_named_port,
    is_in,
    labels_of,
    labels_of_namespace,
    namespace_of,
    network_policies_of,
    network_policy_grants,
    of_kind,
    on_host_network,
    selects,
)

_NUMBERS: dict[object, object] = {6: "TCP", 17: "UDP", 132: "SCTP"}
_INFINITE = float("inf")


def side_allows(objects: list[Manifest], judged: Peer, peer: Peer, direction: str, protocol: str, port: int) -> bool:
    if not isinstance(judged, dict) or on_host_network(judged):
        return True
    for _, tier, default in _tiers(objects):
        policies = [
            one
            for one in of_kind(objects, "NetworkPolicy", "GlobalNetworkPolicy")
            if one["apiVersion"] == "projectcalico.org/v3"
            and one["spec"].get("tier", "default") == tier
            and direction in _types(one["spec"])
            and _is_about(objects, one, judged)
        ]
        kubernetes = network_policies_of(objects, judged, direction) if tier == "default" else []
        if not policies and not kubernetes:
            continue
        action = default
        ranked = [(one["spec"].get("order", _INFINITE), one["metadata"]["name"], one) for one in policies]
        ranked += [(1000, "", one) for one in kubernetes]
        for _, _, policy in sorted(ranked, key=lambda entry: entry[:2]):
            found = _action(objects, policy, judged, peer, direction, protocol, port)
            if found is not None:
                action = found
                break
        if action != "Pass":
            return action == "Allow"
    return True


def _tiers(objects: list[Manifest]) -> list[tuple[float, str, str]]:
    """By order: order, name, and what becomes of that which no policy decides."""
    found = [(1_000_000.0, "default", "Deny")]
    for tier in of_kind(objects, "Tier"):
        spec = tier["spec"]
        found.append((spec.get("order", _INFINITE), tier["metadata"]["name"], spec.get("defaultAction", "Deny")))
    return sorted(found)


def _types(spec: Manifest) -> list[str]:
    if "types" in spec:
        return [one.lower() for one in spec["types"]]
    if "egress" not in spec:
        return ["ingress"]
    return ["ingress", "egress"] if "ingress" in spec else ["egress"]


def _is_about(objects: list[Manifest], policy: Manifest, pod: Manifest) -> bool:
    spec = policy["spec"]
    if policy["kind"] == "NetworkPolicy" and namespace_of(policy) != namespace_of(pod):
        return False
    return (
        _holds(spec.get("selector", ""), _labels_of_pod(objects, pod))
        and _holds(spec.get("namespaceSelector", ""), _labels_of_namespace(objects, namespace_of(pod)))
        and _holds(spec.get("serviceAccountSelector", ""), _labels_of_account(objects, pod))
    )


def _action(
    objects: list[Manifest], policy: Manifest, judged: Manifest, peer: Peer, direction: str, protocol: str, port: int
) -> str | None:
    """What a policy says; None where no rule of it matches, or only those that log."""
    if policy["apiVersion"] == "networking.k8s.io/v1":
        return "Allow" if network_policy_grants(policy, peer, direction, protocol, port) else None
    source, destination = (judged, peer) if direction == "egress" else (peer, judged)
    for rule in policy["spec"].get(direction, []):
        if rule["action"] == "Log" or not _protocol_matches(rule, protocol):
            continue
        from_there = _is_entity(objects, policy, rule.get("source", {}), source, protocol, port)
        if from_there and _is_entity(objects, policy, rule.get("destination", {}), destination, protocol, port):
            action: str = rule["action"]
            return action
    return None


def _protocol_matches(rule: Manifest, protocol: str) -> bool:
    if "icmp" in rule:
        return False
    wanted, unwanted = (_NUMBERS.get(one, one) for one in (rule.get("protocol"), rule.get("notProtocol")))
    return wanted in (None, protocol) and unwanted != protocol


# ---------------------------------------------------------------- entities


def _is_entity(
    objects: list[Manifest], policy: Manifest, entity: Manifest, end: Peer, protocol: str, port: int
) -> bool:
    if "services" in entity:
        return _is_behind(objects, policy, entity["services"], end, protocol, port)
    if "ports" in entity and not any(_is_port(one, end, protocol, port) for one in entity["ports"]):
        return False
    if "notPorts" in entity and any(_is_port(one, end, protocol, port) for one in entity["notPorts"]):
        return False
    if "nets" in entity or "notNets" in entity:
        return not isinstance(end, dict) and _is_in_nets(entity, end)
    if any(key in entity for key in ("selector", "namespaceSelector", "serviceAccounts")):
        return _is_selected(objects, policy, entity, end) and not _is_unwanted(objects, entity, end)
    return not _is_unwanted(objects, entity, end)


def _is_in_nets(entity: Manifest, address: Address) -> bool:
    if any(is_in(address, network) for network in entity.get("notNets", [])):
        return False
    return "nets" not in entity or any(is_in(address, network) for network in entity["nets"])


def _is_selected(objects: list[Manifest], policy: Manifest, entity: Manifest, end: Peer) -> bool:
    """A pod, or an address of a set of networks, that all the selectors mean."""
    for labels, namespace, of_namespace, of_account in _known_as(objects, end):
        own = policy["metadata"].get("namespace") if policy["kind"] == "NetworkPolicy" else None
        accounts = entity.get("serviceAccounts", {})
        if entity.get("namespaceSelector"):
            inside = _holds(entity["namespaceSelector"], of_namespace, in_a_namespace=bool(namespace))
        else:
            inside = own is None or namespace == own
        if (
            inside
            and _holds(entity.get("selector", ""), labels)
            and _holds(accounts.get("selector", ""), of_account)
            and of_account.get("projectcalico.org/name")
            in accounts.get("names", [of_account.get("projectcalico.org/name")])
        ):
            return True
    return False


def _is_unwanted(objects: list[Manifest], entity: Manifest, end: Peer) -> bool:
    if "notSelector" not in entity:
        return False
    return any(_holds(entity["notSelector"], labels) for labels, *_ in _known_as(objects, end))


def _known_as(objects: list[Manifest], end: Peer) -> list[tuple[dict[str, str], str, dict[str, str], dict[str, str]]]:
    """As what Calico knows an end: its labels, its namespace, that one's labels, those of its service account."""
    if isinstance(end, dict):
        if on_host_network(end):
            return []
        name = namespace_of(end)
        return [
            (_labels_of_pod(objects, end), name, _labels_of_namespace(objects, name), _labels_of_account(objects, end))
        ]
    found: list[tuple[dict[str, str], str, dict[str, str], dict[str, str]]] = []
    for one in of_kind(objects, "NetworkSet", "GlobalNetworkSet"):
        if any(is_in(end, network) for network in one["spec"]["nets"]):
            name = namespace_of(one)
            of_namespace = _labels_of_namespace(objects, name) if name else {}
            found.append(({**_inherited(name, of_namespace), **labels_of(one)}, name, of_namespace, {}))
    return found


def _is_behind(
    objects: list[Manifest], policy: Manifest, wanted: Manifest, end: Peer, protocol: str, port: int
) -> bool:
    if not isinstance(end, dict):
        return False
    namespace = wanted.get("namespace") or namespace_of(policy)
    for service in of_kind(objects, "Service"):
        if (service["metadata"]["name"], namespace_of(service)) != (wanted["name"], namespace):
            continue
        if namespace_of(end) == namespace and selects({"matchLabels": service["spec"]["selector"]}, labels_of(end)):
            return any(
                entry["protocol"] == protocol and _is_port(entry["targetPort"], end, protocol, port)
                for entry in service["spec"]["ports"]
            )
    return False


def _is_port(written: int | str, end: Peer, protocol: str, port: int) -> bool:
    if isinstance(written, int):
        return written == port
    if ":" in written:
        first, last = written.split(":")
        return int(first) <= port <= int(last)
    return has_named_port(end, written, protocol, port)


# ---------------------------------------------------------------- labels, selectors


def _labels_of_pod(objects: list[Manifest], pod: Manifest) -> dict[str, str]:
    name = namespace_of(pod)
    inherited = _inherited(name, _labels_of_namespace(objects, name))
    inherited |= {f"pcsa.{key}": value for key, value in _labels_of_account(objects, pod).items()}
    inherited |= {"projectcalico.org/orchestrator": "k8s", "projectcalico.org/serviceaccount": account_of(pod)}
    return {**labels_of(pod), **inherited}


def _inherited(name: str, of_namespace: dict[str, str]) -> dict[str, str]:
    own = {"projectcalico.org/namespace": name} if name else {}
    return own | {f"pcns.{key}": value for key, value in of_namespace.items()}


def _labels_of_namespace(objects: list[Manifest], name: str) -> dict[str, str]:
    return {**labels_of_namespace(objects, name), "projectcalico.org/name": name}


def _labels_of_account(objects: list[Manifest], pod: Manifest) -> dict[str, str]:
    name = account_of(pod)
    for one in of_kind(objects, "ServiceAccount"):
        if (one["metadata"]["name"], namespace_of(one)) == (name, namespace_of(pod)):
            return {**labels_of(one), "projectcalico.org/name": name}
    return {"projectcalico.org/name": name}


_OPERATOR = re.compile(
    r"""(?P<word>all|global)\(\)|has\((?P<has>[\w./-]+)\)
    |(?P<key>[\w./-]+)\s+(?P<operator>==|!=|not\ in|in|contains|starts\ with|ends\ with)\s+
    (?P<value>"[^"]*"|\{[^}]*\})""",
    re.VERBOSE,
)


def _holds(selector: str, labels: dict[str, str], *, in_a_namespace: bool = True) -> bool:
    return _evaluated(selector, frozenset(labels.items()), in_a_namespace)


@cache  # the same few selectors are asked for every port
def _evaluated(selector: str, items: frozenset[tuple[str, str]], in_a_namespace: bool) -> bool:
    """Each match operator gives way to what it is worth for these labels; Python's `not`, `and`, `or` do the rest."""
    labels = dict(items)

    def worth(match: re.Match[str]) -> str:
        if match["word"]:
            return str((match["word"] == "all") == in_a_namespace)
        if match["has"]:
            return str(match["has"] in labels)
        value, given = labels.get(match["key"]), re.findall(r'"([^"]*)"', match["value"])
        match match["operator"]:
            case "==" | "in":
                return str(value in given)
            case "!=" | "not in":
                return str(value not in given)
            case "contains":
                return str(value is not None and given[0] in value)
            case "starts with":
                return str(value is not None and value.startswith(given[0]))
            case _:
                return str(value is not None and value.endswith(given[0]))

    words = _OPERATOR.sub(worth, selector).replace("&&", " and ").replace("||", " or ").replace("!", " not ")
    assert re.fullmatch(r"(True|False|and|or|not|[() ])*", words), words
    return bool(eval(words.strip() or "True"))
