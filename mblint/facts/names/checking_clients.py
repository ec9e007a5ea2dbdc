"""Whether a client that calls by TLS looks at the certificate: at its names, at who signed it, or at neither.

Libraries for the Web compare the host by themselves. Those of databases and brokers do so where an option says it, or
where they are called by a scheme that begins with TLS; libpq's `verify-ca` looks at the signature alone. A client whose
settings speak of not checking is let be.
Sources: https://www.rfc-editor.org/rfc/rfc6125#section-6 ,
https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS ,
https://www.mongodb.com/docs/manual/reference/connection-string-options/#tls-options ,
https://kafka.apache.org/documentation/#brokerconfigs_ssl.endpoint.identification.algorithm ,
https://redis.readthedocs.io/en/stable/examples/ssl_connection_examples.html (Python looks at no name, as it is)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mblint.cluster.objects import Container
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found
from mblint.facts.told import settings_of
from mblint.facts.way.uses import probes
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting

NAME, SIGNATURE = "name", "signature"
WEB = ("https", "wss")
_MONGO = ("mongodb", "mongodb+srv")
_BEGIN_WITH_TLS = ("rediss", "valkeys", "amqps", "ldaps")
_OF_PYTHON = ("rediss", "valkeys")
# Drivers compare the host's name, unless an option of the address says otherwise.
_BY_TLS, _TRUSTS_ANY = (
    regex(r"(?i)[?&](?:tls|ssl)=true"),
    regex(r"(?i)[?&](?:tls|ssl)(?:insecure|allowinvalid|invalid)"),
)
_FULL = regex(r"(?i)(?:^|sslmode=|ssl-mode=)(?:verify-full|verify_identity)$|ssl-?mode=verify[-_](?:full|identity)")
_SIGNED = regex(r"(?i)^verify[-_]ca$|ssl-?mode=verify[-_]ca")
_OF_PYTHONS_REDIS = regex(r"ssl_cert_reqs|ssl_ca_certs|celery|django|gunicorn|python", re.IGNORECASE)
_LOOKS = regex(r"ssl_check_hostname=true", re.IGNORECASE)
# A setting that says so, and one whose value may: `INSECURE_SKIP_VERIFY`, `VERIFY_SSL=false`, `NODE_TLS_REJECT_…=0`.
_UNCHECKED = regex(
    r"(?i)insecure|skip[-_.]?(?:tls|ssl|verif|hostname)|no[-_.]?verif|verif\w*|reject[-_.]?unauthorized|allow[-_.]?self"
    r"|check[-_.]?(?:hostname|cert)|hostname[-_.]?verif|server[-_.]?name|cert[-_.]?reqs|endpoint[-_.]?identification"
)
_UNCHECKED_VALUE = regex(
    r"(?i)insecure|verify=(?:false|0|no|verify_none)|cert_reqs=(?:none|cert_none|optional)|(?:^|\s)-k(?:\s|$)"
    r"|reject_?unauthorized=(?:false|0)"
)
_UNCHECKED_OPTION = regex(r"(?:^|\s)(?:-{1,2}tls-skip-verify|--insecure|-k)(?:\s|$)")
# Of several letters behind one dash, as `-skf`, curl takes each; Source: https://curl.se/docs/manpage.html
_UNCHECKED_CLIENT = regex(
    r"\bcurl\b[^|;&\n]*?\s-(?:-insecure\b|[A-Za-z#]{0,9}k)|\bwget\b[^|;&\n]*?--no-check-certificate"
)
_SAYS_IT_CHECKS = ("true", "1", "yes", "on", "full", "verify-full", "verify_identity", "required", "https")
_HOST = regex(r"(?i)[_.-]?(?:host(?:name)?s?|addr(?:ess)?|server|endpoint)$")
_TLS, _ON = frozenset(("tls", "ssl")), ("true", "1", "yes", "on", "required", "enabled")
_KAFKA = frozenset(("kafka", "bootstrap", "broker", "brokers"))
_STORES = frozenset(("redis", "valkey", "rabbitmq", "amqp", "nats"))
_AUTHORITY = frozenset(("ca", "cacert", "cafile", "cas", "rootcert", "authority"))


def checks(world: World, found: Found) -> str | None:
    """What the client insists on, as far as anybody says: a certificate for the host that it calls, a signature."""
    setting, scheme = found.destination.setting, found.destination.scheme or ""
    if found.destination.hidden or not found.row.hard or found.reached.beside:
        return None
    told = settings_of(world, setting.workload, setting.container)
    if found.reached.server is setting.workload and _asks_itself_unchecked(setting.container):
        return None
    if setting.origin is Origin.ARGUMENT and _runs_an_unchecked_client(setting.container):
        return None
    if scheme in _MONGO:
        text = reveal(setting.value) if setting.value is not None else ""
        return NAME if _BY_TLS.search(text) and not _TRUSTS_ANY.search(text) else None
    how = _how(setting, scheme, told, assumed=found.destination.assumed)
    if how is None or any(_is_unchecked(each.key, "" if each.value is None else reveal(each.value)) for each in told):
        return None
    return how


def _how(setting: Setting, scheme: str, told: Sequence[Setting], *, assumed: bool) -> str | None:
    if scheme in WEB:
        return None if assumed else NAME
    if scheme in _BEGIN_WITH_TLS:
        return NAME if scheme not in _OF_PYTHON or _compares(setting, told) else SIGNATURE
    if any(each.value and _FULL.search(reveal(each.value).strip()) for each in told):
        return NAME
    if any(each.value and _SIGNED.search(reveal(each.value).strip()) for each in told):
        return SIGNATURE
    if not _KAFKA.isdisjoint(words_of(setting.key)) and any(_is_kafkas_tls(each) for each in told):
        return NAME
    if not _is_told_beside(setting, told):
        return None
    return NAME if not _STORES.isdisjoint(words_of(setting.key)) and _compares(setting, told) else SIGNATURE


def _is_kafkas_tls(setting: Setting) -> bool:
    text = "" if setting.value is None else reveal(setting.value).strip().upper()
    return words_of(setting.key)[-2:] == ("security", "protocol") and text in ("SSL", "SASL_SSL")


def _compares(setting: Setting, told: Sequence[Setting]) -> bool:
    """Whether a client of Redis compares names: all libraries do so but Python's, which has to be told."""
    texts = [f"{each.key}={'' if each.value is None else reveal(each.value)}" for each in told]
    if any(_LOOKS.search(text) for text in texts):
        return True
    image = setting.container.image or ""
    words = " ".join(reveal(word.text) for word in setting.container.words)
    return not any(_OF_PYTHONS_REDIS.search(text) for text in (*texts, image, words))


def _is_told_beside(setting: Setting, told: Sequence[Setting]) -> bool:
    """Whether what is called like the host's setting switches TLS on, and names the authority: REDIS_TLS, REDIS_CA."""
    stem = words_of(_HOST.sub("", setting.key))
    if not stem or _HOST.search(setting.key) is None:
        return False
    beside = [each for each in told if words_of(each.key)[: len(stem)] == stem and each.value is not None]
    rests = [(frozenset(words_of(each.key)[len(stem) :]), reveal(each.value or "").strip().lower()) for each in beside]
    switched = any(rest & _TLS and value in _ON for rest, value in rests)
    return switched and any(rest & _AUTHORITY and value.startswith("/") for rest, value in rests)


def _asks_itself_unchecked(container: Container) -> bool:
    """Whether probes, for which a server is told its own address, call it without looking at its certificate."""
    return any(_UNCHECKED_OPTION.search(" ".join(probe.command)) for _, probe in probes(container))


def _runs_an_unchecked_client(container: Container) -> bool:
    """Whether its words run curl or wget so that these look at no certificate: which of several calls is not asked."""
    words = [word.text for word in container.words]
    return any(_UNCHECKED_CLIENT.search(text) for text in (*words, " ".join(words)))


def _is_unchecked(key: str, value: str) -> bool:
    if not _UNCHECKED.search(key):
        return bool(_UNCHECKED_VALUE.search(value))
    return value.strip().lower() not in _SAYS_IT_CHECKS or bool(re.search(r"(?i)insecure|skip|no[-_.]?verif", key))
