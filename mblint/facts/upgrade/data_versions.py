"""Programs that come in another version over the same data: whether the data allow the step.

Both sides must have the same folder of the same volume, and both images must say their version. Whoever converts the
data before (an init container or Job with the old version, or with a tool for it) leaves the step unjudged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.upgrade.data_places import DataPlace, data_places, has_a_job, same_data
from mblint.facts.upgrade.data_rows import DataStep
from mblint.facts.world import Step, World
from mblint.manifests.documents import Place
from mblint.software.images import is_among
from mblint.software.program import Running
from mblint.software.setting_names import Texts, texts
from mblint.software.steps import Judged, judged
from mblint.software.storage import Data, RefusesData, Steps
from mblint.software.versions import Version, within


def data_steps(step: Step) -> Iterator[DataStep]:
    """A row for each program whose version changes while its data stay."""
    before = {same_data(place): place for place in reversed(data_places(step.old)) if place.store is not None}
    others = {(place.store, place.inside): place for place in before.values()}
    for place in data_places(step.new):
        old = before.get(same_data(place)) if place.store is not None else None
        if old is not None:
            yield from _over_a_volume(step, old, place)
        elif (other := others.get((place.store, place.inside))) is not None:
            yield from _over_another(step, other, place)
    yield from _over_a_database(step)


def _over_a_volume(step: Step, old: DataPlace, new: DataPlace) -> Iterator[DataStep]:
    assert new.store is not None
    words = f"on the {new.store.words} ({new.path})"
    if new.data.volume_moved == new.path and old.data.volume_moved != new.path:
        yield _moved(old, new, words)
        return
    yield from _row(step, old.program, new.program, new.data, words, new.path)


def _over_another(step: Step, old: DataPlace, new: DataPlace) -> Iterator[DataStep]:
    """A program over the data of another one that it is known not to take over."""
    assert new.store is not None
    was, now = old.program.running, new.program.running
    for entry in now.entries(RefusesData):
        if entry.of != was.program.name or new.program.told.applies(entry) is not True:
            continue
        if within(texts(entry.its_versions), was.version) is not True or _moves_data(step, new):
            continue
        theirs = f"{was.program.name} {was.version}" if was.version is not None else was.program.name
        yield DataStep(
            object=new.program.workload.id,
            container=new.program.container.name,
            place=_image(new.program.container),
            related=(_ran(old.program),),
            verdict="other",
            program=now.program.name,
            old_version=theirs,
            new_version=str(now.version or ""),
            goes=f"takes the place of {theirs}",
            path=new.path,
            kept=f"on the {new.store.words} ({new.path})",
            otherwise=entry.otherwise,
            remedy=f"Dump the data with {theirs}, and restore them into an empty volume of {now.program.name}.",
        )
        return


def _moves_data(step: Step, new: DataPlace) -> bool:
    """Whether an init container, or a Job that has the volume, may bring the data over."""
    inits = any(each.role is ContainerRole.INIT for each in new.program.workload.pod.containers)
    return inits or (new.store is not None and has_a_job(step.new.cluster, new.store))


def _moved(old: DataPlace, new: DataPlace, words: str) -> DataStep:
    versions = _called(old.program), _called(new.program)
    return DataStep(
        object=new.program.workload.id,
        container=new.program.container.name,
        place=_image(new.program.container),
        related=(_ran(old.program),),
        verdict="moved",
        program=new.program.running.program.name,
        old_version=versions[0],
        new_version=versions[1],
        goes=f"goes from {versions[0]} to {versions[1]}, whose image keeps its data in {new.data.path}",
        path=new.path,
        kept=words,
        otherwise="it does not find them there, and refuses to start or begins with nothing",
        remedy=f"Mount the volume at {new.data.path}, and bring the data over as the image's documentation says; "
        f"or stay with {versions[0]}.",
    )


def _called(one: RunningProgram) -> str:
    """Its version; the tag of an image that is the newest, whatever its number is."""
    return str(one.running.version or one.running.image.tag or "latest")


def _over_a_database(step: Step) -> Iterator[DataStep]:
    """Programs whose data are in a database that they bring up to date themselves, or that others keep for them."""
    before = {(one.workload.id, one.container.name): one for one in _in_a_database(step.old)}
    for one in _in_a_database(step.new):
        old = before.get((one.workload.id, one.container.name))
        if old is not None and old.running.program is one.running.program:
            yield from _row(step, old, one, None, "in its database", "")


def _in_a_database(world: World) -> Iterator[RunningProgram]:
    for one in running_programs(world):
        if one.container.role is ContainerRole.INIT or not one.workload.lasting or not one.workload.linted:
            continue
        if one.running.program.has(Steps) and not _may_have_a_folder(one):
            yield one


def _may_have_a_folder(one: RunningProgram) -> bool:
    """Whether its data may be in files: those of this image, or of another image where it keeps them itself."""
    answers = [one.told.applies(data) for data in one.running.entries(Data) if data.kind == "data"]
    if answers:
        return any(answer is not False for answer in answers)
    return one.running.undecided(Data) or any(data.locked for data in one.running.program.entries(Data))


def _row(
    step: Step, old: RunningProgram, new: RunningProgram, data: Data | None, kept: str, path: str
) -> Iterator[DataStep]:
    before, after = old.running.version, new.running.version
    if before is None or after is None:
        return
    goes_back = "" if data is None else data.goes_back
    for entry in new.running.entries(Steps):
        if new.told.applies(entry) is not True or not _one_family(entry, old.running, new.running):
            continue
        modes = _modes(entry, old, new)
        found = judged(entry, before, after, goes_back) if modes is None else Judged("skipped")
        if found.verdict == "skipped" and _is_converted(step, new, entry):
            continue
        yield DataStep(
            object=new.workload.id,
            container=new.container.name,
            place=_image(new.container),
            related=(_ran(old),),
            verdict=found.verdict,
            program=new.running.program.name,
            old_version=str(before),
            new_version=str(after),
            goes=_goes(found, before, after) if modes is None else f"goes from {modes[0]} to {modes[1]}",
            path=path,
            kept=kept,
            otherwise=entry.otherwise or "it refuses to start, or damages them",
            depends_on=entry.depends_on or None,
            in_database=data is None,
            remedy=_remedy(entry, found, before, after) if modes is None else _migration(modes),
        )
        return


def _modes(entry: Steps, old: RunningProgram, new: RunningProgram) -> tuple[str, str] | None:
    """The ways in which it ran and runs, where these are certainly two; in a migration, both of them hold."""
    before = [name for name, condition in entry.modes.items() if old.told.holds(condition) is True]
    after = [name for name, condition in entry.modes.items() if new.told.holds(condition) is True]
    return (before[0], after[0]) if len(before) == len(after) == 1 and before != after else None


def _migration(modes: tuple[str, str]) -> str:
    return f"Stay with {modes[0]}, and bring the data over as its documentation on the way to {modes[1]} says."


def _one_family(entry: Steps, old: Running, new: Running) -> bool:
    if not entry.families:
        return True
    return any(
        is_among(old.image, texts(family)) is True and is_among(new.image, texts(family)) is True
        for family in entry.families
    )


def _is_converted(step: Step, new: RunningProgram, entry: Steps) -> bool:
    """Whether something in the view may convert the data, or take them out and in again."""
    program = new.running.program
    inits = (one for one in new.workload.pod.containers if one.role is ContainerRole.INIT)
    if any(_converts(each, entry.upgraded_by) for each in inits):
        return True
    jobs = [one for one in step.new.cluster.workloads if not one.lasting and _is_near(one, new.workload)]
    if any(_converts(each, entry.upgraded_by) for job in jobs for each in job.pod.containers):
        return True
    helpers = (one for one in running_programs(step.new) if one.running.program is program)
    return any(
        one.running.version != new.running.version
        for one in helpers
        if (one.workload is new.workload and one.container.role is ContainerRole.INIT) or one.workload in jobs
    )


def _is_near(one: Workload, other: Workload) -> bool:
    return one.id.namespace == other.id.namespace


def _converts(container: Container, tools: Texts) -> bool:
    words = [container.image or "", *(each.text for each in container.words)]
    return any(tool in word for tool in texts(tools) for word in words)


def _goes(found: Judged, old: Version, new: Version) -> str:
    if found.verdict == "back":
        return f"goes back from {old} to {new}"
    past = f", past {_listed(found.past)}" if found.past else ""
    return f"jumps from {old} to {new}{past}" if past else f"goes from {old} to {new}"


def _remedy(entry: Steps, found: Judged, old: Version, new: Version) -> str:
    if found.verdict == "back":
        return f"Stay with {old} or newer. To go back, restore a backup that {new} wrote."
    if found.past:
        steps = ", then ".join((*found.past, str(new)))
        return (
            f"Back up, and go step by step: {steps}. Let each come up and end its migrations before the next; "
            "the newest patch of each is best."
        )
    tools = texts(entry.upgraded_by)
    converted = f", or convert the data before ({_listed(tools, 'or')})" if tools else ""
    return f"Stay with {old.major}; or dump the data with {old}, and restore them into an empty volume{converted}."


def _listed(words: Iterable[str], last: str = "and") -> str:
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end


def _ran(old: RunningProgram) -> Related:
    return Related(f"{old.running.program.name} {old.running.version} is what ran", _image(old.container))


def _image(container: Container) -> Place:
    return container.place.at("image")
