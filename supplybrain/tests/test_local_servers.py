"""The embedded servers start wherever the project lies, survive crashes, and leave nothing behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis

from supplybrain.local.postgres import find_postmaster, find_socket_folder
from supplybrain.local.servers import LocalServerError, RedisServer, running_postgres, start_postgres, stop_postgres
from supplybrain.processes import PROJECT

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

ODD_NAME = "Склад d'été 100%"


def count_rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS visits (id int)")
        connection.execute("INSERT INTO visits VALUES (1)")
        return len(connection.execute("SELECT id FROM visits").fetchall())


@pytest.mark.parametrize("name", [ODD_NAME, "x" * 110])
def test_postgres_lives_under_any_path_and_finds_its_data_again(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "pg"
    with running_postgres(folder, keep_data=True) as url:
        assert count_rows(url) == 1
    with running_postgres(folder, keep_data=True) as url:
        assert count_rows(url) == 2
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT lower('ЖУК'), 'Кот' ILIKE 'кот'").fetchone() == ("жук", True)
    assert find_postmaster(folder) is None
    assert find_socket_folder(folder) == folder or not find_socket_folder(folder).exists()


def test_postgres_crashes_and_comes_back_under_the_same_url(tmp_path: Path) -> None:
    with running_postgres(tmp_path / "pg", keep_data=False) as url:
        assert count_rows(url) == 1
        stop_postgres(tmp_path / "pg")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        start_postgres(tmp_path / "pg")
        assert count_rows(url) == 2
    assert not (tmp_path / "pg").exists()


def test_a_server_left_by_a_killed_run_is_replaced(tmp_path: Path) -> None:
    with running_postgres(tmp_path / "pg", keep_data=True) as first_url:
        left = find_postmaster(tmp_path / "pg")
        assert left is not None
        count_rows(first_url)
        with running_postgres(tmp_path / "pg", keep_data=True) as url:
            assert count_rows(url) == 2
            assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE


def test_a_pid_file_that_names_a_stranger_is_not_believed(tmp_path: Path) -> None:
    with running_postgres(tmp_path / "pg", keep_data=True) as url:
        count_rows(url)
    (tmp_path / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path / 'pg'}\n0\n5432\n\n\n\nready\n")
    with running_postgres(tmp_path / "pg", keep_data=True) as url:
        assert count_rows(url) == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lets another account in")
def test_as_root_folders_above_the_data_are_opened_for_passing_only(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with running_postgres(closed / "pg", keep_data=True) as url:
        count_rows(url)
    assert oct(closed.stat().st_mode)[-3:] == "701"
    assert oct((closed / "pg").stat().st_mode)[-3:] == "700"


def test_redis_keeps_messages_over_a_crash_under_any_path(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / ODD_NAME, keep_data=True)
    server.start()
    try:
        with Redis.from_url(server.url) as client:
            client.rpush("queue", "message")
            time.sleep(1.1)  # written to disk every second
            assert server.process is not None
            server.process.kill()
            server.process.wait()
            server.start()
            assert client.lrange("queue", 0, -1) == [b"message"]
    finally:
        server.stop()


def test_redis_on_a_taken_port_says_why(tmp_path: Path) -> None:
    first = RedisServer(tmp_path / "first", keep_data=False)
    first.start()
    try:
        with pytest.raises(LocalServerError, match="Address already in use"):
            RedisServer(tmp_path / "second", keep_data=False, port=first.port).start()
    finally:
        first.stop()


def test_the_redis_password_is_not_in_the_process_list(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, keep_data=False)
    server.start()
    try:
        assert server.password not in " ".join(psutil.Process(server.pid).cmdline())
        assert server.password not in repr(server)
    finally:
        server.stop()


@pytest.fixture
def holder() -> Iterator[subprocess.Popen[str]]:
    """A process that takes a lease like a test run does, and prints what it got."""
    script = (
        "import time; from supplybrain.local.test_servers import take_lease\n"
        "lease = take_lease(['DATABASE_URL', 'REDIS_URL']); print(lease['DATABASE_URL'], flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("end", [subprocess.Popen.kill, subprocess.Popen.terminate])
def test_leased_servers_go_with_their_holder(
    holder: subprocess.Popen[str], end: Callable[[subprocess.Popen[str]], None]
) -> None:
    assert holder.stdout is not None
    url = holder.stdout.readline().strip()
    started = psutil.Process(holder.pid).children(recursive=True)  # the lease and its Redis
    folder = Path(psycopg.conninfo.conninfo_to_dict(url)["host"])  # type: ignore[arg-type]
    postmaster = find_postmaster(folder)
    assert postmaster is not None
    end(holder)
    _gone, alive = psutil.wait_procs([*started, postmaster], timeout=20)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    assert not folder.parent.exists()
