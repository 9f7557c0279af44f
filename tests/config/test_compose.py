"""docker-compose.yml: parses, keeps to the Compose specification, and names only settings that exist."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.giving_way import NICENESS
from tests.conftest import PATIENCE
from tests.environment import settings_read

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {"migrate", "web", "drafts", "documents", "bulk", "beat"}

# Of the Compose specification, the keys in use here: a misspelt one is not among them.
SERVICE_KEYS = {
    *("build", "image", "command", "init", "restart", "stop_grace_period", "depends_on", "healthcheck"),
    *("environment", "networks", "ports", "volumes", "shm_size", "cap_drop", "security_opt"),
}
HEALTHCHECK_KEYS = {"test", "interval", "timeout", "retries", "start_period"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
DURATION = re.compile(r"^(\d+(us|ms|s|m|h))+$")
# Read by Docker Compose itself or by the images of others, not by us.
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD", "PORT"}


def interpolated() -> dict[str, str]:
    """Each ${NAME…} of the file with what follows the name."""
    uncommented = "\n".join(line for line in TEXT.splitlines() if not line.lstrip().startswith("#"))
    return dict(re.findall(r"(?<!\$)\$\{([A-Z_]+)([^}]*)\}", uncommented))


def test_the_worker_of_many_gives_way_as_everywhere() -> None:
    assert SERVICES["bulk"]["command"][:3] == ["nice", "-n", str(NICENESS)]


def test_it_has_every_part_and_no_unknown_key() -> None:
    assert set(COMPOSE) <= {"x-app", "services", "networks", "volumes"}
    assert set(SERVICES) == {"db", "valkey"} | OURS
    for name, service in SERVICES.items():
        assert set(service) <= SERVICE_KEYS, name
        assert "image" in service, name
        assert service["restart"] in {"unless-stopped", "no"}, name
        assert isinstance(service.get("command", []), list), (
            f"{name}: a list reaches the program without a shell"
        )


def test_networks_and_volumes_that_are_used_are_declared() -> None:
    for name, service in SERVICES.items():
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        for mount in service.get("volumes", []):
            volume, target = mount.split(":")
            assert volume in COMPOSE["volumes"] and target.startswith("/"), f"{name}: {mount}"


def test_health_checks_and_order_of_start_are_well_formed() -> None:
    for name, service in SERVICES.items():
        check = service.get("healthcheck", {})
        assert set(check) <= HEALTHCHECK_KEYS, name
        assert all(DURATION.match(check[key]) for key in ("interval", "timeout") if key in check), name
        for other, wait in service.get("depends_on", {}).items():
            assert wait["condition"] in CONDITIONS, name
            assert wait["condition"] != "service_healthy" or "healthcheck" in SERVICES[other], (
                f"{name}: {other}"
            )


def test_nothing_serves_before_the_migrations_have_run() -> None:
    assert SERVICES["migrate"]["restart"] == "no"
    for name in OURS - {"migrate"}:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}, (
            name
        )


def test_database_and_broker_are_the_kinds_that_we_need() -> None:
    assert SERVICES["db"]["image"] == "pgvector/pgvector:pg18"
    assert "shm_size" in SERVICES["db"]
    assert SERVICES["db"]["volumes"] == ["db:/var/lib/postgresql"]
    command = SERVICES["valkey"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert "--requirepass" in command
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert SERVICES["db"]["networks"] == SERVICES["valkey"]["networks"] == ["back"]


def test_only_the_web_server_is_published_and_only_to_this_machine() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert SERVICES["web"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    assert "/healthz" in SERVICES["web"]["healthcheck"]["test"][-1]
    assert "127.0.0.1" in SERVICES["web"]["environment"]["ALLOWED_HOSTS"], (
        "the health check asks as 127.0.0.1"
    )


def test_each_queue_has_one_worker() -> None:
    workers = {name for name, service in SERVICES.items() if "worker" in service.get("command", [])}
    assert workers == {"drafts", "documents", "bulk"}
    for name in workers:
        assert f"--queues={name}" in SERVICES[name]["command"]
        assert SERVICES[name]["volumes"] == SERVICES["web"]["volumes"], "uploads are shared"


@pytest.mark.parametrize("name", sorted(OURS))
def test_it_names_only_settings_that_exist(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= settings_read()


def test_every_setting_can_be_given_in_the_env_file() -> None:
    # DEBUG is for development; where to listen, the file itself decides.
    assert settings_read() - set(SERVICES["web"]["environment"]) == {"DEBUG", "HOST", "PORT"}


def test_secrets_come_from_the_environment_and_have_no_default() -> None:
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"):
        assert interpolated()[name].startswith(":?"), name
    assert set(interpolated()) <= settings_read() | COMPOSE_ONLY


def test_the_example_holds_no_secret_and_names_only_what_is_read() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    pairs = [re.match(r"^#?([A-Z_]+)=(.*)$", line) for line in lines]
    named = {match[1]: match[2] for match in pairs if match}
    assert set(named) <= settings_read() | COMPOSE_ONLY
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD", "RUNAPI_KEY"):
        assert named[name] == "", f"{name} has no example value"


def test_the_image_runs_as_a_plain_user_from_hashed_packages() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert any(line.startswith("USER citedesk") for line in lines)
    assert any("--require-hashes -r requirements.txt" in line for line in lines)
    assert not [line for line in lines if re.match(r"^(ARG|ENV).*(KEY|PASSWORD|SECRET|TOKEN)", line)]
    assert {".env", ".data", ".git"} <= set((ROOT / ".dockerignore").read_text().split())


def test_docker_compose_accepts_it_where_there_is_one() -> None:
    tool = shutil.which("docker-compose")
    if tool is None:
        pytest.skip("docker-compose is not installed here")
    secrets = dict.fromkeys(("SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"), "x")
    command = [tool, "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet"]
    done = subprocess.run(command, env=secrets, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
