"""The files of `deploy/`: what they name exists, and no service has more rights than it needs."""

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from typer.main import get_command

from configs.config_errors import UsageError
from flows.cli.app import app
from flows.orchestration.deploy_here import schedule_from
from flows.orchestration.deployment import WORK_POOL
from flows.orchestration.prefect_address import SERVE_PORT

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: Any = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
#: Of the image of Postgres, by its documentation.
_OF_POSTGRES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE"}
#: Of the image, for programs that are not ours.
_OF_OTHERS = {
    "PATH", "DO_NOT_TRACK", "NUMBA_CACHE_DIR", "UV_PROJECT_ENVIRONMENT", "UV_LINK_MODE",
    "UV_COMPILE_BYTECODE", "UV_NO_PROGRESS", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED",
}  # fmt: skip


def steps() -> list[tuple[str, str]]:
    """The steps of the container file, a continued one as one."""
    lines = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ").splitlines()
    found = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return [(step, text.strip()) for step, _, text in found]


def copied() -> list[list[str]]:
    """The words of each copy from the project."""
    words = [text.split() for step, text in steps() if step == "COPY"]
    return [one for one in words if not one[0].startswith("--from")]


def files_of_image() -> dict[str, Path]:
    """Where files of `deploy/` are in the image."""
    return {
        f"{words[-1].rstrip('/')}/{Path(name).name}": ROOT / name
        for words in copied()
        for name in words[:-1]
        if words[-1].startswith("/")
    }


def programs() -> set[str]:
    """Commands that the project installs, or Prefect and Python."""
    scripts = re.findall(r"^\[project\.scripts\]\n((?:\w.*\n)+)", project(), re.MULTILINE)[0]
    return {line.split()[0] for line in scripts.splitlines()} | {"prefect", "python"}


def project() -> str:
    return (ROOT / "pyproject.toml").read_text()


def script(name: str) -> str:
    return (DEPLOY / name).read_text()


def port_of(name: str) -> str:
    """The port that a service listens on."""
    if name == "desk":
        return next(one for one in COMPOSE["services"]["desk"]["command"] if "--port" in one)[7:]
    return re.findall(r"SERVER_PORT:-(\d+)", script("server"))[0]


def is_known(variable: str) -> bool:
    """Whether something reads an environment variable."""
    from prefect.settings.models.root import Settings

    if variable.startswith("PREFECT_"):
        return variable in set(_names_of(Settings))
    if variable in _OF_OTHERS:
        return True
    if variable.startswith("UNDERSTORY_"):
        return any(variable in path.read_text() for path in (ROOT / "flows").rglob("*.py"))
    return f"${{{variable}" in script("server")


def _names_of(settings: Any) -> set[str]:
    """Environment variables of a settings class and of those in it."""
    prefix = settings.model_config.get("env_prefix", "")
    found: set[str] = set()
    for name, field in settings.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and hasattr(inner, "model_fields"):
            found |= _names_of(inner)
        found.add(f"{prefix}{name}".upper())
        choices = getattr(field.validation_alias, "choices", ())
        found |= {str(one).upper() for one in choices}
    return found


def test_every_variable_is_read_by_something() -> None:
    of_image = [
        word.partition("=")[0] for step, text in steps() if step == "ENV" for word in text.split()
    ]
    assert [name for name in of_image if not is_known(name)] == []
    for name, service in COMPOSE["services"].items():
        given = set(service.get("environment", {}))
        if name == "postgres":
            assert given <= _OF_POSTGRES
        else:
            assert [one for one in given if not is_known(one)] == [], name


def test_every_program_and_module_exists() -> None:
    image = files_of_image()
    for name, service in COMPOSE["services"].items():
        if name != "postgres":
            program, *words = service["entrypoint"]
            assert program in image or program in programs(), name
            assert not words or words[0] in get_command(app).commands, name
    for path in (DEPLOY / "server", DEPLOY / "worker"):
        for line in path.read_text().splitlines():
            words = line.removeprefix("exec ").split()
            if words[:2] == ["python", "-m"]:
                assert (ROOT / f"{words[2].replace('.', '/')}.py").is_file()
    started = dict(steps())
    assert started["ENTRYPOINT"] == '["understory"]'
    assert yaml.safe_load(started["CMD"])[0] in get_command(app).commands


def test_every_address_and_port_is_that_of_a_service() -> None:
    services = COMPOSE["services"]
    assert port_of("server") == str(SERVE_PORT)
    assert services["server"]["environment"]["POSTGRES_HOST"] in services
    api = urlsplit(services["worker"]["environment"]["PREFECT_API_URL"])
    assert (api.hostname, str(api.port), api.path) == ("server", port_of("server"), "/api")
    for name in ("server", "desk"):
        (port,) = services[name]["ports"]
        assert port.split(":")[1:] == [port_of(name)] * 2
        assert re.findall(
            r"127\.0\.0\.1'?[:,] ?(\d+)", services[name]["healthcheck"]["test"][-1]
        ) == [port_of(name)]
    assert "/api/health'" in services["server"]["healthcheck"]["test"][-1]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
    assert yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"][0]["work_pool"][
        "name"
    ] == WORK_POOL  # fmt: skip


def test_every_secret_that_a_script_reads_is_given_to_it() -> None:
    for name in ("server", "worker"):
        read = set(re.findall(r"\$secrets/(\w+)", script(name)))
        assert read == set(COMPOSE["services"][name]["secrets"]), name


def test_only_what_is_copied_is_sent_to_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    admitted = {rule[1:] for rule in rules if rule.startswith("!")}
    assert admitted == {name for words in copied() for name in words[:-1]}


def test_nothing_is_compiled_when_the_image_is_built() -> None:
    commands = " ".join(text for step, text in steps() if step == "RUN")
    assert re.findall(r"\b(?:g\+\+|gcc|[\w-]+-dev|pkg-config)", commands) == []
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    sources_only = {one["name"] for one in lock["package"] if not one.get("wheels")}
    # odfpy is Python alone; PyICU itself is in the lock, and is left out on every system.
    assert sources_only - {"understory", "odfpy", "pyicu"} == set()


def test_compose_gives_every_service_the_least_rights() -> None:
    assert set(COMPOSE["services"]) == {"postgres", "server", "worker", "desk"}
    for name, service in COMPOSE["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["user"] not in ("root", "0", "0:0"), name
        assert not service.get("privileged"), name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert set(service["secrets"]) <= set(COMPOSE["secrets"]), name
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        named = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert all(volume in COMPOSE["volumes"] or volume.startswith("..") for volume in named)
    assert "ports" not in COMPOSE["services"]["postgres"]
    assert COMPOSE["networks"]["database"]["internal"] is True
    assert "database" not in COMPOSE["services"]["worker"]["networks"]
    # The desk is of its own: it reaches neither the server nor the results of the worker.
    desk = COMPOSE["services"]["desk"]
    assert desk["networks"] == ["desk"]
    assert desk["volumes"] == ["desk:/data"]
    assert desk["profiles"] == ["desk"]
    environments = [s.get("environment", {}) for s in COMPOSE["services"].values()]
    assert not any("AUTH_STRING" in key for one in environments for key in one)


def test_the_desk_of_compose_takes_the_options_that_the_verb_has() -> None:
    given = dict(option.split("=", 1) for option in COMPOSE["services"]["desk"]["command"])
    known = {option for parameter in _options_of("desk") for option in parameter.opts}
    assert set(given) <= known
    secrets = {Path(value).name for value in given.values() if value.startswith("/run/secrets/")}
    assert secrets == set(COMPOSE["services"]["desk"]["secrets"])
    (port,) = COMPOSE["services"]["desk"]["ports"]
    assert port.split(":")[2] == given["--port"]
    assert "desk-users" in (DEPLOY / "Containerfile").read_text()


def _options_of(verb: str) -> list[Any]:
    command: Any = get_command(app)
    return list(command.commands[verb].params)


def test_the_image_has_every_package_and_runs_as_nobody_special() -> None:
    known = {"FROM", "ENV", "RUN", "WORKDIR", "COPY", "USER", "VOLUME", "ENTRYPOINT", "CMD"}
    assert {step for step, _ in steps()} <= known
    sources = {name for words in copied() for name in words[:-1]}
    assert all((ROOT / name).exists() for name in sources)
    packages = re.findall(r"^packages = \[(.*)\]", project(), re.MULTILINE)[0]
    assert set(re.findall(r'"(\w+)"', packages)) <= sources
    assert [text for step, text in steps() if step == "USER"] == ["10001:10001"]
    uv = re.findall(r"^UV_VERSION := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert f"uv=={uv[0]}" in (DEPLOY / "Containerfile").read_text()


@pytest.mark.parametrize("name", ["server", "worker"])
def test_the_scripts_are_shell(name: str) -> None:
    assert subprocess.run(["sh", "-n", str(DEPLOY / name)], check=False).returncode == 0
    assert os.access(DEPLOY / name, os.X_OK)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "set UNDERSTORY_SUPPLIERS or UNDERSTORY_PROFILE"),
        ({"UNDERSTORY_SUPPLIERS": "/not/there.csv"}, "/not/there.csv not found"),
    ],
)
def test_what_cannot_be_deployed_is_one_sentence(environment: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        schedule_from(environment)
