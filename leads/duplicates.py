"""Who may be the same person: shown side by side, never merged by itself.

Cheap by design: it looks among the leads of the same company (however its name is spelled), never through all.
"""

from collections import defaultdict

from leads.intake import names
from leads.models import ImportRow, Lead

LOOKED_AT = 200
ROWS_LOOKED_AT = 2_000
PEOPLE_LOOKED_AT = 10_000


def of(lead):
    """Possible duplicates of a lead, newest first: the same name, or the same telephone, at the same company."""
    if lead.company_id is None:
        return []
    among = Lead.objects.present().exclude(pk=lead.pk).select_related("company")
    colleagues = (
        among.filter(company__key=lead.company.key) if lead.company.key else among.filter(company=lead.company_id)
    )
    return [other for other in colleagues.order_by("-id")[:LOOKED_AT] if is_alike(lead, other)]


def among(leads):
    """[(lead, other)] of possible duplicates within one company's leads, each pair once."""
    leads = list(leads)
    return [(lead, other) for nth, lead in enumerate(leads) for other in leads[nth + 1 :] if is_alike(lead, other)]


def brought_by(imported):
    """Groups of possible duplicates among whom somebody came with this file: [[lead, …], …]."""
    rows = ImportRow.objects.filter(of=imported, outcome=ImportRow.Outcome.CREATED, number__lte=ROWS_LOOKED_AT + 1)
    new = set(rows.values_list("lead", flat=True))
    people = Lead.objects.present().filter(company__in=rows.values("lead__company")).exclude(family_name="")
    people = people.select_related("company").only("family_name", "given_name", "email", "phone", "company")
    namesakes = defaultdict(list)
    for lead in people.order_by("-id")[:PEOPLE_LOOKED_AT]:
        namesakes[lead.company_id, names.person_key(lead.family_name)].append(lead)
    groups, grouped = [], set()
    for leads in namesakes.values():
        for lead in leads:
            if lead.pk in new and lead.pk not in grouped:
                alike = [lead, *(other for other in leads if other.pk != lead.pk and is_alike(lead, other))]
                grouped |= {other.pk for other in alike}
                groups += [alike] if len(alike) > 1 else []
    return groups


def is_alike(one, other):
    """The same family name with no contradicting given name, or the same telephone number."""
    if one.phone and one.phone == other.phone:
        return True
    family = names.person_key(one.family_name)
    if not family or family != names.person_key(other.family_name):
        return False
    given = {names.person_key(one.given_name), names.person_key(other.given_name)} - {""}
    return len(given) <= 1
