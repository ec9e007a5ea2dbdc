"""Settings that stand beside each other."""

from mblint.settings.by_container import by_container

from .told import env, mounted, pod, told


def test_each_container_has_its_own() -> None:
    first = pod(env("{name: DB_HOST, value: a}", "{name: DB_PORT, value: '1'}"), name="first")
    second = pod(env("{name: DB_PORT, value: '2'}"), name="second")
    one, two = by_container(told(first + second))
    assert [one.workload.id.name, two.workload.id.name] == ["first", "second"]
    port = one.beside(one.settings[0], "DB_PORT")
    assert port is not None
    assert port.value == "1"
    assert two.beside(two.settings[0], "DB_HOST") is None


def test_a_file_is_its_own_surroundings() -> None:
    (group,) = by_container(
        told(mounted("map", "a.env: HOST=a\nb.env: PORT=1", container="env: [{name: PORT, value: x}]"))
    )
    host = next(row for row in group.settings if row.key == "HOST")
    assert group.beside(host, "PORT") is None
