"""Rules as the build writes them."""

from pathlib import Path

from msgspec import json
from msgspec.structs import replace

from mblint.judge.load import load_rules
from mblint.judge.prepared import prepared_rule, prepared_rules
from mblint.judge.rule import Rule

RULES = Path(__file__).parents[2] / "rules"


def test_what_is_written_of_a_rule_is_the_rule() -> None:
    rules = load_rules([RULES])
    written = json.decode(prepared_rules(rules), type=dict[str, Rule])
    assert list(written.values()) == [replace(rule, file=f"{rule.id}.yaml") for rule in rules]
    assert [key.partition(".yaml ")[0] for key in written] == [rule.id for rule in rules]


def test_a_checkout_has_none(tmp_path: Path) -> None:
    assert prepared_rule(RULES / "egress-blocked.yaml") is None
    assert prepared_rule(tmp_path / "nowhere.yaml") is None
