"""What reads the objects of a kind into types, by the names that rules/tables/kinds.yaml has for readers.

Readers of what few renders hold are imported where one does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mblint.cluster.objects import NAMESPACE_NAME, Namespace, Object, PluginObject, ServiceAccount
from mblint.cluster.policies.admin_policy import read_admin_policy
from mblint.cluster.policies.network_policy import read_network_policy
from mblint.cluster.policies.networks import read_cidr_group, read_network_set
from mblint.cluster.read_configuration import read_config_map, read_secret
from mblint.cluster.read_pods import read_workload
from mblint.cluster.read_routes import (
    read_gateway_route,
    read_http_proxy,
    read_ingress,
    read_ingress_route,
    read_openshift_route,
    read_virtual_service,
)
from mblint.cluster.read_services import read_service
from mblint.manifests.nodes import Node

Reader = Callable[[Object, Node], Object | None]


def _read_namespace(base: Object, _: Node) -> Namespace:
    api_version, place, annotations, linted = base.api_version, base.place, base.annotations, base.linted
    return Namespace(base.id, api_version, place, {**base.labels, NAMESPACE_NAME: base.id.name}, annotations, linted)


def _read_service_account(base: Object, _: Node) -> ServiceAccount:
    return ServiceAccount(*base.header)


def _keep_for_later(base: Object, _: Node) -> PluginObject:
    """A policy that can be read only when all objects are known: see `policies.plugin_policy`."""
    return PluginObject(*base.header)


def _read_tier(base: Object, node: Node) -> Object:
    from mblint.cluster.policies.calico.policy import read_tier  # noqa: PLC0415

    return read_tier(base, node)


def _read_listed_route(base: Object, node: Node) -> Object | None:
    from mblint.cluster.read_listed_routes import read_listed_route  # noqa: PLC0415

    return read_listed_route(base, node)


READERS: Mapping[str, Reader] = {
    "workload": read_workload,
    "service": read_service,
    "config-map": read_config_map,
    "secret": read_secret,
    "namespace": _read_namespace,
    "service-account": _read_service_account,
    "ingress": read_ingress,
    "gateway-route": read_gateway_route,
    "ingress-route": read_ingress_route,
    "openshift-route": read_openshift_route,
    "virtual-service": read_virtual_service,
    "http-proxy": read_http_proxy,
    "listed-route": _read_listed_route,
    "network-policy": read_network_policy,
    "admin-policy": read_admin_policy,
    "cilium-policy": _keep_for_later,
    "calico-policy": _keep_for_later,
    "cidr-group": read_cidr_group,
    "network-set": read_network_set,
    "calico-tier": _read_tier,
}
