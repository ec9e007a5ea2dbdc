"""The kinds of facts: the one list. A new kind is a module below `mblint/facts` and a line here.

What finds a kind is imported when a view has objects that it could be about, and its row type when a rule or a reader
asks for it: a kind that is not in the input costs nothing.

Long because it is a list, of one line or more for each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, cast

from msgspec import Struct

from mblint.facts.rows import Fact
from mblint.facts.world import Step, World


class Kind(Struct, frozen=True):
    """A kind of facts. `row` and `found_by` are written `module:name`.

    `row`: the type of its rows. `found_by`: a function from a `World` to rows; `found_in_step`: one from a `Step`;
    with neither, `findings` makes them, which alone can know. `needs`: kinds of objects; a view that has none of them
    has no such fact (empty: any view may).
    """

    about: str  # as rule files name it, and `Fact.about` of its row type
    row: str
    found_by: str | None = None
    needs: tuple[str, ...] = ()
    found_in_step: str | None = None

    @property
    def row_type(self) -> type[Fact]:
        """The type of its rows."""
        return cast("type[Fact]", _named(self.row))

    def facts(self, world: World) -> Iterable[Fact]:
        """The rows of one view."""
        if self.found_by is None or not world.cluster.has_any(self.needs):
            return ()
        return cast("Callable[[World], Iterable[Fact]]", _named(self.found_by))(world)

    def facts_of_step(self, step: Step) -> Iterable[Fact]:
        """The rows of the step between two views."""
        if self.found_in_step is None:
            return ()
        return cast("Callable[[Step], Iterable[Fact]]", _named(self.found_in_step))(step)


def _named(written: str) -> Any:
    module, _, name = written.partition(":")
    return getattr(import_module(module), name)


_FACTS = "mblint.facts"
_CALLERS = f"{_FACTS}.callers"
_NAMES = f"{_FACTS}.names"
_ORDER = f"{_FACTS}.order"
_WAY = f"{_FACTS}.way"
_REFERENCES = f"{_FACTS}.references"
_PERMISSIONS = f"{_FACTS}.permissions"
_CLAIMS = f"{_FACTS}.claims"
_APIS = f"{_FACTS}.apis"
_ADMISSION = f"{_FACTS}.admission"
_ROLLOUTS = f"{_FACTS}.rollouts"
_UPGRADE = f"{_FACTS}.upgrade"
_LISTENING = f"{_FACTS}.listening"
_PROGRAMS = f"{_FACTS}.programs"
_WRITTEN = f"{_FACTS}.written"
_WORDS = f"{_FACTS}.words"
_PODS = ("Pod", "ReplicationController", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")
_STORE_CLIENTS = (
    *_PODS,
    "BackupStorageLocation",
    "Permission",
    "TopicPermission",
    "Queue",
    "Exchange",
    "Binding",
    "Grant",
    "Database",
    "postgresql",
)
_LOGINS = (*_PODS, "SecurityPolicy", "RequestAuthentication", "OIDCIdentityProvider", "JWTAuthenticator")
_GATEWAY_ROUTES = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")
_TRAEFIK_ROUTES = ("IngressRoute", "IngressRouteTCP", "IngressRouteUDP")
_TLS = (
    *("Ingress", "IngressClass", "Gateway", "IngressRoute", "IngressRouteTCP", "TLSStore", "HTTPProxy"),
    *("VirtualServer", "ApisixTls", "Host", "Route"),
)
_ATTACHED = (*_GATEWAY_ROUTES, *_TRAEFIK_ROUTES, "Gateway", "VirtualService", "Ingress")
_LISTED_ROUTES = (
    *("TraefikService", "Middleware", "VirtualServer", "VirtualServerRoute", "TransportServer", "ApisixRoute"),
    *("Mapping", "TCPMapping", "TCPIngress", "RouteGroup", "TargetGroupBinding", "HTTPScaledObject"),
)
_ROUTES = (
    *("Ingress", "Route", "VirtualService", "HTTPProxy"),
    *_GATEWAY_ROUTES,
    *_TRAEFIK_ROUTES,
    *_LISTED_ROUTES,
)
_WEBHOOKS = (
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
    "APIService",
    "CustomResourceDefinition",
)
_POLICIES = ("NetworkPolicy", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy")

# In the order in which `mblint facts` prints them.
KINDS: tuple[Kind, ...] = (
    Kind("invalid-object", f"{_FACTS}.rows:InvalidObjectFact", f"{_FACTS}.invalid:invalid_objects"),
    Kind("unused-ignore", f"{_FACTS}.rows:UnusedIgnore"),
    Kind("dependency", f"{_CALLERS}.rows:Dependency", f"{_CALLERS}.not_read:every_dependency", _PODS),
    Kind("proxied-call", f"{_CALLERS}.rows:ProxiedCall", f"{_CALLERS}.proxied_calls:proxied_calls", _PODS),
    Kind("external-name", f"{_CALLERS}.rows:ExternalName", f"{_CALLERS}.external_names:external_names", ("Service",)),
    Kind("peer-call", f"{_CALLERS}.called_rows:PeerCall", f"{_CALLERS}.peer_calls:peer_calls", _PODS),
    Kind("route-call", f"{_CALLERS}.called_rows:RouteCall", f"{_CALLERS}.routes:route_calls", _ROUTES),
    Kind(
        "auth-request",
        f"{_CALLERS}.called_rows:AuthRequest",
        f"{_CALLERS}.auth_requests:auth_requests",
        ("Ingress",),
    ),
    Kind("webhook-call", f"{_CALLERS}.called_rows:WebhookCall", f"{_CALLERS}.webhooks:webhook_calls", _WEBHOOKS),
    Kind("resource-call", f"{_CALLERS}.called_rows:ResourceCall", f"{_CALLERS}.resource_calls:resource_calls"),
    Kind(
        "own-webhook",
        f"{_CALLERS}.called_rows:OwnWebhook",
        f"{_CALLERS}.own_webhooks:own_webhooks",
        ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
    ),
    Kind(
        "names-rule",
        f"{_CALLERS}.called_rows:NamesRule",
        f"{_CALLERS}.fqdn_rules:names_rules",
        ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"),
    ),
    Kind("scrape-call", f"{_CALLERS}.called_rows:ScrapeCall", f"{_CALLERS}.scrapes:scrape_calls"),
    Kind("api-call", f"{_CALLERS}.called_rows:ApiCall", f"{_CALLERS}.kube_api:api_calls", _POLICIES),
    Kind("without-pods", f"{_CALLERS}.called_rows:WithoutPods", f"{_CALLERS}.without_pods:without_pods", ("Service",)),
    Kind("attachment", f"{_CALLERS}.called_rows:Attachment", f"{_CALLERS}.attachments:attachments", _ATTACHED),
    Kind(
        "routed-subset",
        f"{_CALLERS}.called_rows:RoutedSubset",
        f"{_CALLERS}.subsets:routed_subsets",
        ("VirtualService",),
    ),
    Kind("dns", f"{_CALLERS}.rows:DnsNeed", f"{_CALLERS}.dns:dns_needs", _PODS),
    Kind("nginx-name", f"{_CALLERS}.rows:NginxName", f"{_CALLERS}.nginx_names:nginx_names", ("Service",)),
    Kind("service-member", f"{_WAY}.rows:ServiceMember", f"{_WAY}.members:service_members", ("Service",)),
    Kind("stray-member", f"{_WAY}.rows:StrayMember", f"{_WAY}.strays:stray_members", ("Service",)),
    Kind(
        "called-replica",
        f"{_CALLERS}.rows:CalledReplica",
        f"{_CALLERS}.called_replicas:called_replicas",
        ("Service",),
    ),
    Kind("target-port", f"{_CALLERS}.rows:TargetPort", f"{_CALLERS}.targets:target_ports", ("Service",)),
    Kind("scheme", f"{_LISTENING}.rows:SchemeUse", f"{_LISTENING}.schemes:scheme_uses", _PODS),
    Kind("proxied", f"{_LISTENING}.rows:Proxied", f"{_LISTENING}.proxied:proxied", ("Service",)),
    Kind("handed-header", f"{_LISTENING}.handed_rows:HandedHeader", f"{_LISTENING}.handed_headers:handed_headers"),
    Kind("body-limit", f"{_LISTENING}.rows:BodyLimit", f"{_LISTENING}.bodies:body_limits", ("Ingress",)),
    Kind("routed-path", f"{_LISTENING}.rows:RoutedPath", f"{_LISTENING}.base_paths:routed_paths", ("Service",)),
    Kind("asked-host", f"{_LISTENING}.rows:AskedHost", f"{_LISTENING}.asked_hosts:asked_hosts", ("Middleware",)),
    Kind(
        "sign-in-return",
        f"{_LISTENING}.return_rows:SignInReturn",
        f"{_LISTENING}.sign_in_return:returns",
        ("Ingress",),
    ),
    Kind("sign-in", f"{_LISTENING}.rows:SignIn", f"{_LISTENING}.sign_in:sign_ins", ("Ingress", "IngressRoute")),
    Kind("probe-answer", f"{_LISTENING}.rows:ProbeAnswer", f"{_LISTENING}.answers:probe_answers", _PODS),
    Kind("probe-host", f"{_LISTENING}.rows:ProbeHost", f"{_LISTENING}.probe_hosts:probe_hosts", _PODS),
    Kind("used-port", f"{_LISTENING}.rows:UsedPort", f"{_LISTENING}.ports:used_ports", _PODS),
    Kind("crossing", f"{_LISTENING}.rows:Crossing", f"{_LISTENING}.crossings:crossings", ("IngressRoute",)),
    Kind(
        "mutual-tls",
        f"{_LISTENING}.rows:MutualTls",
        f"{_LISTENING}.mutual_tls:mutual_tls",
        ("PeerAuthentication",),
    ),
    Kind("loopback-port", f"{_LISTENING}.rows:LoopbackPort", f"{_LISTENING}.loopback:loopback_ports", _PODS),
    Kind("oidc-endpoint", f"{_FACTS}.oidc.rows:OidcEndpoint", f"{_FACTS}.oidc.endpoints:oidc_endpoints", _LOGINS),
    Kind("oidc-client", f"{_FACTS}.oidc.rows:OidcClient", f"{_FACTS}.oidc.registrations:oidc_clients", _LOGINS),
    Kind("oidc-redirect", f"{_FACTS}.oidc.rows:OidcRedirect", f"{_FACTS}.oidc.registrations:oidc_redirects", _LOGINS),
    Kind("oidc-proof", f"{_FACTS}.oidc.rows:OidcProof", f"{_FACTS}.oidc.proofs:oidc_proofs", _PODS),
    Kind("oidc-audience", f"{_FACTS}.oidc.rows:OidcAudience", f"{_FACTS}.oidc.audiences:oidc_audiences", _PODS),
    Kind("oidc-scope", f"{_FACTS}.oidc.rows:OidcScope", f"{_FACTS}.oidc.scopes:oidc_scopes", _PODS),
    Kind("credential", f"{_FACTS}.credentials.rows:Credential", f"{_FACTS}.credentials.credentials:credentials"),
    Kind(
        "password-use",
        f"{_FACTS}.credentials.rows:PasswordUse",
        f"{_FACTS}.credentials.passwordless:password_uses",
        _PODS,
    ),
    Kind("api-key", f"{_FACTS}.credentials.rows:ApiKeyUse", f"{_FACTS}.credentials.api_keys:api_key_uses", _PODS),
    Kind(
        "shared-key",
        f"{_FACTS}.credentials.rows:SharedKey",
        f"{_FACTS}.credentials.shared_keys:shared_keys",
        _PODS,
    ),
    Kind(
        "listener-use",
        f"{_FACTS}.credentials.rows:ListenerUse",
        f"{_FACTS}.credentials.broker_clients:listener_uses",
        _PODS,
    ),
    Kind("store-name", f"{_NAMES}.rows:StoreName", f"{_NAMES}.stores:store_names", _STORE_CLIENTS),
    Kind("schema-grant", f"{_NAMES}.rows:SchemaGrant", f"{_NAMES}.schema_grants:schema_grants", _PODS),
    Kind("tls-secret", f"{_NAMES}.rows:TlsSecret", f"{_NAMES}.certificates:tls_secrets", _TLS),
    Kind(
        "certificate-host",
        f"{_NAMES}.rows:CertificateHost",
        f"{_NAMES}.certificates:certificate_hosts",
        (*_TLS, *_WEBHOOKS, *_PODS, "Certificate"),
    ),
    Kind(
        "issuance",
        f"{_NAMES}.rows:Issuance",
        f"{_NAMES}.issuance:issuances",
        ("Issuer", "ClusterIssuer"),
    ),
    Kind("public-url", f"{_NAMES}.host_rows:PublicAddress", f"{_NAMES}.public_urls:public_addresses", _PODS),
    Kind("https-wanted", f"{_NAMES}.host_rows:WantedHttps", f"{_NAMES}.https_wanted:wanted_https", _PODS),
    Kind("trusted-origin", f"{_NAMES}.host_rows:TrustedOrigin", f"{_NAMES}.origins:trusted_origins", _PODS),
    Kind("allowed-host", f"{_NAMES}.host_rows:AllowedHost", f"{_NAMES}.hosts:allowed_hosts", _PODS),
    Kind("probe", f"{_FACTS}.workers.rows:ProbeWindow", f"{_FACTS}.workers.probes:probe_windows", _PODS),
    Kind(
        "migration",
        f"{_FACTS}.workers.rows:Migration",
        f"{_FACTS}.workers.migrations:migrations",
        _PODS,
        f"{_FACTS}.workers.migrations:changed_migrations",
    ),
    Kind("worker-memory", f"{_FACTS}.workers.rows:WorkerMemory", f"{_FACTS}.workers.workers:worker_memory", _PODS),
    Kind("kept-memory", f"{_FACTS}.workers.rows:KeptMemory", f"{_FACTS}.workers.kept:kept_memory", _PODS),
    Kind(
        "shared-memory", f"{_FACTS}.workers.rows:SharedMemory", f"{_FACTS}.workers.shared_memory:shared_memory", _PODS
    ),
    Kind("reference", f"{_FACTS}.credentials.rows:Reference", f"{_FACTS}.credentials.references:references", _PODS),
    Kind("executed-file", f"{_REFERENCES}.rows:ExecutedFile", f"{_REFERENCES}.executed:executed_files", _PODS),
    Kind("nested-mount", f"{_REFERENCES}.rows:NestedMount", f"{_REFERENCES}.nested_mounts:nested_mounts", _PODS),
    Kind(
        "unsynced-secret",
        f"{_REFERENCES}.rows:UnsyncedSecret",
        f"{_REFERENCES}.synced_secrets:unsynced_secrets",
        ("SecretProviderClass",),
    ),
    Kind(
        "unfilled-template",
        f"{_REFERENCES}.rows:UnfilledTemplate",
        f"{_REFERENCES}.secret_templates:unfilled_templates",
        ("ExternalSecret",),
    ),
    Kind(
        "unread-pull-secret",
        f"{_REFERENCES}.rows:UnreadPullSecret",
        f"{_REFERENCES}.pull_secrets:unread_pull_secrets",
        ("Secret",),
    ),
    Kind("pulled-image", f"{_REFERENCES}.rows:PulledImage", f"{_REFERENCES}.pull_secrets:pulled_images", ("Secret",)),
    Kind("unreadable-file", f"{_REFERENCES}.rows:UnreadableFile", f"{_REFERENCES}.unreadable:unreadable_files", _PODS),
    Kind("open-file", f"{_REFERENCES}.rows:OpenFile", f"{_REFERENCES}.too_open:open_files", _PODS),
    Kind("mounted-path", f"{_REFERENCES}.rows:MountedPath", f"{_REFERENCES}.mounted_paths:mounted_paths", _PODS),
    Kind(
        "named-object",
        f"{_REFERENCES}.rows:NamedObject",
        f"{_REFERENCES}.named:named_objects",
    ),
    Kind(
        "scale-target",
        f"{_REFERENCES}.rows:ScaleTarget",
        f"{_REFERENCES}.scale_targets:scale_targets",
        ("HorizontalPodAutoscaler", "ScaledObject"),
    ),
    Kind(
        "claim",
        f"{_CLAIMS}.rows:Claim",
        f"{_CLAIMS}.found:claims",
        found_in_step=f"{_CLAIMS}.found:claims_of_step",
    ),
    Kind("permission", f"{_PERMISSIONS}.rows:Permission", f"{_PERMISSIONS}.asked:permissions", _PODS),
    Kind(
        "bound-account",
        f"{_PERMISSIONS}.rows:BoundAccount",
        f"{_PERMISSIONS}.accounts:bound_accounts",
        ("ServiceAccount",),
    ),
    Kind(
        "rule-groups", f"{_PERMISSIONS}.rows:RuleGroups", f"{_PERMISSIONS}.groups:rule_groups", ("Role", "ClusterRole")
    ),
    Kind("role-reach", f"{_PERMISSIONS}.rows:RoleReach", f"{_PERMISSIONS}.reach:role_reaches", ("Role",)),
    Kind("removed-api", f"{_APIS}.rows:RemovedApi", f"{_APIS}.removed:removed_apis"),
    Kind(
        "served-version",
        f"{_APIS}.rows:ServedVersion",
        f"{_APIS}.served:served_versions",
        ("CustomResourceDefinition",),
    ),
    Kind(
        "permitted-application",
        f"{_ADMISSION}.rows:PermittedApplication",
        f"{_ADMISSION}.applications:permitted_applications",
        ("AppProject",),
    ),
    Kind(
        "judged-resource",
        f"{_APIS}.rows:JudgedResource",
        f"{_APIS}.schema_refusals:judged_resources",
        ("CustomResourceDefinition",),
    ),
    Kind("pod-security", f"{_ADMISSION}.rows:PodSecurity", f"{_ADMISSION}.pod_security:pod_security", _PODS),
    Kind("sysctl", f"{_ADMISSION}.rows:Sysctl", f"{_ADMISSION}.sysctls:sysctls", _PODS),
    Kind(
        "nginx-ingress",
        f"{_ADMISSION}.rows:NginxIngress",
        f"{_ADMISSION}.nginx_ingresses:nginx_ingresses",
        ("Ingress",),
    ),
    Kind("quota", f"{_ADMISSION}.rows:Quota", f"{_ADMISSION}.quotas:quotas", ("ResourceQuota", "LimitRange")),
    Kind(
        "doubled-key",
        f"{_ROLLOUTS}.rows:DoubledKey",
        f"{_ROLLOUTS}.doubled_keys:doubled_keys",
        _PODS,
        f"{_ROLLOUTS}.doubled_keys:changed_doubled_keys",
    ),
    Kind(
        "shared-volume",
        f"{_ROLLOUTS}.rows:SharedVolume",
        f"{_ROLLOUTS}.volumes:shared_volumes",
        ("PersistentVolumeClaim",),
        f"{_ROLLOUTS}.replaced_volumes:replaced_over_a_volume",
    ),
    Kind(
        "claim-mode",
        f"{_ROLLOUTS}.rows:ClaimMode",
        f"{_ROLLOUTS}.claim_modes:claim_modes",
        ("PersistentVolumeClaim", "StatefulSet"),
    ),
    Kind(
        "claim-class",
        f"{_ROLLOUTS}.rows:ClaimClass",
        f"{_ROLLOUTS}.claim_classes:claim_classes",
        ("PersistentVolumeClaim", "StatefulSet"),
        f"{_ROLLOUTS}.claim_classes:classes_of_step",
    ),
    Kind(
        "claimed-volume",
        f"{_ROLLOUTS}.rows:ClaimedVolume",
        f"{_ROLLOUTS}.claimed_volumes:claimed_volumes",
        ("PersistentVolumeClaim",),
    ),
    Kind(
        "shared-claim",
        f"{_ROLLOUTS}.rows:SharedClaim",
        f"{_ROLLOUTS}.shared_claims:shared_claims",
        ("PersistentVolumeClaim",),
    ),
    Kind(
        "versioned-label", f"{_ROLLOUTS}.rows:VersionedLabel", f"{_ROLLOUTS}.versioned_labels:versioned_labels", _PODS
    ),
    Kind("taken-port", f"{_ROLLOUTS}.rows:TakenPort", f"{_ROLLOUTS}.ports:taken_ports"),
    Kind("budget", f"{_ROLLOUTS}.rows:Budget", f"{_ROLLOUTS}.budgets:budgets", ("PodDisruptionBudget",)),
    Kind(
        "selection",
        f"{_ROLLOUTS}.rows:Selection",
        f"{_ROLLOUTS}.selections:selections",
        ("PodDisruptionBudget", *_PODS),
    ),
    Kind("placement", f"{_ROLLOUTS}.rows:Placement", f"{_ROLLOUTS}.placements:placements", _PODS),
    Kind("stop-hook", f"{_ROLLOUTS}.rows:StopHook", f"{_ROLLOUTS}.stop_hooks:stop_hooks", _PODS),
    Kind("repeated-step", f"{_ROLLOUTS}.rows:RepeatedStep", f"{_ROLLOUTS}.repeated_steps:repeated_steps", _PODS),
    Kind("needed-setting", f"{_PROGRAMS}.rows:NeededSetting", f"{_PROGRAMS}.needed:needed_settings", _PODS),
    Kind("refused-setting", f"{_PROGRAMS}.rows:RefusedSetting", f"{_PROGRAMS}.refused:refused_settings", _PODS),
    Kind("run-as", f"{_PROGRAMS}.rows:RunAs", f"{_PROGRAMS}.run_as:run_as", _PODS),
    Kind("absent-program", f"{_PROGRAMS}.rows:AbsentProgram", f"{_PROGRAMS}.absent:absent_programs", _PODS),
    Kind("service-link", f"{_PROGRAMS}.rows:ServiceLink", f"{_PROGRAMS}.service_links:service_links", _PODS),
    Kind("data-folder", f"{_PROGRAMS}.rows:DataFolder", f"{_PROGRAMS}.folders:data_folders", _PODS),
    Kind("volume-root", f"{_PROGRAMS}.rows:VolumeRoot", f"{_PROGRAMS}.volume_roots:volume_roots", _PODS),
    Kind("held-claim", f"{_PROGRAMS}.rows:UnmountedClaim", f"{_PROGRAMS}.unmounted:unmounted_claims", _PODS),
    Kind("volume-access", f"{_PROGRAMS}.rows:VolumeAccess", f"{_PROGRAMS}.access:volume_access", _PODS),
    Kind("refused-write", f"{_PROGRAMS}.rows:RefusedWrite", f"{_PROGRAMS}.writes:refused_writes", _PODS),
    Kind("pod-count", f"{_PROGRAMS}.rows:PodCount", f"{_PROGRAMS}.pods:pod_counts", _PODS),
    Kind(
        "unparsable-file",
        f"{_WRITTEN}.rows:UnparsableFile",
        f"{_WRITTEN}.unparsable:unparsable_files",
        ("ConfigMap", "Secret"),
    ),
    Kind("undeclared-field", f"{_WRITTEN}.rows:UndeclaredField", f"{_WRITTEN}.unknown_fields:undeclared_fields"),
    Kind("decimal-mode", f"{_WRITTEN}.rows:DecimalMode", f"{_WRITTEN}.decimal_modes:decimal_modes", _PODS),
    Kind("leftover", f"{_WRITTEN}.rows:Leftover", f"{_WRITTEN}.leftovers:leftovers"),
    Kind("unsplit-command", f"{_WORDS}.rows:UnsplitCommand", f"{_WORDS}.unsplit:unsplit_commands", _PODS),
    Kind("dropped-words", f"{_WORDS}.rows:DroppedWords", f"{_WORDS}.dropped:dropped_words", _PODS),
    Kind("unreadable-script", f"{_WORDS}.rows:UnreadableScript", f"{_WORDS}.unreadable:unreadable_scripts", _PODS),
    Kind("shell-word", f"{_WORDS}.rows:ShellWord", f"{_WORDS}.shell_words:shell_words", _PODS),
    Kind("unfilled-variable", f"{_WORDS}.rows:UnfilledVariable", f"{_WORDS}.variables:unfilled_variables", _PODS),
    Kind("malformed-url", f"{_WORDS}.rows:MalformedUrl", f"{_WORDS}.urls:malformed_urls", _PODS),
    Kind("line-break", f"{_WORDS}.rows:LineBreak", f"{_WORDS}.line_breaks:line_breaks", _PODS),
    Kind("absent-image", f"{_WORDS}.rows:AbsentImage", f"{_WORDS}.absent_images:absent_images", _PODS),
    Kind(
        "encoded-value",
        f"{_WORDS}.rows:EncodedValue",
        f"{_WORDS}.encoded:encoded_values",
        ("Secret", "ConfigMap", *_PODS),
    ),
    Kind(
        "bytes-in-variable",
        f"{_WORDS}.rows:BytesInVariable",
        f"{_WORDS}.bytes_in_variables:bytes_in_variables",
        ("Secret",),
    ),
    Kind("gone-image", f"{_WORDS}.rows:GoneImage", f"{_WORDS}.gone_images:gone_images", _PODS),
    Kind("image-name", f"{_WORDS}.rows:ImageName", f"{_WORDS}.image_names:image_names", _PODS),
    Kind("order", f"{_ORDER}.rows:Order", f"{_ORDER}.sequence:order"),
    Kind("hook-word", f"{_ORDER}.rows:HookWord", f"{_ORDER}.hook_words:hook_words"),
    Kind("need", f"{_ORDER}.rows:Need", f"{_ORDER}.needs:needs", _PODS, f"{_ORDER}.upgraded:upgrade_needs"),
    Kind(
        "hook-object",
        f"{_ORDER}.rows:HookObject",
        f"{_ORDER}.hook_objects:hook_objects",
        _PODS,
        f"{_ORDER}.hook_objects:changed_hook_objects",
    ),
    Kind("waiting", f"{_ORDER}.rows:Waiting", f"{_ORDER}.circles:waiting", _PODS),
    Kind("ending", f"{_ORDER}.rows:Ending", f"{_ORDER}.endings:endings", _PODS),
    Kind("meshed-job", f"{_ORDER}.rows:MeshedJob", f"{_ORDER}.mesh_jobs:meshed_jobs", ("Job", "CronJob")),
    Kind("change", f"{_UPGRADE}.rows:Change", found_in_step=f"{_UPGRADE}.changes:changes"),
    Kind("rotation", f"{_UPGRADE}.rows:Rotation", found_in_step=f"{_UPGRADE}.rotations:rotations"),
    Kind("sealed", f"{_UPGRADE}.data_rows:Sealed", found_in_step=f"{_UPGRADE}.sealed:sealed"),
    Kind("data-step", f"{_UPGRADE}.data_rows:DataStep", found_in_step=f"{_UPGRADE}.data_versions:data_steps"),
    Kind("left-volume", f"{_UPGRADE}.data_rows:LeftVolume", found_in_step=f"{_UPGRADE}.left_volumes:left_volumes"),
    Kind("changed-user", f"{_PROGRAMS}.rows:ChangedUser", found_in_step=f"{_PROGRAMS}.changed_user:changed_users"),
    Kind("late-name", f"{_NAMES}.rows:LateName", found_in_step=f"{_NAMES}.late_names:late_names"),
    Kind("left-pods", f"{_ROLLOUTS}.rows:LeftPods", found_in_step=f"{_ROLLOUTS}.left_pods:left_pods"),
    Kind("crd-step", f"{_UPGRADE}.data_rows:CrdStep", found_in_step=f"{_UPGRADE}.crds:crd_steps"),
    Kind("released-hook", f"{_ORDER}.rows:HookBecomesResource", found_in_step=f"{_ORDER}.released:released_hooks"),
)


def kind_of(about: str) -> Kind | None:
    """The kind of that name."""
    return next((kind for kind in KINDS if kind.about == about), None)


def names() -> tuple[str, ...]:
    """What rules can be about."""
    return tuple(kind.about for kind in KINDS)


def facts_of(world: World) -> Iterator[Fact]:
    """Every fact of one view: kinds as they are listed, then the order of what was read."""
    for kind in KINDS:
        yield from kind.facts(world)


def facts_of_step(step: Step) -> Iterator[Fact]:
    """Every fact of the step between two views, and nothing that is a fact of one alone."""
    for kind in KINDS:
        yield from kind.facts_of_step(step)
