"""What a program is told: its words, its environment, its configuration file."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.secrets import SecretText, Text
from mblint.facts.runs.commands import Program
from mblint.facts.workers.models.configuration_files import Configured
from mblint.manifests.documents import Place
from mblint.settings.words import Word


class Said(Struct, frozen=True):
    """A variable's value (None: the manifests do not say it) and where it stands (None: in the image)."""

    value: Text | None
    place: Place | None


Environment = Mapping[str, Said]


class Told(Struct, frozen=True):
    """What a program is told. `environment`: the image's variables, and over them the manifest's.

    `unsure`: a ConfigMap that is not in the view may say more.
    """

    program: Program
    environment: Environment
    configured: Configured
    place: Place  # of the container: where what the image says is shown
    unsure: bool = False

    def variable(self, name: str) -> Word | None:
        """A variable as a word; None where it is not set. Secret and unknown ones have no text."""
        said = self.environment.get(name)
        if said is None:
            return None
        return Word(None if isinstance(said.value, SecretText) else said.value, said.place or self.place, exact=False)

    def options_in(self, name: str) -> Program:
        """The program as a variable that holds options tells it (`GUNICORN_CMD_ARGS`)."""
        found = self.variable(name)
        words = () if found is None else tuple(Word(text, found.place, exact=False) for text in found.plain.split())
        return Program(self.program.name, words)
