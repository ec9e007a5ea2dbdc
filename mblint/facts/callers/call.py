"""A call: what every module that knows callers yields, and `judged` judges.

A caller need not be a pod of the view. An ingress controller, a Prometheus, the API server and the kubelet call, too,
and only the side that they call to can be judged then.
"""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.engine.strangers import Stranger
from mblint.cluster.objects import ObjectId, Workload
from mblint.manifests.documents import Place


class Caller(Struct, frozen=True):
    """Who calls. `shown`: as sentences name it: "default/Deployment/web", "the API server"."""

    shown: str
    client: Workload | Stranger


class Backend(Struct, frozen=True):
    """A Service that objects name as such, not by a host name."""

    namespace: str
    service: str


class Pods(Struct, frozen=True):
    """Pods that are called without a Service: Prometheus finds them by their labels."""

    workload: Workload


class Call(Struct, frozen=True):
    """One call. `object` and `place`: where it is written.

    `port`: of the Service; a name where the object names one, None where it names none. `protocol`
    None: nobody says it, and the Service decides. `assumed`: it is only the
    usual one, which nobody wrote.
    """

    caller: Caller
    object: ObjectId
    place: Place
    to: str | Backend | Pods
    port: int | str | None
    protocol: str | None = "TCP"
    assumed: bool = False
