"""Whether software does connect to what a setting names, or only may."""

from __future__ import annotations

from mblint.cluster.objects import Workload
from mblint.facts.destinations import Destination
from mblint.settings.rows import Origin


def is_certain(destination: Destination) -> bool:
    """False for Helm's tests, for commands in mounted scripts (under conditions, most of them), and what is off."""
    setting = destination.setting
    in_mounted_script = setting.origin is Origin.ARGUMENT and setting.file is not None
    return not (in_mounted_script or destination.switched_off or is_helm_test(setting.workload))


def is_helm_test(workload: Workload) -> bool:
    """True for what runs only when somebody calls `helm test`."""
    hooks = workload.annotations.get("helm.sh/hook", "").split(",")
    return any(hook.strip() in ("test", "test-success", "test-failure") for hook in hooks)
