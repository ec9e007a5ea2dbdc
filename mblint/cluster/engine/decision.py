"""What the policy engine answers: allowed or not, which rule decides, and which one came nearest."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from mblint.cluster.policies.objects import AdminPolicy, AdminRule, Direction, NetworkPolicy, PluginPolicy, PolicyRule
from mblint.manifests.documents import Place


class Outcome(Enum):
    """ADDRESS_ONLY: only a range of addresses could allow it, and plugins differ on whether those cover pods."""

    ALLOWED = "allowed"
    DENIED = "denied"
    ADDRESS_ONLY = "address-only"
    UNKNOWN = "unknown"


class RuleRef(Struct, frozen=True):
    """A rule and the policy that it stands in."""

    policy: NetworkPolicy | AdminPolicy | PluginPolicy
    rule: PolicyRule | AdminRule
    direction: Direction

    @property
    def place(self) -> Place:
        """Where the rule stands."""
        return self.rule.place

    def __str__(self) -> str:
        return f"rule {self.rule.number} of {self.policy.id.name}"


class NearMiss(Struct, frozen=True):
    """The rule that would have allowed it but for little, and a sentence that says what it lacks (no full stop).

    `unseen`: all that it may lack are these labels of a namespace, whose object is not in the view: "team=shop of the
    namespace web". Nobody can know whether it carries them.
    """

    rule: RuleRef
    sentence: str
    unseen: str | None = None

    def __str__(self) -> str:
        return self.sentence


class Decision(Struct, frozen=True):
    """One side's answer.

    `rule`: what allows or denies it; None where nothing does (no policy selects the pod, or no rule matches).
    `policies`: the policies that isolate the judged pod in that direction: NetworkPolicies that select it, and policies
    of plugins; empty: nothing isolates it.
    `nearest`: for what is not allowed. `reason`: for UNKNOWN in words; for ALLOWED what restricts it further.
    """

    outcome: Outcome
    rule: RuleRef | None = None
    policies: tuple[NetworkPolicy | PluginPolicy, ...] = ()
    nearest: NearMiss | None = None
    reason: str | None = None
