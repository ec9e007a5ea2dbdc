"""Words that only a shell understands, in a command that no shell reads.

`&&`, `|` and `>` are handed to the program like all other words, and `$PORT` too: Kubernetes fills `$(PORT)` alone.
Where the image's own program gets the words (args without a command) it must be one whose options a software file has;
there the quotes of `--upstream="http://web"` are a part of the value, too.
Source: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ConfigMap, Secret
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.words.rows import ShellWord
from mblint.facts.words.run_directly import DirectCommand, direct_commands, is_for_windows, shown
from mblint.facts.world import World
from mblint.regex import regex
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import instead, owner
from mblint.software.words import Options

_ALWAYS = frozenset(("&&", "||", "2>&1", "1>&2", ">&2", "&>"))
_REDIRECTS = regex(r"[012]?>>?(?:&[012]|/(?:dev|proc|tmp|var)/\S*)?|&>>?/\S+")
_SEPARATORS = frozenset(("|", ";", "<", "&"))  # which some programs take for themselves, as an option's value
# Programs whose own words these are: find ends -exec with `;`, expr and test compare.
_OWN_WORDS = frozenset(("find", "expr", "test", "[", "xargs", "parallel", "jq", "awk", "gawk", "psql", "mysql", "tc"))
_OWN_VARIABLES = frozenset(("envsubst", "gomplate", "make", "jq", "awk", "perl", "node", "npm", "npx", "yarn", "pnpm"))
_QUOTED = regex(r"""--?[\w.-]+=(["'])[^"'{}]*\1""")
_VARIABLE = regex(r"(?:\S*=)?\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})")


def shell_words(world: World) -> Iterator[ShellWord]:
    """A row for the first such word of each command."""
    for command in direct_commands(world.cluster):
        if len(command.words) > 1 and not _is_read_otherwise(command):
            found = next((index for index in range(1, len(command.words)) if _is_operator(command, index)), None)
            if found is not None:
                yield _row(command, found, "operator", "Write the line as one word behind sh and -c", ())
            elif command.program not in _OWN_VARIABLES:
                yield from _variables(world, command)
    for one in running_programs(world):
        if one.container.command is None and one.running.program.has(Options):
            yield from _quoted(one)


def _quoted(one: RunningProgram) -> Iterator[ShellWord]:
    """The first option of a known program whose value stands in quotes that nobody takes off."""
    for word in one.container.args or ():
        if _QUOTED.fullmatch(word.text):
            name = one.running.program.name
            yield ShellWord(
                object=one.workload.id,
                container=one.container.name,
                place=word.place,
                linted=one.workload.linted,
                where="args",
                word=f'{word.text.partition("=")[0]}="…"',
                program=name,
                remedy="Leave out the quotes around the value, which are a part of it here",
                verdict="operator",
            )
            return


def _is_read_otherwise(command: DirectCommand) -> bool:
    return command.has_shell or command.is_script or is_for_windows(command.words[0].text)


def _is_operator(command: DirectCommand, index: int) -> bool:
    text, before = command.words[index].text, command.words[index - 1].text
    if text in _ALWAYS:
        return True
    if command.program in _OWN_WORDS:
        return False
    if _REDIRECTS.fullmatch(text):
        return True
    is_value = before.startswith("-") or index == len(command.words) - 1
    return text in _SEPARATORS and not is_value


def _variable(text: str) -> str | None:
    found = _VARIABLE.fullmatch(text)
    return None if found is None else found[1] or found[2]


def _variables(world: World, command: DirectCommand) -> Iterator[ShellWord]:
    for index, word in enumerate(command.words[1:], 1):
        name = _variable(word.text)
        if name is None or name not in _names(world.cluster, command):
            continue
        if command.where != "command":  # whatever the variable comes from, a shell helps there
            yield _row(command, index, "variable", "Let a shell read the line (sh, -c, LINE)", ())
            continue
        written = word.text.replace(f"${{{name}}}", f"$({name})").replace(f"${name}", f"$({name})")
        owned = word.place.value == word.text and owner(world.cluster, word.place) is command.workload
        edits = (instead(command.workload, word.place, written),) if owned else ()
        yield _row(command, index, "variable", f"Write $({name}), which the kubelet fills", edits)


def _names(cluster: Cluster, command: DirectCommand) -> frozenset[str]:
    """The variables that a container is seen to set."""
    found = {entry.name for entry in command.container.env}
    for source in command.container.env_from:
        objects: Mapping[tuple[str, str], ConfigMap | Secret]
        objects = cluster.secrets if source.kind == "Secret" else cluster.config_maps
        held = objects.get((command.workload.id.namespace, source.name))
        found.update(source.prefix + key for key in (held.entries if held is not None else ()))
    return frozenset(found)


def _row(command: DirectCommand, index: int, verdict: str, remedy: str, edits: tuple[Edit, ...]) -> ShellWord:
    in_args = command.first_args is not None and index >= command.first_args
    return ShellWord(
        object=command.workload.id,
        container=command.container.name,
        place=command.words[index].place,
        linted=command.workload.linted,
        where="args" if in_args else command.where,
        word=shown(command.words[index].text),
        program=shown(command.program),
        remedy=remedy,
        verdict=verdict,
        edits=edits,
    )
