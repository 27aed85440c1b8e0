"""One table starts everything, everywhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from supplybrain.env import EnvironmentVariableError
from supplybrain.processes import PROCESSES, PROJECT, build_worker

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


def list_named_processes(text: str) -> list[str]:
    return re.findall(r"supplybrain\.processes\W+(\w+)", text)


def test_compose_runs_every_process_of_the_table_and_no_other() -> None:
    commands = {name: service["command"][-1] for name, service in OURS.items()}
    assert commands == {name: name for name in PROCESSES}
    assert all(service["command"][:3] == ["python", "-m", "supplybrain.processes"] for service in OURS.values())


def test_compose_runs_two_webs_and_two_beats_and_migrates_once_before_them() -> None:
    replicas = {name: service.get("deploy", {}).get("replicas", 1) for name, service in OURS.items()}
    assert replicas == {"web": 2, "worker": 1, "beat": 2, "migrate": 1}
    assert OURS["migrate"]["restart"] == "no"
    for name in set(OURS) - {"migrate"}:
        assert OURS[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_image_starts_a_process_of_the_table() -> None:
    assert list_named_processes((PROJECT / "Dockerfile").read_text(encoding="utf-8")) == ["web"]


def test_every_package_of_the_image_and_its_translations_are_copied_into_it() -> None:
    copied = re.findall(r"^COPY (\w+) \w+$", (PROJECT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    packages = [path.parent.name for path in PROJECT.glob("*/apps.py")]
    assert sorted(copied) == sorted([*packages, "locale"])


@pytest.mark.parametrize("secret", ["SECRET_KEY", "FIELD_ENCRYPTION_SALT", "POSTGRES_PASSWORD", "REDIS_PASSWORD"])
def test_compose_has_no_default_for_a_secret(secret: str) -> None:
    text = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
    uses = re.findall(rf"\$\{{{secret}(?!_)[^}}]*\}}", text)
    assert uses
    assert set(uses) == {f"${{{secret}:?set it in .env}}"}


def test_the_worker_reads_its_size_and_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKER_CONCURRENCY", "7")
    monkeypatch.setenv("WORKER_NAME", "second")
    (command,) = build_worker()
    assert {"--concurrency=7", "--hostname=second@%h"} <= set(command)
    monkeypatch.setenv("WORKER_CONCURRENCY", "0")
    with pytest.raises(EnvironmentVariableError, match="WORKER_CONCURRENCY is 0, must be at least 1"):
        build_worker()


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["web", "worker"]])
def test_an_unknown_process_is_refused_with_the_names(arguments: list[str]) -> None:
    result = run_entry_point(*arguments)
    assert (result.returncode, result.stderr) == (1, "usage: python -m supplybrain.processes web|worker|beat|migrate\n")


def test_a_malformed_variable_stops_the_process_in_one_line() -> None:
    result = run_entry_point("worker", WORKER_CONCURRENCY="many")
    assert (result.returncode, result.stderr) == (1, "WORKER_CONCURRENCY is 'many': expected a whole number.\n")


def test_a_failing_first_command_ends_the_sequence(tmp_path: Path) -> None:
    fail, mark = (sys.executable, "-c", "exit(3)"), ("touch", str(tmp_path / "reached"))
    script = f"from supplybrain.processes import run; run({[fail, mark]!r})"
    result = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, check=False)
    assert result.returncode == 3
    assert not (tmp_path / "reached").exists()


def run_entry_point(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "supplybrain.processes", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=os.environ | variables, capture_output=True, text=True, check=False)
