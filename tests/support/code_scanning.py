"""What GitHub's documentation asks of a SARIF file: SARIF support, and limits on results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

_PRECISIONS = {"very-high", "high", "medium", "low"}
_SEVERITIES = {"error", "warning", "recommendation"}
_LEVELS = {"none", "note", "warning", "error"}


def objections(log: dict[str, Any]) -> list[str]:
    """Why code scanning would refuse the file, cut it, or show less than there is."""
    found = [] if log.get("version") == "2.1.0" and str(log.get("$schema", "")).endswith(".json") else ["version"]
    if len(log["runs"]) != 1:
        return [*found, "one run for each tool and category"]
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    found += [f"{rule['id']}: {reason}" for rule in rules for reason in _of_rule(rule)]
    for number, result in enumerate(run["results"]):
        found += [f"result {number}: {reason}" for reason in _of_result(result, rules)]
    hashes = [
        (uri, result["partialFingerprints"]["primaryLocationLineHash"])
        for result in run["results"]
        for uri in _uris(result)
    ]
    if len(set(hashes)) < len(hashes):
        found.append("two results of one file and fingerprint are shown as one")
    if len(run["results"]) > 5000:
        found.append("more than 5,000 results are not stored")
    if len(rules) > 25_000:
        found.append("too many rules")
    if not str(run["automationDetails"]["id"]).endswith("/"):
        found.append("the category is what stands before the last slash of the identifier")
    return found


def _of_rule(rule: dict[str, Any]) -> Iterator[str]:
    if len(rule["name"]) > 255:
        yield "names are cut at 255 characters"
    for key in ("shortDescription", "fullDescription"):
        if not 1 <= len(rule[key]["text"]) <= 1024:
            yield f"{key} is cut at 1,024 characters"
    if not rule["help"]["text"] or not rule["help"]["markdown"]:
        yield "help is shown beside each alert"
    if rule["defaultConfiguration"]["level"] not in _LEVELS:
        yield "no such level"
    if len(rule["properties"]["tags"]) > 10:
        yield "no more than 10 tags are shown"
    if rule["properties"]["precision"] not in _PRECISIONS:
        yield "no such precision"
    if rule["properties"]["problem.severity"] not in _SEVERITIES:
        yield "no such severity"


def _of_result(result: dict[str, Any], rules: list[dict[str, Any]]) -> Iterator[str]:
    if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
        yield "the index is another rule's"
    if result["level"] not in _LEVELS:
        yield "no such level"
    if not result["message"]["text"].strip():
        yield "no message"
    if len(result["locations"]) != 1:
        yield "one location is shown"
    if len(result["relatedLocations"]) > 1000:
        yield "no more than 1,000 locations are taken"
    for place in (*result["locations"], *result["relatedLocations"]):
        yield from _of_place(place["physicalLocation"])
    if not result["partialFingerprints"]["primaryLocationLineHash"]:
        yield "no fingerprint"


def _of_place(place: dict[str, Any]) -> Iterator[str]:
    artifact, region = place["artifactLocation"], place["region"]
    uri = urlsplit(artifact["uri"])
    if uri.scheme or uri.path.startswith("/") or ".." in unquote(uri.path).split("/"):
        yield f"{artifact['uri']} is not relative to the repository"
    if artifact["uriBaseId"] != "%SRCROOT%":
        yield "the base is not the repository"
    start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
    if min(*start, *end) < 1 or end < start:
        yield f"{start} to {end} is no region"


def _uris(result: dict[str, Any]) -> Iterator[str]:
    yield from (place["physicalLocation"]["artifactLocation"]["uri"] for place in result["locations"])
