"""Calls of the API server: admission webhooks, aggregated APIs, and the conversion of custom resources.

The API server is no pod: of policies only rules about everybody, and about blocks of addresses, let it in.
Sources: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ ,
https://kubernetes.io/docs/tasks/extend-kubernetes/setup-extension-api-server/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.engine.strangers import Stranger
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.callers.call import Backend, Call, Caller
from mblint.facts.callers.called import Traced, called
from mblint.facts.callers.called_rows import WebhookCall
from mblint.facts.callers.judged import Judged, judged
from mblint.facts.edits.callers import called_port
from mblint.facts.edits.selectors import corrected_selector
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.remedies.edits import Edit

API_SERVER = Caller("the API server", Stranger.ADDRESS)
_USUAL_PORT = 443

_REFUSED = "every request that it is to judge is refused"
_SKIPPED = "requests go on without it (failurePolicy: Ignore)"
_NO_API = "its API answers nobody"
_NO_CONVERSION = "resources of its other versions can be neither read nor written"


class Hook(Struct, frozen=True):
    """A Service that the API server calls. `name`: of the webhook, or of the object itself."""

    by: Object
    name: str
    call: Call
    ignored: bool
    effect: str


@remembered
def hooks(world: World) -> tuple[tuple[Hook, Judged], ...]:
    """Every one of the view, judged."""
    found = tuple(_hooks(world))
    return tuple(zip(found, judged(world, (hook.call for hook in found)), strict=True))


def webhook_calls(world: World) -> tuple[WebhookCall, ...]:
    """The rows, in the order of the objects."""
    return tuple(_row(world, hook, answer) for hook, answer in hooks(world))


def traced_hooks(world: World) -> Iterator[Traced[WebhookCall]]:
    """The rows, and what they were made of."""
    return (Traced(hook.by, _row(world, hook, answer), answer) for hook, answer in hooks(world))


def _row(world: World, hook: Hook, answer: Judged) -> WebhookCall:
    row = called(WebhookCall, world, answer, hook.by)
    service, at = answer.reached.service, hook.call.place
    reference = Place(at.document, at.path[:-1])
    edits: tuple[Edit, ...] = ()
    if row.verdict == "no-port" and service is not None:
        edits = called_port(world.cluster, hook.by, reference, service)
    elif row.verdict == "no-pods" and service is not None:
        edits = corrected_selector(world, service)
    return replace(row, name=hook.name, ignored=hook.ignored, effect=hook.effect, edits=edits)


_Config = tuple[Node, str, bool, str]  # a clientConfig, whose it is, whether failures are ignored, the effect


def _hooks(world: World) -> Iterator[Hook]:
    cluster = world.cluster
    for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"):
        for held in cluster.of_kind(kind, "admissionregistration.k8s.io"):
            yield from _read(held, _admission)
    for held in cluster.of_kind("APIService", "apiregistration.k8s.io"):
        yield from _read(held, _aggregated)
    for held in cluster.of_kind("CustomResourceDefinition", "apiextensions.k8s.io"):
        yield from _read(held, _conversion)


def _admission(node: Node) -> Iterator[_Config]:
    for webhook in node.get("webhooks").items():
        ignored = webhook.get("failurePolicy").text() == "Ignore"
        yield webhook.get("clientConfig"), webhook.get("name").text() or "", ignored, _SKIPPED if ignored else _REFUSED


def _aggregated(node: Node) -> Iterator[_Config]:
    yield node.get("spec"), "", False, _NO_API


def _conversion(node: Node) -> Iterator[_Config]:
    conversion = node.get("spec").get("conversion")
    if conversion.get("strategy").text() == "Webhook":
        yield conversion.get("webhook").get("clientConfig"), "", False, _NO_CONVERSION
        yield conversion.get("webhookClientConfig"), "", False, _NO_CONVERSION


def _read(held: Object, configs: Callable[[Node], Iterator[_Config]]) -> Iterator[Hook]:
    """Those that name a Service; what cannot be read is left out."""
    found, _ = read_parts(held.node, lambda node: tuple(configs(node)))
    for config, name, ignored, effect in found or ():
        call, _ = read_parts(config, lambda node: _call(held, node))
        if call is not None:
            yield Hook(held, name or held.id.name, call, ignored, effect)


def _call(held: Object, config: Node) -> Call | None:
    service = config.get("service")
    name, namespace = service.get("name").text(), service.get("namespace").text()
    if not name or not namespace:
        return None
    port = service.get("port").integer() or _USUAL_PORT
    return Call(API_SERVER, held.id, service.get("name").place, Backend(namespace, name), port, "TCP")
