"""One writer at a time in a home that only its owner may read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import HomeBusy, HomeNotWritable
from bot.home import held, prepare


def test_a_home_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = prepare(tmp_path / "a" / "home")
    assert home.stat().st_mode & 0o777 == 0o700
    assert prepare(home) == home


def test_a_file_in_the_place_of_the_home_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    with pytest.raises(HomeNotWritable, match="choose another folder with --home"):
        prepare(tmp_path / "home")
    with pytest.raises(HomeNotWritable):
        prepare(tmp_path / "home" / "below")


def test_a_file_in_the_place_of_the_locks_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "locks").touch()
    with pytest.raises(HomeNotWritable, match=r"locks cannot be written to \(it is"), held(tmp_path, "a", "using"):
        pass


def test_the_second_one_is_told_who_the_first_one_is(tmp_path: Path) -> None:
    with (
        held(tmp_path, "serve", "serving"),
        pytest.raises(HomeBusy, match=rf"pid {os.getpid()}\) is serving this home"),
        held(tmp_path, "serve", "serving"),
    ):
        pass


def test_other_purposes_do_not_wait_and_a_lock_ends(tmp_path: Path) -> None:
    with held(tmp_path, "sync a", "syncing"), held(tmp_path, "sync b", "syncing"):
        pass
    with held(tmp_path, "sync a", "syncing"):
        pass


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    code = "import sys, time; from pathlib import Path; from bot.home import held\n"
    code += f"with held(Path({str(tmp_path)!r}), 'serve', 'serving'): print('in', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"in\n"
        with pytest.raises(HomeBusy, match=f"pid {other.pid}"), held(tmp_path, "serve", "serving"):
            pass
        other.kill()
    with held(tmp_path, "serve", "serving"):
        pass
