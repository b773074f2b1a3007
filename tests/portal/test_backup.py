import os
import subprocess

import psycopg
import pytest

from tests import programs
from tests.servers import ROOT, Postgres, environment, manage

absent = programs.missing("postgres", "pg_dump")
pytestmark = [pytest.mark.fault, pytest.mark.once, pytest.mark.skipif(bool(absent), reason=absent)]


def back_up(database_url, folder, files):
    path = f"{os.path.dirname(programs.find('pg_dump'))}:{os.environ['PATH']}"
    return subprocess.run(
        [ROOT / "deploy" / "backup", folder],
        env={"PATH": path, "DATABASE_URL": database_url, "FILES_DIR": str(files)},
        capture_output=True,
        text=True,
    )


def test_a_backup_restores_to_the_same_rows_and_files(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "upload.csv").write_text("名前\n")
    with Postgres() as database:
        manage("migrate", env=environment(tmp_path, DATABASE_URL=database.url))
        with psycopg.connect(database.url, autocommit=True) as connection:
            before = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
            done = back_up(database.url, tmp_path / "backups", files)
            assert done.returncode == 0, done.stderr
            [dump] = (tmp_path / "backups").glob("*.dump")
            connection.execute("CREATE DATABASE again")
        again = f"postgres://tasuki@127.0.0.1:{database.port}/again"
        subprocess.run([programs.find("pg_restore"), "--no-owner", f"--dbname={again}", dump], check=True)
        with psycopg.connect(again) as connection:
            assert connection.execute("SELECT count(*) FROM django_migrations").fetchone() == before
    [archive] = (tmp_path / "backups").glob("*.tar.gz")
    listed = subprocess.run(["tar", "-tzf", archive], capture_output=True, text=True, check=True)
    assert "./upload.csv" in listed.stdout.splitlines()


def test_a_backup_of_an_empty_database_fails_loudly(tmp_path):
    with Postgres() as database:
        done = back_up(database.url, tmp_path / "backups", tmp_path / "files")
    assert done.returncode == 1
    assert "holds only 0 tables" in done.stderr
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_backup_without_a_database_fails_loudly(tmp_path):
    done = back_up("postgres://tasuki@127.0.0.1:1/tasuki", tmp_path / "backups", tmp_path / "files")
    assert done.returncode == 1
    assert "pg_dump did not finish" in done.stderr
    assert list((tmp_path / "backups").iterdir()) == []
