"""make bench: what the portal costs, measured on a PostgreSQL and a Redis of its own.

    make bench                       10,000, 100,000 and 1,000,000 leads, one after the other
    make bench SIZES="10000 100000"  these sizes

Prints a table and writes it into docs/benchmarks.md, between the two marks there.
"""

import datetime
import os
import sys
import time
from pathlib import Path

from tests import programs
from tests.bench import measuring, report
from tests.servers import ROOT

SIZES = (10_000, 100_000, 1_000_000)
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured -->", "<!-- end -->"


def main():
    absent = programs.missing("postgres", "redis-server")
    if absent:
        sys.exit(absent)
    asked = [int(size.replace(",", "").replace("_", "")) for size in os.environ.get("SIZES", "").split()] or SIZES
    began, sizes, load = time.monotonic(), [], os.getloadavg()[0]
    for leads in asked:
        sizes.append(measuring.measure(leads, lambda what, leads=leads: _tell(began, f"{leads:,}: {what}")))
        print("\n".join(report.table(sizes)), flush=True)
    _write([*_about(sizes, load, time.monotonic() - began), "", *report.table(sizes)])


def _tell(began, what):
    minutes, seconds = divmod(int(time.monotonic() - began), 60)
    print(f"{minutes:3}:{seconds:02} {what}", flush=True)


def _about(sizes, load, seconds):
    about = sizes[0].about
    filled = "; ".join(
        f"{size.leads:,} leads with {size.about['activities']:,} activities, {size.about['megabytes']:,} MB"
        for size in sizes
    )
    return [
        (
            f"Measured on {datetime.date.today():%Y-%m-%d} on {os.cpu_count()} cores, which clients, web workers and database"
            f" shared; load before it began {load:.1f}; the run took {seconds / 60:.0f} minutes."
        ),
        f"Python {about['python']}, Django {about['django']}, PostgreSQL {about['postgres']}. {filled}.",
    ]


def _write(lines):
    text = PAGE.read_text()
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    PAGE.write_text("\n".join([f"{before}{BEGIN}", *lines, f"{END}{after}"]))
    print(f"written to {Path(PAGE).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
