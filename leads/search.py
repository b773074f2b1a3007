"""Leads and companies in the search: their documents, who keeps them fresh, and how they are shown when found.

Names of colleagues are left out on purpose: a search must not list what one of them carries.
"""

import datetime
from collections import defaultdict

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, pgettext

from leads.models import Activity, Bant, Company, Handoff, Lead, Note
from leads.models.intake import ImportRow
from portal import delivering, shell, words
from portal.models import SearchDocument
from portal.search import excerpts, finding, indexing
from portal.search.tokens import terms
from portal.shell import SearchHit, SearchHits

LEAD, COMPANY = "lead", "company"
CALLS = ("call", "visit", "mail")
AT_ONCE = 10_000  # leads of an import that are indexed in one go, well within a delivery's lease
SOON = datetime.timedelta(0)

IDENTITY = ("company__name", "company__name_kana", "family_name", "given_name", "kana")
PLACE = ("department", "title", "email", "phone", "external_key")


# -- Documents ------------------------------------------------------------------------------


def lead_bodies(ids):
    """(id, text) of those leads that are not removed: who it is, then a line for each thing that was written."""
    written = _written(ids)
    rows = Lead.objects.present().filter(pk__in=ids).values_list("pk", "line", "company__name", *IDENTITY[1:], *PLACE)
    for pk, line, *about in rows:
        identity, place = about[: len(IDENTITY)], about[len(IDENTITY) :]
        lines = [_joined(identity), _joined([*place, _digits(place[3])]), *written[pk], line]
        yield pk, "\n".join(dict.fromkeys(filter(None, lines)))


def _written(ids):
    """{lead: [what colleagues wrote about it]}, newest first."""
    lines = defaultdict(list)
    of = {"lead__in": ids}
    texts = [
        Note.objects.filter(**of, removed_at=None).order_by("-id").values_list("lead", "text"),
        Handoff.objects.filter(**of).order_by("-id").values_list("lead", "memo", "line", "reply_line"),
        Bant.objects.filter(**of).exclude(note="").order_by("id").values_list("lead", "note"),
        Activity.objects.filter(**of, kind__in=CALLS, removed_at=None)
        .exclude(detail="")
        .order_by("-id")
        .values_list("lead", "detail"),
    ]
    for rows in texts:
        for pk, *found in rows:
            lines[pk] += [" ".join(text.split()) for text in found if text]
    return lines


def company_bodies(ids):
    rows = (
        Company.objects.present()
        .filter(pk__in=ids)
        .values_list("pk", "name", "name_kana", "corporate_number", "domain", "industry", "region", "address", "note")
    )
    for pk, name, kana, number, domain, industry, region, address, note in rows:
        yield (
            pk,
            "\n".join(
                filter(None, [_joined([name, kana]), _joined([number, domain, industry, region, address]), note])
            ),
        )


def _joined(pieces):
    return " ".join(filter(None, pieces))


def _digits(phone):
    """A telephone number is looked for with and without its hyphens."""
    return "".join(filter(str.isdigit, phone or ""))


def _lead_ids():
    """Oldest first, so that the newest is found first."""
    return Lead.objects.present().order_by("created_at", "pk").values_list("pk", flat=True).iterator()


def _company_ids():
    return Company.objects.present().order_by("pk").values_list("pk", flat=True).iterator()


def register():
    indexing.register(indexing.Source(COMPANY, company_bodies, _company_ids))
    indexing.register(indexing.Source(LEAD, lead_bodies, _lead_ids))
    delivering.register("search", hear, wants=wants)
    shell.register_search_kind(shell.SearchKind(10, "leads", gettext_lazy("Leads and companies"), find))


# -- Kept fresh from the trail -----------------------------------------------------------------


def wants(verb):
    return verb.startswith(("lead.", "handoff.", "company.", "opportunity.", "import."))


def hear(entries, *, at):
    """Consumer "search": write anew what the entries are about; an import in portions."""
    subjects = defaultdict(set)
    for entry in entries:
        kind, pk = entry.subject
        subjects[kind].add(pk)
    companies = subjects["company"] | _without_document(subjects["lead"])
    indexing.index(COMPANY, companies)
    of_companies = Lead.objects.present().filter(company__in=subjects["company"]).values_list("pk", flat=True)
    indexing.index(LEAD, subjects["lead"] | set(of_companies))
    imports = [entry for entry in entries if entry.subject[0] == "import"]
    return {entry.pk: at + SOON for entry in imports if index_import(entry.subject[1], entry.recorded_at)}


def index_import(pk, since):
    """The next leads of an import that have not been written anew since; whether there may be more."""
    rows = ImportRow.objects.filter(of=pk).exclude(outcome=ImportRow.Outcome.UNCHANGED)
    document = SearchDocument.objects.filter(kind=LEAD, object_id=OuterRef("lead"))
    fresh = document.filter(written_at__gte=since)
    due = Q(~Exists(fresh), lead__removed_at=None) | Q(Exists(document), lead__removed_at__isnull=False)
    ids = set(rows.filter(due).order_by("number").values_list("lead", flat=True)[:AT_ONCE])
    indexing.index(COMPANY, _without_document(ids))
    indexing.index(LEAD, ids)
    return len(ids) > 0


def _without_document(leads):
    """Companies of these leads that cannot be found yet."""
    if not leads:
        return set()
    document = SearchDocument.objects.filter(kind=COMPANY, object_id=OuterRef("pk"))
    return set(Company.objects.filter(~Exists(document), leads__in=leads).values_list("pk", flat=True))


# -- Found ---------------------------------------------------------------------------------------


def find(words, by, limit):
    """Leads and companies that hold all the words, newest first (shell.SearchKind)."""
    found = finding.find(words, [LEAD, COMPANY], limit)
    ids = defaultdict(list)
    for document in found.documents:
        ids[document.kind].append(document.object_id)
    leads = Lead.objects.present().select_related("company", "owner").in_bulk(ids[LEAD]) if ids[LEAD] else {}
    companies = Company.objects.present().in_bulk(ids[COMPANY]) if ids[COMPANY] else {}
    hits = [_hit(document, leads, companies, words) for document in found.documents]
    return SearchHits([hit for hit in hits if hit is not None], found.total, found.more)


def _hit(document, leads, companies, sought):
    records = leads if document.kind == LEAD else companies
    record = records.get(document.object_id)
    if record is None:
        return None
    excerpt = excerpts.of(document.body, sought)
    if document.kind == COMPANY:
        facts = [record.industry, record.region]
        return SearchHit(record.name, record.get_absolute_url(), excerpt, facts=tuple(filter(None, facts)))
    owner = record.owner
    return SearchHit(
        lead_title(record),
        record.get_absolute_url(),
        excerpt,
        function=owner.function if owner else "",
        facts=_facts(record),
    )


def lead_title(lead):
    """かもめ食品 浜辺さん."""
    person = person_words(lead.family_name, lead.given_name) or lead.person_name
    return f"{lead.company} {person}" if lead.company_id else person


def person_words(family_name, given_name):
    """浜辺さん, Hamabe: how a lead's person is called."""
    name = family_name or given_name
    return pgettext("a lead's person", "%(name)s") % {"name": name} if name else ""


def _facts(lead):
    facts = [lead.get_board_column_display() if lead.board_column else lead.get_stage_display()]
    if lead.score is not None:
        facts.append(gettext("%(score)d points") % {"score": lead.score})
    if lead.amount is not None:
        facts.append(words.money(lead.amount))
    facts.append(words.day(timezone.localdate(lead.created_at), today=timezone.localdate(), weekday=False))
    return tuple(str(fact) for fact in facts)


def matching(words):
    """A condition on leads: the words stand in their document. The planner decides which side to start from."""
    sought = terms(words)
    documents = SearchDocument.objects.filter(kind=LEAD, tokens__matches=sought)
    return Q(pk__in=documents.values("object_id")) if sought else Q()
