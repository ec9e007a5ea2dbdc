"""Custom resources whose operator makes a server that asks for no password: `open-unless` of the table of servers."""

from __future__ import annotations

from mblint.cluster.objects import Object, Other
from mblint.settings.server_table import Product, product_of_resource


def opened(maker: Object) -> Product | None:
    """What is made of a resource that gives its server no password; None for others, and where that is not known."""
    product = product_of_resource(maker.api_version, maker.id.kind) if isinstance(maker, Other) else None
    if product is None or product.open_unless is None:
        return None
    told = (maker.place.at(*path.split(".")).value for path in product.open_unless)
    return product if all(each in (None, {}, [], "") for each in told) else None
