"""An image as its Containerfile describes it, run on this machine without an engine: namespaces and mounts are enough.

The base is this machine's own system and the packages are those of these tests; what is copied, the user, the variables,
the read-only root and the places that may be written are the image's.
"""

import asyncio
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/dev")
PACKAGES = "/opt/packages"
"""Where the image has them."""

ENTER = """
set -e
root=$1 app=$2 data=$3 packages=$4 base=$5 user=$6; shift 6
mount --make-rprivate /
mount -t tmpfs -o mode=755,size=1m tmpfs "$root"
show() { [ -e "$root$2" ] || { mkdir -p "$root$2"; mount --bind "$1" "$root$2"; }; }
for folder in {system}; do
    if [ -L "$folder" ]; then cp -P "$folder" "$root$folder"; elif [ -d "$folder" ]; then show "$folder" "$folder"; fi
done
show "$packages" {packages}; show "$base" "$base"; show "$app" /briefbot; show "$data" /data
mkdir "$root/proc" "$root/tmp"
mount -t proc proc "$root/proc"
mount -t tmpfs -o nosuid,nodev,noexec,mode=1777,size=64m tmpfs "$root/tmp"
findmnt --noheadings --list --output TARGET --submounts "$root" | while read -r place; do
    case $place in "$root/data" | "$root/tmp" | "$root/proc" | "$root/dev") ;; *) mount -o remount,bind,ro "$place" ;; esac
done
exec chroot "$root" setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --inh-caps=-all \
    --bounding-set=-all env --ignore-environment --chdir=/briefbot "$@"
""".replace("{system}", " ".join(SYSTEM)).replace("{packages}", PACKAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The last stage of a Containerfile."""

    copied: list[tuple[list[str], str]]
    """Sources in the repository, and where they go in the image."""
    variables: dict[str, str]
    folder: str
    user: str
    volumes: list[str]
    signal: str
    health: list[str]
    command: list[str]


def read_image(path: Path) -> Image:
    variables: dict[str, str] = {}
    copied: list[tuple[list[str], str]] = []
    said: dict[str, str] = {}
    for word, rest in _instructions(path.read_text(encoding="utf-8")):
        if word == "FROM":
            copied, variables, said = [], {}, {}
        elif word == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            copied.append((sources, target))
        elif word == "ENV":
            variables |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        else:
            said[word] = rest
    return Image(
        copied=copied,
        variables=variables,
        folder=said["WORKDIR"],
        user=said["USER"],
        volumes=said["VOLUME"].split(),
        signal=said["STOPSIGNAL"],
        health=json.loads(said["HEALTHCHECK"].partition("CMD")[2]),
        command=json.loads(said["ENTRYPOINT"]) + json.loads(said["CMD"]),
    )


def _instructions(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in whole) if word]


class Container:
    """An image's files in a folder, with a volume beside them. Runs where these tests run as root."""

    def __init__(self, image: Image, repository: Path, folder: Path) -> None:
        self.data = folder / "data"
        self._image = image
        self._app, self._root = folder / "app", folder / "root"
        self._user, _, group = image.user.partition(":")
        for made in (self._app, self._root, self.data):
            made.mkdir()
        self.data.chmod(0o700)
        os.chown(self.data, int(self._user), int(group))
        for sources, target in image.copied:
            for source in sources:
                self._copy(repository / source, self._app / target)

    def _copy(self, source: Path, target: Path) -> None:
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)

    async def start(self, *command: str, **variables: str) -> asyncio.subprocess.Process:
        """Run a command as the image would, as the first process of its own."""
        path = {"PATH": self._image.variables["PATH"].replace("$PATH", "/usr/bin:/bin")}
        given = [f"{name}={value}" for name, value in (self._image.variables | path | variables).items()]
        places = (self._root, self._app, self.data, sys.prefix, sys.base_prefix, self._user)
        return await asyncio.create_subprocess_exec(
            *("unshare", "--mount", "--pid", "--fork", "sh", "-c", ENTER, "sh", *map(str, places), *given, *command),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *command: str, **variables: str) -> tuple[int | None, str, str]:
        """Its exit code, and what it wrote on standard output and on standard error."""
        process = await self.start(*command, **variables)
        written, errors = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode, written.decode(), errors.decode()


def send(process: asyncio.subprocess.Process, what: signal.Signals) -> None:
    """Send a signal to the first process inside, as an engine does."""
    inside = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for pid in inside:
        os.kill(int(pid), what)


def skip_without_namespaces() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a read-only file system")
    if sys.prefix == sys.base_prefix:
        pytest.skip("the packages are not in a virtual environment")
    if not all(map(shutil.which, ("unshare", "setpriv", "findmnt"))):
        pytest.skip("unshare, setpriv or findmnt is not installed")
    tried = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "mount", "--make-rprivate", "/"], capture_output=True
    )
    if tried.returncode:
        pytest.skip(f"this machine allows no mounts: {tried.stderr.decode().strip()}")
