"""What is in deploy/: each file is held against its own linter, and what it describes is run."""

import asyncio
import fnmatch
import http.server
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import FILE_VARIABLE, Settings, load_config
from bot.model import shard_ids
from tests.conftest import ROOT, discord_here
from tests.containers import Container, read_image, send, skip_without_namespaces
from tests.processes import RUN

DEPLOY = ROOT / "deploy"
CONTAINERFILE = DEPLOY / "Containerfile"
COMPOSE = DEPLOY / "compose.yaml"
SERVICES = [DEPLOY / "briefbot.service", DEPLOY / "briefbot-backup.service"]
UNITS = [*SERVICES, DEPLOY / "briefbot-backup.timer"]
HEALTH, BACKUP = DEPLOY / "health.py", DEPLOY / "backup.sh"
EXPOSED = 15
"""The most that systemd may find a service exposed, in tenths; 100 is everything."""


def run(*command: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, **options)


def tool(name: str) -> Path:
    """A linter that is installed beside Python."""
    found = Path(sys.executable).with_name(name)
    if not found.exists():
        pytest.skip(f"there is no {name} for this machine")
    return found


# ---------------------------------------------------------------- the image


def test_hadolint_has_nothing_to_say_on_the_containerfile() -> None:
    linted = run(tool("hadolint"), "--failure-threshold", "style", CONTAINERFILE)
    assert (linted.returncode, linted.stdout, linted.stderr) == (0, "", "")


def test_hadolint_would_say_something(tmp_path: Path) -> None:
    worse = tmp_path / "Containerfile"
    worse.write_text(CONTAINERFILE.read_text().replace("--no-cache-dir", "") + "RUN cd /tmp\n")
    linted = run(tool("hadolint"), worse)
    assert linted.returncode == 1
    assert "DL3003" in linted.stdout


def test_the_image_gets_what_it_copies_and_nothing_else() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    image = read_image(CONTAINERFILE)
    copied = [source for sources, _ in image.copied for source in sources]
    assert all((ROOT / source).exists() for source in copied)
    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == {*copied, "requirements.lock"}
    for secret in ("deploy/.env", "bot/.env", "asklog.sqlite3", "bot/a.sqlite3-wal", "bot/cards/__pycache__"):
        last = [line for line in lines if fnmatch.fnmatch(f"/{secret}", line.replace("**/", "*/").lstrip("!"))]
        assert not last[-1].startswith("!"), secret


def test_packages_come_with_their_hashes_and_from_no_named_index() -> None:
    text = CONTAINERFILE.read_text()
    assert "--require-hashes" in text
    assert "--only-binary :all:" in text
    assert not re.search(r"index-url|https?://", text)


@pytest.fixture
def container(tmp_path: Path) -> Container:
    skip_without_namespaces()
    return Container(read_image(CONTAINERFILE), ROOT, tmp_path)


async def test_in_the_image_only_the_volume_and_tmp_can_be_written_and_nobody_is_root(container: Container) -> None:
    looking = (
        "import json, os; read_only = lambda place: bool(os.statvfs(place).f_flag & os.ST_RDONLY); "
        "places = ['/', '/usr', '/etc', '/briefbot', '/opt/packages', '/data', '/tmp']; "
        "status = dict(line.split(':', 1) for line in open('/proc/self/status')); "
        "print(json.dumps([os.getpid(), os.getuid(), os.getgroups(), int(status['CapBnd'], 16), "
        "[place for place in places if not read_only(place)]]))"
    )
    code, written, errors = await container.run("python", "-c", looking)
    assert (code, errors) == (0, "")
    assert json.loads(written) == [1, 10001, [], 0, ["/data", "/tmp"]]


async def test_the_image_s_own_command_says_what_it_lacks(container: Container) -> None:
    command = read_image(CONTAINERFILE).command
    assert command == ["python", "-m", "bot", "run"]
    code, _, errors = await container.run(*command)
    assert code == 2
    assert errors.startswith("There is no token: set DISCORD_TOKEN")
    assert errors.count("\n") == 1


async def test_the_bot_answers_and_draws_on_a_read_only_system(container: Container) -> None:
    image = read_image(CONTAINERFILE)
    port = str(free_port())
    async with discord_here() as sandbox:
        given = {"DISCORD_TOKEN": sandbox.token, "BRIEFBOT_HEALTH_PORT": port}
        process = await container.start("python", "-c", RUN, sandbox.url, "run", **given)
        try:
            await asyncio.wait_for(sandbox.gateway.connected(), 30)
            ada = sandbox.world.person("Ada")
            assert (await ada.slash("brief", topic="nato expantion")).text.startswith("## NATO enlargement")
            await ada.slash("timeline")
            drawn = await ada.reads(until=lambda message: bool(message.attachments))
            assert drawn.attachments
            code, said, errors = await container.run(*image.health, BRIEFBOT_HEALTH_PORT=port)
            assert (code, errors, said.count("\n")) == (0, "", 1), said
        finally:
            send(process, signal.Signals[image.signal])
            _, log = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0, log.decode()
    assert b"Traceback" not in log
    with sqlite3.connect(container.data / "asklog.sqlite3") as connection:
        asks = connection.execute("select surface, outcome from asks order by surface").fetchall()
    connection.close()
    assert ("brief", "found") in asks
    assert {path.name for path in container.data.iterdir()} == {"asklog.sqlite3"}


async def test_backups_are_made_inside_the_image(container: Container) -> None:
    assert (await container.run("python", "-m", "bot", "ask", "nato expantion"))[0] == 0
    code, _, errors = await container.run("sh", "deploy/backup.sh", "/data/backups", "7")
    assert (code, errors) == (0, "")
    assert len(list((container.data / "backups").glob("asklog-*Z.sqlite3"))) == 1


# ---------------------------------------------------------------- how it is


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def bot_that_says() -> Iterator[tuple[str, list[int]]]:
    """The port of something that answers as the bot would, and the status with which it does."""
    status = [200]

    class Said(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status[0] if self.path == "/healthz" else 404)
            self.end_headers()
            self.wfile.write(b"so it is")

        def log_message(self, *_: object) -> None:
            return None

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Said) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield str(server.server_port), status
        server.shutdown()
        thread.join()


def health(port: str) -> tuple[int, str]:
    # A proxy that is set is not asked for this machine.
    asked = run(
        sys.executable, "-I", "-S", HEALTH, env={"BRIEFBOT_HEALTH_PORT": port, "http_proxy": "http://127.0.0.1:9"}
    )
    assert asked.stderr == ""
    return asked.returncode, asked.stdout


def test_the_health_check_passes_on_what_the_bot_says(bot_that_says: tuple[str, list[int]]) -> None:
    port, status = bot_that_says
    assert health(port) == (0, "200 so it is\n")
    status[0] = 503
    assert health(port) == (1, "503 so it is\n")


def test_the_health_check_fails_in_one_line_where_nobody_answers() -> None:
    for port, line in ((str(free_port()), "The bot does not answer"), ("", "BRIEFBOT_HEALTH_PORT is not the number")):
        code, said = health(port)
        assert code == 1
        assert said.startswith(line)
        assert said.count("\n") == 1


# ---------------------------------------------------------------- compose


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    return read


def test_the_compose_file_keeps_to_its_schema() -> None:
    checked = run(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", COMPOSE)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_schema_knows_a_misspelt_key(tmp_path: Path) -> None:
    worse = tmp_path / "compose.yaml"
    worse.write_text(COMPOSE.read_text().replace("read_only: true", "readonly: true"))
    checked = run(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", worse)
    assert checked.returncode == 1
    assert "readonly" in checked.stdout


def test_every_service_is_shut_in(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["restart"] == "unless-stopped", name
        assert {"healthcheck", "mem_limit", "logging", "stop_grace_period"} <= service.keys(), name
        assert not {"ports", "privileged", "cap_add", "network_mode"} & service.keys(), name
    assert re.fullmatch(r"postgres:\d+-\w+", services["postgres"]["image"])


def test_the_bot_s_service_is_the_image_s_with_postgresql(services: dict[str, Any]) -> None:
    image, service = read_image(CONTAINERFILE), services["bot"]
    assert service["healthcheck"]["test"] == ["CMD", *image.health]
    assert service["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).resolve() == CONTAINERFILE
    data, *folders = service["volumes"]
    assert data == f"data:{image.volumes[0]}"
    assert all(folder["read_only"] for folder in folders)
    places = {folder["target"]: (DEPLOY / folder["source"]).resolve() for folder in folders}
    assert places == {f"{image.folder}/{name}": ROOT / name for name in ("briefs", "corpus")}


def test_processes_share_out_the_shards_and_each_has_a_volume_of_its_own(services: dict[str, Any]) -> None:
    template = (DEPLOY / "example.env").read_text()
    given = dict(line.removeprefix("# ").split("=", 1) for line in template.splitlines() if re.search(r"\w=\S", line))
    bots = [service for name, service in services.items() if name.startswith("bot")]
    others = [service for service in bots if service.get("profiles") == [given["COMPOSE_PROFILES"]]]
    assert bots == [services["bot"], *others]
    shares = [given["BRIEFBOT_SHARDS"], *(service["environment"]["BRIEFBOT_SHARDS"] for service in others)]
    assert [shard for share in shares for shard in shard_ids(share)] == list(range(int(given["BRIEFBOT_SHARD_COUNT"])))
    assert len({service["volumes"][0] for service in bots}) == len(bots)
    for service in others:
        apart = {"volumes", "environment", "profiles", "build"}
        assert {key: service[key] for key in service.keys() - apart} == {
            key: services["bot"][key] for key in services["bot"].keys() - apart
        }
        assert services["bot"]["environment"].items() <= service["environment"].items()


# ---------------------------------------------------------------- systemd


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units in a folder, where the program that they start is there."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    program = tmp_path / "briefbot" / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.symlink_to(sys.executable)
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/briefbot", str(tmp_path / "briefbot")))
    return tmp_path


def verified(unit: Path) -> tuple[int, str]:
    found = run("systemd-analyze", "verify", "--man=no", unit)
    return found.returncode, found.stdout + found.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_has_nothing_to_say_on_the_units(units: Path, unit: Path) -> None:
    assert verified(units / unit.name) == (0, "")


def test_systemd_says_something_where_its_exit_code_does_not(units: Path) -> None:
    worse = units / UNITS[0].name
    worse.write_text(worse.read_text().replace("ProtectSystem=", "ProtectSystme="))
    assert "'ProtectSystme'" in verified(worse)[1]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_systemd_finds_the_services_little_exposed(units: Path, unit: Path) -> None:
    found = run(
        *("systemd-analyze", "security", "--offline=yes", "--no-pager", f"--threshold={EXPOSED}", units / unit.name)
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_both_services_are_shut_in_alike() -> None:
    bot, backup = (unit.read_text().partition("UMask=")[2].partition("\n[")[0].strip() for unit in SERVICES)
    assert bot == backup
    assert "SystemCallFilter=" in bot


def test_the_unit_does_not_start_again_what_only_a_person_can_mend() -> None:
    lines = SERVICES[0].read_text().splitlines()
    assert {"Restart=on-failure", "RestartPreventExitStatus=2", "OOMPolicy=continue"} <= set(lines)


# ---------------------------------------------------------------- backups


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    """A folder with four old backups in it, and something else."""
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in [*(f"asklog-2020010{day}T000000Z.sqlite3" for day in range(1, 5)), "mine.sqlite3"]:
        (folder / name).write_text("")
    return folder


def beside(url: str, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run something in the folder of the repository, with the log named and Python on the path."""
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "BRIEFBOT_ASKLOG_URL": url}
    return run(*command, cwd=ROOT, env=environment)


def test_the_newest_backups_are_kept(backups: Path) -> None:
    url = f"sqlite+aiosqlite:///{backups.parent}/asks.sqlite3"
    assert beside(url, "python", "-m", "bot", "ask", "nato expantion").returncode == 0
    made = beside(url, "sh", BACKUP, backups, "3")
    assert made.returncode == 0, made.stderr
    kept = sorted(path.name for path in backups.iterdir())
    assert kept[:2] == ["asklog-20200103T000000Z.sqlite3", "asklog-20200104T000000Z.sqlite3"]
    assert len(kept) == 4
    assert kept[-1] == "mine.sqlite3"
    assert (backups / kept[2]).stat().st_mode & 0o777 == 0o600


def test_a_backup_that_fails_removes_nothing(backups: Path) -> None:
    made = beside("postgresql+asyncpg://nobody@127.0.0.1:9/nothing", "sh", BACKUP, backups, "3")
    assert made.returncode != 0
    assert made.stderr.count("\n") == 1
    assert len(list(backups.iterdir())) == 5


# ---------------------------------------------------------------- what stands in them


@pytest.mark.parametrize(
    "path", sorted(path for path in DEPLOY.iterdir() if path.is_file()), ids=lambda path: path.name
)
def test_every_variable_is_a_setting(path: Path) -> None:
    settings = {f"BRIEFBOT_{name.upper()}" for name in Settings.model_fields} | {FILE_VARIABLE}
    assert set(re.findall(r"BRIEFBOT_[A-Z_]+", path.read_text())) <= settings


def test_the_settings_for_systemd_can_be_read() -> None:
    config, problems = load_config(DEPLOY / "config.yaml")
    assert problems == []
    assert config is not None
    assert config.asklog_url == "sqlite+aiosqlite:////var/lib/briefbot/asklog.sqlite3"
    assert config.spool.parent == Path("/var/lib/briefbot")


def test_the_template_of_what_is_secret_holds_no_secret() -> None:
    lines = (DEPLOY / "example.env").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == ["DISCORD_TOKEN=", "POSTGRES_PASSWORD="]


def test_what_the_readme_names_of_deploy_is_there() -> None:
    named = set(re.findall(r"\bdeploy/([\w.-]*\w)", (ROOT / "README.md").read_text()))
    assert {"Containerfile", "backup.sh", "config.yaml", "example.env"} <= named
    assert [name for name in named - {".env"} if not (DEPLOY / name).exists()] == []
