"""The port of a web address that names none, for what speaks HTTP alone. Source: RFC 9110, sections 4.2.1 and 4.2.2.

Other schemes have their ports in the table rules/tables/schemes.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WEB_PORTS: Mapping[str | None, int] = MappingProxyType({"http": 80, "https": 443})
