"""Who may do what at which address. A new address needs a row here, or tests/security/test_matrix.py fails.

A row says for each method which roles get through and what everyone else meets. `post` sends what a complete
form would, so that it is the person who is refused and not an empty field.
"""

import io
from dataclasses import dataclass, field
from typing import Any

from tests import make
from tests.security.world import ROLES

OUTSIDE = {"anonymous", "disabled"}
EVERYONE = frozenset(ROLES) - OUTSIDE
TEAMS = EVERYONE - {"executive", "other", "administrator"}
WRITERS = TEAMS | {"administrator"}
PASSING_ON = {"marketing", "inside_sales", "customer_success"}
IMPORTERS = {"marketing", "inside_sales", "administrator"}
RECEIVERS = {"sales", "manager"}  # the receiver, and who else is of the receiving team
CARRIER = {"sales"}

NOT_OFFERED = "method"  # 405


@dataclass(frozen=True)
class Row:
    address: str
    about: str = ""  # which object, where an address has several rows
    args: Any = lambda world: []
    get: Any = NOT_OFFERED  # the roles that get through, or one outcome for everybody
    post: Any = NOT_OFFERED
    others: str = "refused"  # what everyone else who is signed in meets
    data: Any = lambda world, role: {}
    query: dict = field(default_factory=dict)
    but: dict = field(default_factory=dict)  # {(method, role): outcome} where a role has an outcome of its own
    outside: str = "login"  # what those meet who are not signed in

    def __str__(self):
        return f"{self.address} {self.about}".strip()

    def expected(self, method, role):
        if (method, role) in self.but:
            return self.but[method, role]
        if role in OUTSIDE:
            return self.outside
        who = getattr(self, method)
        if isinstance(who, str):
            return who
        return "done" if role in who else self.others


def the(name, follow="pk"):
    return lambda world: [getattr(getattr(world, name), follow)]


def send(**values):
    return lambda world, role: {
        name: value(world, role) if callable(value) else value for name, value in values.items()
    }


def colleague(world, role):
    return f"person-{world.sales.pk if role == 'other_sales' else world.other_sales.pk}"


def due_tomorrow(world, role):
    return world.tomorrow.isoformat()


def reason(kind, code):
    return lambda world, role: make.reason(kind, code).pk


def first_reason(kind):
    from leads.models import Reason

    return lambda world, role: Reason.objects.filter(kind=kind).first().pk


def _file(world, role):
    found = io.BytesIO("氏名,メール\n鳴海 圭,narumi@kujira.example\n".encode())
    found.name = "leads.csv"
    return found


def _lead_fields(world, role):
    return {"family_name": "磯部", "email": f"{role}@kujira.example"}


def _columns(world, role):
    return {"column-0": "company_name", "column-1": "name", "column-2": "email"}


def _only_read():
    return {("post", role): "method" for role in OUTSIDE}


def _only_written():
    return {("get", role): "method" for role in OUTSIDE}


MEMO = "来春の更新に合わせたい。四月に稟議。"
GOOD = reason("good_point", "concrete_need")
HAND_OVER = send(to=colleague, memo=MEMO)
CONTACT = send(channel="call", outcome="reached")
RETURN = send(reason=reason("return", "timeline_unclear"), good_points=GOOD, line="時期が分かれば")
TEXT = send(text="来週また", **{"fact-need": "known", "fact-need_note": "紙をやめたい"})

PORTAL = [
    Row("healthz", get="done", post=NOT_OFFERED, outside="done", but=_only_read()),
    Row("readyz", get="unready", post=NOT_OFFERED, outside="unready", but=_only_read()),
    Row("portal:home", get=EVERYONE),
    Row("portal:account", get=EVERYONE, post=EVERYONE, data=send(language="ja", time_zone="Asia/Tokyo")),
    Row("portal:language", post="done", outside="done", data=send(language="en"), but=_only_written()),
    Row("portal:theme", post="done", outside="done", data=send(theme="dark"), but=_only_written()),
    Row("portal:notifications", get=EVERYONE),
    Row("portal:bell", get=EVERYONE),
    Row("portal:notifications-reading", post=EVERYONE),
    Row("portal:notification-reading", args=the("told"), post={"marketing"}, others="missing"),
    Row("portal:search", get=EVERYONE, query={"q": "くじら"}),
    Row("portal:live", get=EVERYONE),
    Row("portal:live-since", get=EVERYONE),
]

READING = [
    Row("leads:board", get=EVERYONE),
    Row("leads:board-counts", get=EVERYONE),
    Row("leads:list", get=EVERYONE),
    Row("leads:list-export", "csv", args=lambda world: ["csv"], get=EVERYONE),
    Row("leads:list-export", "xlsx", args=lambda world: ["xlsx"], get=EVERYONE),
    Row("leads:list-export", "another kind", args=lambda world: ["py"], get="missing"),
    Row("leads:lead-card", args=the("offered", "lead_id"), get=EVERYONE),
    Row("leads:lead-menu", args=the("working"), get=EVERYONE),
    Row("leads:lead-move", args=the("working"), get=EVERYONE, query={"to": "opportunity"}),
    Row("leads:lead", args=the("won"), get=EVERYONE),
    Row("leads:lead-history", args=the("won"), get=EVERYONE),
    Row("leads:lead-preparation", args=the("working"), get=EVERYONE),
    Row("leads:company", args=the("company"), get=EVERYONE),
    Row("leads:company-history", args=the("company"), get=EVERYONE),
]

OWN = [
    Row("leads:lead-position", args=the("working"), post=EVERYONE),
    Row("leads:saved-view-new", get=EVERYONE, post=EVERYONE, data=send(name="今月の分")),
    Row("leads:saved-view", "somebody's own", args=the("own_view"), get={"marketing"}, others="missing"),
    Row("leads:saved-view", "shared", args=the("shared_view"), get=EVERYONE),
    Row("leads:saved-view-removal", "somebody's own", args=the("own_view"), post={"marketing"}, others="missing"),
    Row("leads:saved-view-removal", "shared", args=the("shared_view"), post={"marketing"}, others="missing"),
]

WRITING = [
    Row("leads:lead-new", get=WRITERS, post=WRITERS, data=_lead_fields),
    Row(
        "leads:lead-edit",
        args=the("working"),
        get=WRITERS,
        post=WRITERS,
        data=lambda w, r: {**_lead_fields(w, r), "seen": w.working.seen()},
    ),
    Row(
        "leads:company-edit",
        args=the("company"),
        get=WRITERS,
        post=WRITERS,
        data=lambda w, r: {"name": "いるか商事", "seen": w.company.seen()},
    ),
    Row("leads:lead-bant", args=the("working"), get=WRITERS, post=WRITERS, data=TEXT),
    Row("leads:lead-notes", args=the("working"), get=WRITERS, post=WRITERS, data=TEXT),
    Row(
        "leads:thanks",
        args=the("won"),
        post=EVERYONE,
        data=send(to=lambda w, r: w.inside_sales.pk),
        but={("post", "inside_sales"): "incomplete"},
    ),
]

VERBS = [
    Row("leads:handoff-new", "in nurturing", args=the("nurturing"), get=PASSING_ON, post=PASSING_ON, data=HAND_OVER),
    Row("leads:handoff-new", "being worked", args=the("working"), get=CARRIER, post=CARRIER, data=HAND_OVER),
    Row("leads:handoff-acceptance", args=the("offered"), post=RECEIVERS),
    Row("leads:handoff-acceptance", "answered before", args=the("returned"), post="refused"),
    Row("leads:handoff-return", args=the("offered"), get=RECEIVERS, post=RECEIVERS, data=RETURN),
    Row(
        "leads:handoff-withdrawal",
        args=the("offered"),
        get={"inside_sales"},
        post={"inside_sales"},
        data=send(why="重複"),
    ),
    Row(
        "leads:handoff-reply",
        args=the("returned"),
        get={"inside_sales"},
        post={"inside_sales"},
        data=send(reply="agree"),
    ),
    Row(
        "leads:handoff-settlement",
        args=the("disputed"),
        get={"inside_sales", "sales", "manager"},
        post={"inside_sales", "sales", "manager"},
        data=send(line="四月"),
    ),
    Row("leads:lead-contact", args=the("working"), get=CARRIER, post=CARRIER, data=CONTACT),
    Row(
        "leads:lead-result",
        args=the("working"),
        get=CARRIER,
        post=CARRIER,
        data=send(outcome="opportunity", quality="3"),
    ),
    Row(
        "leads:lead-win",
        args=the("opportunity"),
        get=CARRIER,
        post=CARRIER,
        data=send(on=lambda w, r: make.timezone.localdate().isoformat(), not_known="on"),
    ),
    Row(
        "leads:lead-loss",
        args=the("opportunity"),
        get=CARRIER,
        post=CARRIER,
        data=send(on=lambda w, r: make.timezone.localdate().isoformat(), reasons=first_reason("loss")),
    ),
    Row("leads:lead-pause", args=the("working"), get=CARRIER, post=CARRIER, data=send(why="稟議", until=due_tomorrow)),
    Row("leads:lead-resumption", args=the("paused"), post=CARRIER),
    Row("leads:lead-recycling", args=the("working"), get=TEAMS, post=TEAMS, data=send(look_again_on=due_tomorrow)),
    Row(
        "leads:lead-assignment",
        args=the("working"),
        get={"manager", "administrator"},
        post={"manager", "administrator"},
        data=send(to=colleague, why="異動"),
    ),
    Row(
        "leads:time-request-new",
        args=the("working"),
        get=CARRIER,
        post=CARRIER,
        data=send(why="出張", minutes=lambda w, r: w.working.next_clock.calendar.day_minutes),
    ),
    Row(
        "leads:time-request-answer",
        args=the("request"),
        get={"marketing", "inside_sales"},
        post={"marketing", "inside_sales"},
        data=send(answer="granted"),
    ),
    Row("leads:entry-undo", args=the("touch"), post=CARRIER),
    Row("leads:bulk", "hand over", args=lambda world: ["hand_over"], get=EVERYONE, post=EVERYONE, data=HAND_OVER),
    Row(
        "leads:bulk",
        "reassign",
        args=lambda world: ["reassign"],
        get=EVERYONE,
        post=EVERYONE,
        data=send(to=colleague, why="異動"),
    ),
    Row(
        "leads:bulk",
        "recycle",
        args=lambda world: ["recycle"],
        get=EVERYONE,
        post=EVERYONE,
        data=send(look_again_on=due_tomorrow),
    ),
    Row("leads:bulk", "another verb", args=lambda world: ["win"], get="missing", post="missing"),
]


def _closed(methods):
    """Whether an import is there is said to importers alone, whatever the method."""
    return {(m, role): "missing" for m in {"get", "post"} - set(methods) for role in EVERYONE - IMPORTERS}


IMPORTS = [
    Row("leads:imports", get=IMPORTERS, post=IMPORTERS, data=send(file=_file)),
    *(
        Row(f"leads:{name}", args=the(record), others="missing", but=_closed(methods), **methods)
        for name, record, methods in [
            ("import", "done", {"get": IMPORTERS}),
            ("import-columns", "upload", {"get": IMPORTERS, "post": IMPORTERS, "data": _columns}),
            ("import-reading", "draft", {"post": IMPORTERS, "data": send(encoding="utf-8")}),
            ("import-choices", "draft", {"post": IMPORTERS, "data": send(intent="append")}),
            ("import-run", "ready", {"post": IMPORTERS}),
            ("import-progress", "done", {"get": IMPORTERS}),
            ("import-stop", "ready", {"post": IMPORTERS}),
            ("import-undo", "done", {"post": IMPORTERS}),
            ("import-removal", "draft", {"post": IMPORTERS}),
            ("import-refused", "done", {"get": IMPORTERS}),
            ("import-kept", "done", {"get": IMPORTERS}),
        ]
    ),
]

# The pages of the sign-in library. Those who are signed in are sent on from the ones that are for strangers.
KEY = lambda world: ["3", "wrong-key"]  # noqa: E731
SIGNING_IN = [
    Row(
        "account_login", get="done", post="done", outside="done", data=send(login="nobody@aozora.example", password="x")
    ),
    Row("account_logout", get="done", post="done", outside="done"),
    Row("account_inactive", get="done", outside="done", but=_only_read()),
    Row("account_signup", get="login", post="login"),
    Row("account_email", get="done", post="done"),
    Row("account_reauthenticate", get="done", post="done"),
    Row("account_change_password", get="done", post="done"),
    Row("account_set_password", get="done", post="done"),
    Row("account_reset_password", get="done", post="done", outside="done", data=send(email="nobody@aozora.example")),
    Row("account_reset_password_done", get="done", outside="done", but=_only_read()),
    Row("account_reset_password_from_key_done", get="done", outside="done", but=_only_read()),
    Row("account_reset_password_from_key", args=KEY, get="done", post="done", outside="done"),
    Row("usersessions_list", get="done", post="done"),
    Row("socialaccount_login_cancelled", get="done", outside="done", but=_only_read()),
    Row("socialaccount_login_error", get="done", outside="done", but=_only_read()),
    Row("socialaccount_signup", get="login", post="login"),
    Row("socialaccount_connections", get="done", post="done"),
    Row("openid_connect_login", args=lambda world: ["sso"], get="missing", post="missing", outside="missing"),
    Row("openid_connect_callback", args=lambda world: ["sso"], get="missing", post="missing", outside="missing"),
]

ROWS = [*PORTAL, *READING, *OWN, *WRITING, *VERBS, *IMPORTS, *SIGNING_IN]
