"""The table, for the terminal and for docs/benchmarks.md; whether a goal is reached is said, never asserted."""

YES, NO = "yes", "**no**"


def table(sizes):
    """Lines of a Markdown table: a row a measure, a column a size."""
    head = ["", "goal", *(f"{size.leads:,} leads" for size in sizes), "reached"]
    rows = [row for section in (_board, _pages, _verbs, _imports, _search, _figures, _rest) for row in section(sizes)]
    lines = [_line(head), _line(["---"] + ["---"] + ["---:"] * len(sizes) + [":---:"])]
    return lines + [_line(row) for row in rows]


def _line(cells):
    return f"| {' | '.join(cells)} |"


def _row(name, goal, sizes, value, shown="{:.1f}".format, reached=None, at=None):
    """`value(size)` for each size; `reached(value, size)` judged where `at(size)` holds (default: everywhere)."""
    values = [value(size) for size in sizes]
    judged = [reached(one, size) for one, size in zip(values, sizes, strict=True) if reached and (not at or at(size))]
    verdict = "" if not judged else YES if all(judged) else NO
    return [name, goal, *(shown(one) for one in values), verdict]


def _two(timing):
    return f"{timing.p50:.1f} / {timing.p95:.1f}"


def _pair(found):
    return f"{found['p50']:.1f} / {found['p95']:.1f}"


def _is_hundred_thousand(size):
    return size.leads == 100_000


def _board(sizes):
    one, crowd = (lambda s: s.pages["board"][0]), (lambda s: s.pages["board"][1])
    bare, crowded = (lambda s: s.pages["bare view"][0]), (lambda s: s.pages["bare view"][1])
    at = _is_hundred_thousand if any(map(_is_hundred_thousand, sizes)) else None
    smallest = min(sizes, key=lambda size: size.leads)
    yield _row("load of the machine meanwhile", "", sizes, lambda s: s.load)
    yield _row("cards on the board", "200", sizes, lambda s: s.about["cards"], str)
    yield _row("bare view: 1 client, p50 / p95 ms", "", sizes, bare, _two)
    yield _row("board: 1 client, p50 / p95 ms", "", sizes, one, _two)
    yield _row(
        "board ÷ bare view (p50)", "≤ 1.4", sizes, lambda s: one(s).p50 / bare(s).p50, "{:.2f}".format,
        lambda v, s: v <= 1.4, at,
    )  # fmt: skip
    yield _row("bare view: 8 clients, p50 / p95 ms", "", sizes, crowded, _two)
    yield _row("board: 8 clients, p50 / p95 ms", "", sizes, crowd, _two)
    for name in ("bare view", "board"):
        yield _row(f"{name}: CPU of the web processes, ms an answer", "", sizes, lambda s, name=name: s.cpu[name])
    yield _row("bare view: requests/s at 8 clients", "", sizes, lambda s: crowded(s).rate, "{:.0f}".format)
    yield _row("board: requests/s at 8 clients", "", sizes, lambda s: crowd(s).rate, "{:.0f}".format)
    yield _row(
        "board ÷ bare view (requests/s)", "≥ 0.65", sizes, lambda s: crowd(s).rate / crowded(s).rate, "{:.2f}".format,
        lambda v, s: v >= 0.65, at,
    )  # fmt: skip
    if len(sizes) > 1:
        yield _row(
            f"board ÷ board at {smallest.leads:,}", "≤ 1.2", sizes, lambda s: one(s).p50 / one(smallest).p50,
            "{:.2f}".format, lambda v, s: v <= 1.2,
        )  # fmt: skip
    yield _row(
        "board: queries, first and then", "≤ 6", sizes, lambda s: (s.inside["board"]["first"], s.inside["board"]["then"]),
        lambda v: f"{v[0]}, {v[1]}", lambda v, s: max(v) <= 6,
    )  # fmt: skip
    yield _row(
        "board: queries that count leads", "0", sizes, lambda s: len(s.inside["board"]["counting"]), str,
        lambda v, s: v == 0,
    )  # fmt: skip
    yield _row("board: KB on the wire", "≤ 90", sizes, lambda s: s.wire["board"], "{:.0f}".format, lambda v, s: v <= 90)
    yield _row("bare view: KB on the wire", "", sizes, lambda s: s.wire["bare view"], "{:.0f}".format)
    yield _row("the same SQL alone, ms", "", sizes, lambda s: s.inside["bare_sql"], _pair)
    yield _row("first board after a start, ms", "", sizes, lambda s: s.first, "{:.0f}".format)


def _pages(sizes):
    for name in ("home", "list", "lead", "search"):
        yield _row(f"{name} page: 1 client, ms", "", sizes, lambda s, name=name: s.pages[name][0], _two)


def _verbs(sizes):
    for name in ("hand over", "accept", "move"):
        yield _row(
            f"{name}: the whole POST, ms", "p50 ≤ 5", sizes, lambda s, name=name: s.posts[name], _two,
            lambda v, s: v.p50 <= 5,
        )  # fmt: skip
    for name in ("hand over", "accept", "move"):
        yield _row(f"{name}: CPU of the web processes, ms", "", sizes, lambda s, name=name: s.cpu[name])
    for name in ("hand over", "accept", "move"):
        yield _row(f"{name}: the verb alone, ms", "", sizes, lambda s, name=name: s.inside["verbs"][name], _pair)


def _imports(sizes):
    for number, encoding in enumerate(["CP932", "UTF-8"]):
        yield _row(
            f"import {encoding}: rows/s", "≥ 10,000", sizes, lambda s, number=number: s.imports[number]["rate"],
            "{:,.0f}".format, lambda v, s: v >= 10_000,
        )  # fmt: skip
    yield _row("COPY of the leads alone: rows/s", "", sizes, lambda s: s.imports[0]["copy_rate"], "{:,.0f}".format)
    yield _row(
        "import UTF-8: seconds, of which own CPU",
        "",
        sizes,
        lambda s: s.imports[1],
        lambda v: f"{v['seconds']:.1f}, {v['cpu']:.1f}",
    )
    yield _row(
        "import: peak MB at 20,000 and 100,000 rows", "flat", sizes,
        lambda s: (s.imports[2]["peak"], s.imports[1]["peak"]), lambda v: f"{v[0]:.0f}, {v[1]:.0f}",
        lambda v, s: v[1] <= v[0] * 1.25,
    )  # fmt: skip


def _search(sizes):
    for word in sizes[0].inside["search"]:
        yield _row(
            f"search, {word}: ms", "≤ 10, at 1,000,000 ≤ 30", sizes, lambda s, word=word: s.inside["search"][word], _pair,
            lambda v, s: v["p50"] <= (10 if s.leads <= 100_000 else 30),
        )  # fmt: skip


def _figures(sizes):
    for name in sizes[0].inside["figures"]:
        is_funnel = name.startswith("funnel")
        yield _row(
            f"{name}: ms", "≤ 60, at 1,000,000 ≤ 450" if is_funnel else "", sizes,
            lambda s, name=name: s.inside["figures"].get(name, {"p50": 0, "p95": 0}), _pair,
            (lambda v, s: v["p50"] <= (60 if s.leads <= 100_000 else 450)) if is_funnel else None,
        )  # fmt: skip


def _rest(sizes):
    yield _row(
        "sweep, 1,000,000 open clocks, 100 due: ms", "≤ 50", sizes, lambda s: s.inside["sweep"]["due"], _pair,
        lambda v, s: v["p50"] <= 50,
    )  # fmt: skip
    yield _row("sweep with nothing due: ms", "", sizes, lambda s: s.inside["sweep"]["quiet"], _pair)
    yield _row(
        "two web workers: MB (PSS)",
        "< 200",
        sizes,
        lambda s: s.memory["workers"],
        "{:.0f}".format,
        lambda v, s: v < 200,
    )
    yield _row("their parent: MB (PSS)", "", sizes, lambda s: s.memory["parent"], "{:.0f}".format)
