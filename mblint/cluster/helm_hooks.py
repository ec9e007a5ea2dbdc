"""Which of Helm's hooks a workload is: pods of a test, or of a hook at the release's ends, are not there beside it."""

from __future__ import annotations

from mblint.cluster.objects import Object, Workload

HOOK = "helm.sh/hook"
TESTS = frozenset(("test", "test-success", "test-failure"))
# Before anything of the release runs, and when it goes: https://helm.sh/docs/topics/charts_hooks/
_BEFORE_IT = frozenset(("pre-install", "pre-upgrade", "pre-rollback"))
_AT_ITS_ENDS = frozenset(("pre-install", "pre-delete", "post-delete"))


def hook_events(obj: Object) -> tuple[str, ...]:
    """The events at which Helm runs an object as a hook; empty for an ordinary one."""
    return tuple(event for word in obj.annotations.get(HOOK, "").split(",") if (event := word.strip()))


def makes_way(hook: Object, ordinary: Object) -> bool:
    """Whether a hook is gone when the ordinary object of its name is made: Helm makes what it does not find."""
    events = hook_events(hook)
    return bool(events) and _BEFORE_IT.issuperset(events) and not hook_events(ordinary)


def is_helm_test(workload: Workload) -> bool:
    """True for what runs only when somebody calls `helm test`."""
    return not TESTS.isdisjoint(_hooks(workload))


def runs_beside_the_release(workload: Workload) -> bool:
    """False for hooks that run only while the release's other pods are not to serve anybody, and for tests."""
    hooks = _hooks(workload)
    return not hooks or not hooks <= _AT_ITS_ENDS | TESTS


def _hooks(workload: Workload) -> frozenset[str]:
    return frozenset(hook_events(workload))
