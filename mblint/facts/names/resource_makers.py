"""The names that an operator makes in the server that a custom resource stands for: `stores` of the table of servers.

They stand in the resource itself, or in others that are about it: a MariaDB, and the Databases and Users that name it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import is_custom
from mblint.cluster.objects import Object, Other
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.credentials.misspelt import names_in
from mblint.facts.go_betweens import go_betweens
from mblint.facts.names.connection_names import account
from mblint.facts.names.resource_grants import grants
from mblint.facts.names.resource_names import is_elsewhere, made_by, names_at, of_secret, places_at, rows_of
from mblint.facts.names.shape import Asked, Name, Offered
from mblint.facts.referring import naming_none, referring
from mblint.facts.stand_ins import text_at
from mblint.facts.written_lines import line_of, text_of
from mblint.manifests.documents import texts_in
from mblint.settings.tables import Row, as_text, as_texts, load_table


@remembered
def resource_offers(cluster: Cluster) -> Mapping[int, tuple[str, tuple[Offered, ...]]]:
    """What is made of each resource of the table, by its identity, with the server's name for messages."""
    found: dict[int, tuple[str, tuple[Offered, ...]]] = {}
    for row in load_table("servers", "stores"):
        for each in cluster.of_kind(str(row["kind"]), str(row["group"])):
            before = found.get(id(each), ("", ()))[1]
            found[id(each)] = (str(row["server"]), (*before, _offered(cluster, row, each)))
    for key, behind in go_betweens(cluster).items():
        if (offers := found.get(id(behind))) is not None:
            found[key] = offers
    return found


def spoken_of(cluster: Cluster, asked: Asked, offered: Offered) -> Other | None:
    """A custom resource that has the name somewhere, and may make it: none of those that are read here."""
    name, server = reveal(asked.name.text), offered.by
    read = _kinds_about(server)
    return next(
        (
            other
            for other in cluster.others
            if is_custom(other.api_version)
            and other is not asked.by
            and not (read and other is server)
            and (other.api_version.rpartition("/")[0], other.id.kind) not in read
            and names_in(other, name)
        ),
        None,
    )


def _kinds_about(server: Object) -> frozenset[tuple[str, str]]:
    """The kinds of resources about such a server: those that make names in it, and those that only speak of them."""
    rows = [row for row in load_table("servers", "stores") if row["kind"] == server.id.kind]
    makers = ((str(each["group"]), str(each["kind"])) for row in rows for each in made_by(row))
    speakers = ((str(row["group"]), kind) for row in rows for kind in as_texts(row, "speaks"))
    own = ((str(row["group"]), server.id.kind) for row in rows)
    return frozenset((*makers, *speakers, *own))


# ---------------------------------------------------------------- what they make


def _offered(cluster: Cluster, row: Row, resource: Object) -> Offered:
    if row["what"] == "grant":
        return grants(cluster, row, resource, list(_doubts(row, resource)))
    if row["what"] == "account":
        return Offered("account", resource, tuple(_accounts(row, resource)), tuple(_doubts(row, resource)))
    names = [name for path in as_texts(row, "at") for name in names_at(resource.place, path)]
    names += of_secret(cluster, row, resource)
    if not names:
        instead = as_text(row, "default-from")
        names = list(names_at(resource.place, instead)) if instead is not None else []
    if not names and (default := as_text(row, "default")) is not None and not _is_set(resource, row):
        names = [Name(default.replace("{name}", resource.id.name), resource.place, "its default")]
    names += [name for path in as_texts(row, "further") for name in names_at(resource.place, path)]
    written = list(_written(cluster, row, resource))
    names += written
    in_its_place = as_texts(row, "unless-written") if written else ()
    usual = [text.replace("{name}", resource.id.name) for text in as_texts(row, "always") if text not in in_its_place]
    always = [Name(text, resource.place, "the operator") for text in usual]
    doubts = list(_doubts(row, resource))
    if is_elsewhere(cluster, row, resource):
        doubts.append(f"the Secret at {row['secret']} is not in the view")
    for each in made_by(row):
        for other in referring(cluster, resource, each):
            made = list(_of_other(cluster, each, other))
            names += made
            if not made and (is_elsewhere(cluster, each, other) or "secret" not in each):
                doubts.append(f"{other.id.kind} {other.id.name} may make more")
        doubts += [f"{other.id.kind} {other.id.name} may make more" for other in naming_none(cluster, resource, each)]
    guessed = row.get("guessed") is True
    return Offered(str(row["what"]), resource, (*names, *always), tuple(doubts), guessed=guessed)


def _accounts(row: Row, resource: Object) -> Iterator[Name]:
    """Users with the database that has each, which stands beside them in a list."""
    for place in places_at(resource.place, str(row["each"])):
        user, within = text_at(place.at(str(row["user"]))), text_at(place.at(str(row["in"])))
        if user:
            yield Name(account(user, within or str(row["default"])), place.at(str(row["user"])), str(row["each"]))
    for text in as_texts(row, "always"):
        yield Name(account(text, str(row["default"])), resource.place, "the operator")


def _written(cluster: Cluster, row: Row, resource: Object) -> Iterator[Name]:
    """The names in lines `key = value` of a text of the resource, or of its Secret."""
    for each in rows_of(row, "written"):
        at, secret, key = (as_text(each, field) for field in ("at", "secret", "key"))
        found = text_of(cluster, resource, at, secret, key)
        name = line_of(found[0], str(each["line"])) if found is not None else None
        if found is not None and name is not None:
            shown = name if isinstance(found[0], SecretText) else reveal(name)
            yield Name(shown, found[1], f"{each['line']} in {at or key}")


def _is_set(resource: Object, row: Row) -> bool:
    """Whether the list that replaces the default is there, if empty."""
    path = as_text(row, "default-unless")
    return path is not None and resource.place.at(*path.split(".")).value is not None


def _doubts(row: Row, resource: Object) -> Iterator[str]:
    for path in as_texts(row, "more"):
        if resource.place.at(*path.split(".")).value not in (None, False):
            yield f"{path} may make more"
    for path in as_texts(row, "more-if-empty"):
        if resource.place.at(*path.split(".")).value == {}:
            yield f"{path} makes one of the cluster's name"
    for each in rows_of(row, "more-said"):
        said = " ".join(" ".join(texts_in(resource.place.at(*str(each["at"]).split(".")).value)).lower().split())
        if any(word in said for word in as_texts(each, "words")):
            yield f"{each['at']} may make more"


def _of_other(cluster: Cluster, row: Row, other: Object) -> Iterator[Name]:
    """The names that another resource makes: those at its paths, of a key of its Secret, or its own name."""
    if "secret" in row:
        yield from of_secret(cluster, row, other)
        return
    named = [name for path in as_texts(row, "at") for name in names_at(other.place, path)]
    said_by = f"{other.id.kind} {other.id.name}"
    if named:
        yield from (Name(name.text, name.place, said_by) for name in named)
    elif row.get("own-name") is True:
        yield Name(other.id.name, other.place.at("metadata", "name"), said_by)
