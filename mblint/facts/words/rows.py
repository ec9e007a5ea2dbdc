"""Rows about words that the kubelet or the container runtime takes as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class UnsplitCommand(Fact, frozen=True, kw_only=True):
    """Words of a command that stand in one. Verdicts: program (the first word), option (`-c` with its script),
    script (a line where a shell looks for a file, since no `-c` stands before it).
    """

    about: ClassVar[str] = "unsplit-command"
    reported: ClassVar[tuple[str, ...]] = ("where", "text")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("program", "option", "script")}

    where: str  # "command", "livenessProbe"
    text: str  # "python app.py"
    meaning: str  # a clause: "the runtime looks for …"
    consequence: str  # a clause: "the container never starts"
    verdict: str


class ShellWord(Fact, frozen=True, kw_only=True):
    """A word that only a shell understands, where none runs. Verdicts: operator (`&&`), variable (`$PORT`)."""

    about: ClassVar[str] = "shell-word"
    reported: ClassVar[tuple[str, ...]] = ("where", "word", "program")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("operator", "variable")}

    where: str  # "command", "args", "readinessProbe"
    word: str  # "&&", "--port=$PORT"
    program: str  # "npm"
    remedy: str  # the beginning of a sentence: "Write $(PORT), which the kubelet fills"
    verdict: str


class DroppedWords(Fact, frozen=True, kw_only=True):
    """Words behind a shell's script, which does not ask for them.

    Verdicts: program (the script is one word, whose arguments they must be), line (it is a line of its own).
    """

    about: ClassVar[str] = "dropped-words"
    reported: ClassVar[tuple[str, ...]] = ("where", "script", "dropped")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("program", "line")}

    where: str  # "command", "livenessProbe"
    shell: str  # "sh"
    script: str  # "npm"
    dropped: str  # "`start`"
    verdict: str


class UnreadableScript(Fact, frozen=True, kw_only=True):
    """A script that its shell cannot read. Verdicts: folded (all of it stands in one line), broken."""

    about: ClassVar[str] = "unreadable-script"
    reported: ClassVar[tuple[str, ...]] = ("where", "line", "problem")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("folded", "broken")}

    where: str  # "command", "preStop"
    shell: str  # "sh"
    line: int  # of the script
    text: str  # that line
    problem: str  # a clause: "this `if` has no `fi`"
    cause: str | None = None  # a clause
    verdict: str


class UnfilledVariable(Fact, frozen=True, kw_only=True):
    """`$(NAME)` that the kubelet leaves as it is.

    Verdicts: later (the variable stands further down in `env`), misspelt (`meant` is there), undefined, elsewhere (it
    stands where none is filled, or not this one: in a mount, a probe or a hook), unrun (it is a command of a shell),
    literal (it stands in a file, and its program, `software`, fills in none there; `instead`: what to do).
    """

    about: ClassVar[str] = "unfilled-variable"
    reported: ClassVar[tuple[str, ...]] = ("where", "name", "meant")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("later", "misspelt", "undefined", "elsewhere", "unrun", "literal")
    }

    where: str  # "variable DATABASE_URL", "args[1]", "/etc/redis/redis.conf"
    name: str  # "DB_PASSWORD"
    text: str  # as it stands there: "`$(DB_PASSWORD)`"
    meant: str | None = None
    meaning: str  # a clause: "no variable of that name stands before it"
    wanted: str | None = None  # the name, where it may be defined
    software: str | None = None
    instead: str | None = None  # a clause
    verdict: str


class ImageName(Fact, frozen=True, kw_only=True):
    """The name of an image that no runtime takes. Verdicts: invalid, registry (a part of it is taken for a host)."""

    about: ClassVar[str] = "image-name"
    reported: ClassVar[tuple[str, ...]] = ("image", "reason")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("invalid", "registry")}

    image: str
    reason: str  # the end of a sentence: "the tag behind the colon is empty"
    verdict: str


class GoneImage(Fact, frozen=True, kw_only=True):
    """An image that its makers took away."""

    about: ClassVar[str] = "gone-image"
    reported: ClassVar[tuple[str, ...]] = ("image",)

    image: str
    because: str  # a clause: "Bitnami took all versions away from docker.io/bitnami"
    since: str  # "September 2025"
    instead: str  # a clause: where they are now


class AbsentImage(Fact, frozen=True, kw_only=True):
    """An image named by one word that Docker Hub does not have."""

    about: ClassVar[str] = "absent-image"
    reported: ClassVar[tuple[str, ...]] = ("image",)

    image: str
    problem: str  # a clause: "no image grafana"
    instead: str  # where its program's image is


class MalformedUrl(Fact, frozen=True, kw_only=True):
    """A setting that begins as a URL and is none.

    Verdicts: two-schemes, two-ports, no-port, no-host, slashes, not-encoded, parameter, scheme. `in_file`: it
    stands in a mounted file.
    """

    about: ClassVar[str] = "malformed-url"
    reported: ClassVar[tuple[str, ...]] = ("setting", "meaning")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("two-schemes", "two-ports", "no-port", "no-host", "slashes", "not-encoded", "parameter", "scheme")
    }

    setting: str  # "DATABASE_URL"
    meaning: str  # a clause: "a port stands behind another one"
    in_file: bool
    verdict: str


class EncodedValue(Fact, frozen=True, kw_only=True):
    """A text that is base64 still when it is read."""

    about: ClassVar[str] = "encoded-value"
    reported: ClassVar[tuple[str, ...]] = ("what", "meant")

    what: str  # "DATABASE_URL of Deployment shop", "key tls.crt of Secret shop-tls"
    meant: str  # "a URL"


class BytesInVariable(Fact, frozen=True, kw_only=True):
    """A variable that a key of a Secret fills with bytes. Verdicts: zero (one of them is zero), bytes."""

    about: ClassVar[str] = "bytes-in-variable"
    reported: ClassVar[tuple[str, ...]] = ("setting", "secret", "key")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("zero", "bytes")}

    setting: str  # "GOSSIP_KEY"
    key: str
    secret: str
    client: str  # "StatefulSet consul-server"
    outcome: str  # a clause about the bytes: "and no text"
    verdict: str


class LineBreak(Fact, frozen=True, kw_only=True):
    """A variable whose value ends in a line break.

    Verdicts: address (a URL, a host, a name: it is another one with the break), password, shared (a password that
    several workloads read from the same key, and so is the same for all).
    """

    about: ClassVar[str] = "line-break"
    reported: ClassVar[tuple[str, ...]] = ("setting", "stands_in")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("address", "password", "shared")}

    setting: str  # "DATABASE_URL"
    stands_in: str  # "key uri of Secret shop-db"
    verdict: str
