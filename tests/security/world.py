"""A small company with one of everything that somebody may see or do, or may not."""

import contextlib
import datetime
from http.cookies import SimpleCookie

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from leads.intake import receive, survey, work
from leads.models import Import, Lead, SavedView
from portal.models import Entry, Notification, Person
from tests import make

# Two rows of this file come in, one is refused.
SHEET = "会社名,氏名,メール\nくじら化成,鳴海 圭,narumi@kujira.example\nみなも,汐見 航,shiomi@minamo.example\nかもめ,渚 澪,nobody\n"

PASSWORD = "tasuki-relay-1"
ROLES = (
    "anonymous",
    "disabled",
    "marketing",
    "inside_sales",
    "sales",
    "other_sales",
    "manager",
    "customer_success",
    "executive",
    "other",
    "administrator",
)


class World:
    """`people` by role; the records are attributes, made so that each verb has one it applies to."""

    def __init__(self):
        self.at = timezone.now() - datetime.timedelta(minutes=1)
        self.tomorrow = timezone.localdate() + datetime.timedelta(days=1)
        make.five_promises()
        self.people = _people()
        self.clients = {role: self._client(role) for role in ROLES}
        Person.objects.filter(pk=self.people["disabled"].pk).update(is_active=False)
        self.cookies = {role: _values(client.cookies) for role, client in self.clients.items()}
        self._records()

    def __getattr__(self, name):
        people = self.__dict__.get("people", {})
        if name in people:
            return people[name]
        raise AttributeError(name)

    def _client(self, role):
        client = Client(raise_request_exception=True)
        if role in self.people:
            client.force_login(self.people[role])
        return client

    def _records(self):
        self.nurturing = make.hot_lead(by=self.inside_sales, at=self.at)
        self.removed = make.lead(removed_at=self.at)
        self.offered = self._handoff()
        self.returned = self._returned()
        self.disputed = self._returned()
        self.disputed.answer_return(by=self.inside_sales, at=self.at, reply="dispute", line="時期は聞いています")
        self.working = self._working()
        self.touched = self._working()
        self.touch = self.touched.record_contact(
            by=self.sales, at=timezone.now(), channel="call", outcome="reached", note="来週訪問"
        )
        self.paused = self._working()
        self.paused.pause(by=self.sales, at=self.at, why="稟議", until=self.tomorrow)
        self.asking = self._working()
        self.request = self._time_request(self.asking)
        self.opportunity = self._opportunity()
        self.won = self._opportunity()
        self.won.win(by=self.sales, at=self.at, on=timezone.localdate(), amount=1_200_000)
        self.company = self.won.company
        self.own_view = SavedView.objects.create(owner=self.marketing, name="自分だけ", query="stage=won")
        self.shared_view = SavedView.objects.create(owner=self.marketing, name="皆で", is_shared=True)
        told = Entry.objects.about(self.won).first()
        self.told = Notification.objects.create(person=self.marketing, entry=told, why="handed_over", at=self.at)
        self.upload, self.draft, self.ready, self.done = (self._import(upto) for upto in range(4))

    def _handoff(self):
        return make.handoff(sender=self.inside_sales, receiver=self.sales, at=self.at)

    def _returned(self):
        handoff = self._handoff()
        good = [make.reason("good_point", "concrete_need")]
        handoff.return_to_sender(by=self.sales, at=self.at, reason=make.reason(), good_points=good, line="時期が不明")
        return handoff

    def _working(self):
        handoff = self._handoff()
        handoff.accept(by=self.sales, at=self.at)
        return Lead.objects.get(pk=handoff.lead_id)

    def _opportunity(self):
        lead = self._working()
        lead.record_result(by=self.sales, at=self.at, result="opportunity")
        return lead

    def _time_request(self, lead):
        lead.ask_for_time(by=self.sales, at=self.at, clock=lead.next_clock, minutes=60, why="出張")
        return lead.next_clock.time_requests.get()

    def _import(self, upto):
        """0: uploaded, 1: its columns matched, 2: checked, 3: come in."""
        found = survey.upload(ContentFile(SHEET.encode()), name=f"leads{upto}.csv", by=self.marketing, at=self.at)
        if upto > 1:
            work.ask_for_check(found)
            found.refresh_from_db()
        if upto > 2:
            receive.start(found, at=self.at)
            work.work_on(found.pk)
        return Import.objects.get(pk=found.pk)

    @contextlib.contextmanager
    def undone(self):
        """What happens within leaves no trace, neither in the database nor in anybody's browser."""
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        for role, client in self.clients.items():
            if _values(client.cookies) != self.cookies[role]:
                client.cookies = SimpleCookie(self.cookies[role])
        cache.clear()  # how often somebody has tried


def _values(cookies):
    return {name: morsel.value for name, morsel in cookies.items()}


def _people():
    people = {
        role: make.person(role, unit=make.unit(f"{role}課"), password=PASSWORD)
        for role in ("marketing", "inside_sales", "sales", "customer_success", "executive", "other")
    }
    people["manager"] = make.person("sales", unit=people["sales"].unit, is_manager=True, password=PASSWORD)
    people["sales"].manager = people["manager"]
    people["sales"].save()
    people["other_sales"] = make.person("sales", unit=make.unit("別の課"), password=PASSWORD)
    people["administrator"] = make.person("other", is_staff=True, is_superuser=True, password=PASSWORD)
    people["disabled"] = make.person("sales", unit=people["sales"].unit)
    return people
