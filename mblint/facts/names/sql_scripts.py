"""Databases and users that scripts of the first start make in PostgreSQL, MariaDB and MySQL.

The images run what is mounted at their folder once: `.sql` by their client, `.sh` in a shell, which mostly hands a text
to `psql` or `mysql`. Nothing is said of scripts that are not in the view, and of those that go through lists, run what
they put together, or make a name of what nobody knows.
Sources: https://github.com/docker-library/docs/blob/master/postgres/README.md (Initialization scripts),
https://github.com/docker-library/docs/blob/master/mariadb/README.md (Initializing the database contents),
https://www.postgresql.org/docs/17/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS (names without quotes, in lower case),
https://dev.mysql.com/doc/refman/8.4/en/identifier-case-sensitivity.html (names as they are written)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Container, Workload
from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.facts.names.shape import Name
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.settings.names import Origin
from mblint.settings.unseen_files import may_be_unseen

# Compiled where such a script is mounted: seldom.
_TOKEN = (
    r"--[^\n]*|^[ \t]*#[^\n]*|/\*.*?\*/|(?P<text>'(?:[^'\\]|\\.|'')*'|\"[^\"]*\"|`[^`]*`)"
    r"|(?P<block>(\$\w*\$).*?\3)|(?P<end>;)|[^;'\"`$/#-]+|."
)
_OF_CLIENT = r"^[ \t]*\\(?:c|connect|set|echo|timing|x|q|pset|encoding|unset)\b[^\n]*$"
_MADE = (
    r"\s*create\s+(?P<what>database|schema|user|role|group)\s+(?:if\s+not\s+exists\s+)?"
    r"(?P<name>'[^']+'|\"[^\"]+\"|`[^`]+`|[\w.${}:-]+)(?P<rest>.*)"
)
_MAKES = r"\s*create\s+(?:database|schema|user|role|group)\b"
_OTHER = r"\\[a-z]|\0|^\s*(?:execute|prepare|call|source|delimiter|do)\b|\bgrant\b.*\bidentified\b|\brename\s+to\b"
_MORE = r"^\s*(?:@\s*\S+)?[^;]*,\s*['\"`]?\w+['\"`]?\s*@"  # MySQL makes several users by one statement
_IN_BLOCK = r"(?i)\b(?:create|execute|perform|grant)\b"
_HEREDOC = (
    r"(?P<line>[^\n]*)<<-?[ \t]*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)[^\n]*\n(?P<sql>.*?)^[ \t]*(?P=end)[ \t]*$"
)
_OPTION = (
    r"[ \t](?:-\w*[ce]|--command|--execute)[= \t]*"
    r"(?:\"(?P<filled>(?:[^\"\\]|\\.)*)\"|'(?P<plain>[^']*)')"
)
_HANDS_ON = frozenset(
    (
        "set",
        "psql",
        "mysql",
        "mariadb",
        "echo",
        "printf",
        "if",
        "then",
        "else",
        "elif",
        "fi",
        "exit",
        "[",
        "[[",
        "true",
        "export",
    )
)  # the first words of commands that make nothing but what the texts say
_DOES_MORE = r"\$\(|`|<|[^|]\|[^|]|\s(?:-\w*f\b|--file|--command|-c\b|-e\b|--execute)"
_TOLD = r"[ \t](?:-v|--set|--variable)[= \t]*(\w+)=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))"  # `-v DATABASE="$SHOP_DB"`
_QUOTED = r"(?im)^[ \t]*select\s+quote_(?:ident|literal)\(\s*:'(\w+)'\s*\)\s+as\s+(\w+)\s*\\gset[^\n]*$"
_OWN = r":['\"]?(\w+)['\"]?"  # a variable of psql's
_VARIABLE = r"\$\{(\w+)(?::-([^}$]*))?\}|\$(\w+)"
_FILLED = ("$", "{{", "<", "%", ":")
_DATABASES = ("database", "schema")


class _Sql(Struct, frozen=True):
    """A text of SQL. `variables`: of the shell that fills it; None: none does. `told`: what psql's own variables stand
    for, as the shell has it. `unquoted`: what the server makes of a name without quotes."""

    text: str
    hidden: bool
    file: MountedFile
    unquoted: Callable[[str], str]
    variables: Mapping[str, Text | None] | None
    told: Mapping[str, str] = {}


def script_names(
    world: World, workload: Workload, container: Container, folder: str, unquoted: Callable[[str], str]
) -> Mapping[str, tuple[Name, ...]] | None:
    """The names that the scripts at a folder make, by `database` and `user`; None where they are not all understood.

    `unquoted`: what the server makes of a name without quotes.
    """
    below = f"{posixpath.normpath(folder)}/"
    files = [file for file in mounted_files(world.cluster, workload, container) if file.path.startswith(below)]
    if not files or may_be_unseen(world.cluster, workload, container, f"{below}*"):
        return None
    told = settings_of(world, workload, container)
    variables = {each.key: each.value for each in told if each.origin is Origin.ENV}
    found: dict[str, tuple[Name, ...]] = {"database": (), "user": ()}
    for file in files:
        parts = _parts(file, variables, unquoted)
        made = None if parts is None else [each for part in parts for each in _made(part)]
        if made is None or None in made:
            return None
        for each in made:
            if each is not None:
                found[each[0]] = (*found[each[0]], each[1])
    return found


def _parts(
    file: MountedFile, variables: Mapping[str, Text | None], unquoted: Callable[[str], str]
) -> list[_Sql] | None:
    """The texts of SQL in a script; None where it does more than to hand them on."""
    if file.entry.text is None:
        return None
    text, hidden = reveal(file.entry.text), isinstance(file.entry.text, SecretText)
    if file.path.endswith(".sql"):
        return [_Sql(text, hidden, file, unquoted, None)]
    if not file.path.endswith(".sh"):
        return None
    parts = [
        _Sql(each["sql"], hidden, file, unquoted, variables if told or not each["quote"] else None, told)
        for each in re.finditer(_HEREDOC, text, re.M | re.S)
        for told in ({name: plain or quoted or bare for name, plain, quoted, bare in re.findall(_TOLD, each["line"])},)
    ]
    rest = re.sub(_HEREDOC, lambda match: match["line"] + "\n", text, flags=re.M | re.S)
    for each in re.finditer(_OPTION, rest, re.S):
        filled = each["filled"]
        sql = each["plain"] if filled is None else re.sub(r"\\(.)", r"\1", filled)
        parts.append(_Sql(sql, hidden, file, unquoted, None if filled is None else variables))
    rest = re.sub(_OPTION, " ", rest, flags=re.S)
    return parts if all(map(_hands_on, rest.replace("\\\n", " ").splitlines())) else None


def _hands_on(line: str) -> bool:
    """Whether a line of a shell script, without its texts of SQL, makes nothing."""
    commands = [each.strip() for each in re.split(r";|&&|\|\|", line)]
    firsts = [each.split()[0] for each in commands if each and not each.startswith("#")]
    does_more = re.search(_DOES_MORE, re.sub(r"\bset[ \t]+[^;&]*", "", line))
    return not firsts or (set(firsts) <= _HANDS_ON and not does_more)


def _made(sql: _Sql) -> Iterator[tuple[str, Name] | None]:
    """What each statement makes; None for one that is not understood."""
    also = {name: sql.told[of] for of, name in re.findall(_QUOTED, sql.text) if of in sql.told}
    text = re.sub(_QUOTED, "", sql.text) if also else sql.text
    sql = replace(sql, told={**sql.told, **also})
    for statement in _statements(re.sub(_OF_CLIENT, "", text, flags=re.M)):
        made = re.match(_MADE, statement, re.I | re.S)
        if made is None:
            if re.match(_MAKES, statement, re.I) or re.search(_OTHER, re.sub(r"'[^']*'", "", statement), re.I | re.S):
                yield None
            continue
        name = _filled(made["name"], sql)
        if name is None or re.search(_MORE, made["rest"], re.S):
            yield None
            continue
        said_by = sql.file.path
        yield (
            "database" if made["what"].lower() in _DATABASES else "user",
            Name(name, sql.file.entry.place, said_by),
        )


def _filled(written: str, sql: _Sql) -> Text | None:
    """A name as the server gets it; None where nobody knows."""
    own = re.fullmatch(_OWN, written)
    written = sql.told.get(own[1], written) if own is not None else written
    quoted = own is not None or written[:1] in tuple("'\"`")
    name = written[1:-1] if quoted and own is None else written
    hidden = sql.hidden
    pieces, at = [], 0
    for variable in re.finditer(_VARIABLE, name) if sql.variables is not None else ():
        value = (sql.variables or {}).get(variable[1] or variable[3], variable[2])
        if value is None:
            return None
        hidden = hidden or isinstance(value, SecretText)
        pieces += [name[at : variable.start()], reveal(value)]
        at = variable.end()
    name = "".join((*pieces, name[at:]))
    if not name or any(mark in name for mark in _FILLED):
        return None
    name = name if quoted else sql.unquoted(name)
    return SecretText(name) if hidden else name


def _statements(text: str) -> Iterator[str]:
    """The statements of a text, without comments; a block in dollars that may make anything says so."""
    statement = ""
    for token in re.finditer(_TOKEN, text, re.S | re.M):
        if token["end"]:
            yield statement
            statement = ""
        elif token["block"]:
            statement += "\0" if re.search(_IN_BLOCK, token["block"]) else " "
        elif not token[0].startswith(("--", "/*")) and not token[0].lstrip().startswith("#"):
            statement += token[0]
    if statement.strip():
        yield statement
