"""How many rows a second an import takes in: python -m tests.bench.intake --rows N --first N --encoding cp932

Writes a CSV of rows with person, company, e-mail, telephone, campaign and id, and takes it in as the worker does;
all rows are new, or --known PERCENT of them are those before --first. Prints one line of JSON.
"""

import argparse
import csv
import json
import os
import tempfile
import time
from pathlib import Path

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
MOST_COPIED = 100_000


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
                ["展示会", "ウェブ", "紹介"][n % 3], f"施策{n % 40}", f"2026-{n % 10 + 1:02}-{n % 28 + 1:02}",
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
    """Seconds that COPY takes for so many leads alone, into a table with the same indexes."""
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


def peak_megabytes():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--known", type=int, default=0, help="percent of the rows that are here already")
    parser.add_argument("--encoding", default="cp932")
    options = parser.parse_args()
    existing = Lead.objects.count()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        write(path, options.first - options.rows * options.known // 100, options.rows, options.encoding)
        imported, seconds, cpu = take_in(path, options.encoding)
    counts = {name: getattr(imported, name) for name in ("created", "updated", "unchanged", "refused")}
    if imported.state != Import.State.DONE or counts["refused"]:
        raise SystemExit(f"The import ended as {imported.state}: {counts} {imported.failure}")
    found = {
        "existing": existing,
        **counts,
        "rate": options.rows / seconds,
        "seconds": seconds,
        "cpu": cpu,
        "peak": peak_megabytes(),
    }
    if connection.vendor == "postgresql":
        copied = min(options.rows, MOST_COPIED)
        found["copy_rate"] = copied / bare_copy(copied)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
