"""How many rows a second an import takes in: python tests/bench/import_bench.py [--rows N] [--existing N] [--encoding cp932]

Writes a CSV of rows with person, company, e-mail, telephone, campaign and id, fills the database of
DATABASE_URL up to --existing leads by importing them, then measures one more file: all rows new, or
--known PERCENT of them already here. Prints rows a second, peak memory, and a bare COPY of the same rows.
"""

import argparse
import csv
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.db import connection
from django.utils import timezone

from leads.intake import receive, survey
from leads.models import Import, Lead

HEADER = ["顧客ID", "会社名", "姓", "名", "メール", "電話番号", "部署", "役職", "流入元", "施策", "登録日"]
FAMILY = ["見本", "架空", "仮名", "例題", "髙瀬", "﨑本", "汐見", "鳴海"]
GIVEN = ["太郎", "花子", "次郎", "三郎", "灯里", "航", "圭", "澄江"]


def write(path, first, count, encoding):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n in range(first, first + count):
            company = f"架空{n // 5}{['工業', '製作所', '商事', '化成'][n % 4]}"
            name = f"{'株式会社' if n % 3 else '㈱'}{company}" if n % 2 else f"{company}（株）"
            writer.writerow([
                f"C{n:09}", name, FAMILY[n % 8], GIVEN[n // 8 % 8], f"person{n}@k{n // 5}.example.jp",
                f"03-{n % 10000:04}-{n // 10000 % 10000:04}", "情報システム部", "部長" if n % 4 else "",
                ["展示会", "ウェブ", "紹介"][n % 3], f"施策{n % 40}", f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}",
            ])  # fmt: skip


def take_in(path, encoding):
    with path.open("rb") as file:
        imported = survey.upload(file, name="bench.csv", by=None, at=timezone.now(), encoding=encoding)
    imported.state = Import.State.READY
    imported.save()
    receive.start(imported, at=timezone.now())
    began, cpu = time.perf_counter(), time.process_time()
    while receive.carry_on(imported.pk):
        pass
    seconds, used = time.perf_counter() - began, time.process_time() - cpu
    imported.refresh_from_db()
    imported.file.delete(save=False)
    return imported, seconds, used


def bare_copy(rows):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare (LIKE leads_lead INCLUDING ALL)")
        cursor.execute("CREATE TEMP TABLE plain AS SELECT * FROM leads_lead ORDER BY id DESC LIMIT %s", [rows])
        with tempfile.NamedTemporaryFile() as file:
            with cursor.cursor.copy("COPY plain TO STDOUT") as out:
                for piece in out:
                    file.write(piece)
            file.seek(0)
            began = time.perf_counter()
            with cursor.cursor.copy("COPY bare FROM STDIN") as into:
                while piece := file.read(1 << 16):
                    into.write(piece)
            return time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--existing", type=int, default=10_000)
    parser.add_argument("--known", type=int, default=0, help="percent of the rows that are here already")
    parser.add_argument("--encoding", default="cp932")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        here = Lead.objects.count()
        if here < options.existing:
            write(path, here, options.existing - here, "utf-8")
            imported, seconds, _cpu = take_in(path, "utf-8")
            print(f"filled: {imported.created:,} rows, {imported.created / seconds:,.0f} rows/s")
            here = Lead.objects.count()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        write(path, here - options.rows * options.known // 100, options.rows, options.encoding)
        imported, seconds, cpu = take_in(path, options.encoding)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        total = sum(getattr(imported, name) for name in ("created", "updated", "unchanged", "refused"))
        print(
            f"{connection.vendor}: {here:,} leads before, {total:,} rows ({imported.created:,} new, {imported.updated:,} updated,"
            f" {imported.unchanged:,} unchanged, {imported.refused:,} refused), {options.encoding}:"
            f" {total / seconds:,.0f} rows/s, {seconds:.1f} s, own CPU {cpu:.1f} s, peak memory {memory:.0f} MB"
        )
        if connection.vendor == "postgresql":
            copied = bare_copy(min(options.rows, 100_000))
            print(f"bare COPY of the leads alone, with indexes: {min(options.rows, 100_000) / copied:,.0f} rows/s")


if __name__ == "__main__":
    main()
