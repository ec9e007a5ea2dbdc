"""Programs that take their users to come by https, and the hosts by which these come without.

SvelteKit's server is one: without ORIGIN, and without the header in which a proxy says how the browser came, it
compares the Origin of forms with https and the host that was asked for.
Source: https://svelte.dev/docs/kit/adapter-node#Environment-variables
"""

from __future__ import annotations

from collections.abc import Sequence

from mblint.cluster.secrets import reveal
from mblint.facts.names.host_lists import HostList
from mblint.facts.way.served import ServedHost


def taken_for_https(each: HostList, served: Sequence[ServedHost]) -> tuple[ServedHost, ...]:
    """The hosts of Ingresses without TLS.

    None where anything says that TLS ends before what the view has: a setting with https and one of the hosts.
    """
    if each.is_set or each.doubt is not None or any(one.tls for one in served) or _says_https(each, served):
        return ()
    return tuple(one for one in served if one.route.id.kind == "Ingress")


def _says_https(each: HostList, served: Sequence[ServedHost]) -> bool:
    said = [reveal(setting.value) for setting in each.told.settings if setting.value is not None]
    return any(f"https://{one.host.text}" in text for text in said for one in served)
