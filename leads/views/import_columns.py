"""The second step of an import: which column means what."""

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from leads.intake import columns, fields, survey
from leads.intake.encoding import CHOICES
from leads.intake.reasons import Reason
from leads.models import Campaign, CustomField, SavedMapping, Source

GROUPS = [
    ("lead", gettext_lazy("Lead")),
    ("company", gettext_lazy("Company")),
    ("activity", gettext_lazy("Activity")),
    ("opportunity", gettext_lazy("Opportunity")),
]
FOR_ALL = ("campaign", "source")


class Twice(Exception):
    """Two columns are given one meaning."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code

    @property
    def sentence(self):
        return _("Two columns cannot both be “%(field)s”. Choose another meaning for one of them.") % {
            "field": fields.label_of(self.code)
        }


def context(imported, chosen="", *, posted=None):
    """What the page shows: the mapping as it is kept, another that was chosen, or what was posted and could not be kept."""
    mapping = _mapping(imported, chosen or (posted or {}).get("mapping", ""))
    header = imported.survey["header"]
    codes = mapping.fields_of(header)
    if posted is not None:
        codes = [posted.get(f"column-{place}", "") for place in range(len(header))]
    samples = imported.survey["sample"]
    rows = [
        {
            "place": place,
            "name": name,
            "code": code,
            "examples": [
                row["cells"][place] for row in samples if place < len(row["cells"]) and row["cells"][place].strip()
            ][:3],
        }
        for place, (name, code) in enumerate(zip(header, codes, strict=True))
    ]
    failure = imported.failure
    return {
        "imported": imported,
        "mapping": mapping,
        "mapping_name": mapping.label(get_language() or "ja"),
        "mappings": _mappings(mapping.code),
        "rows": rows,
        "groups": _groups(),
        "failure": Reason(failure["code"], failure.get("params", {})) if failure else None,
        "encodings": encodings(imported),
        "is_ambiguous": bool(imported.survey["others"]),
        "constants": {code: (posted or imported.options.get("constants", {})).get(code, "") for code in FOR_ALL},
        "system": (posted or {}).get("system", mapping.system),
        "save_as": (posted or {}).get("save_as", ""),
        "campaigns": Campaign.objects.values_list("name", flat=True)[:200],
        "sources": Source.objects.filter(is_active=True).values_list("name", flat=True),
        "unused": sum(1 for row in rows if not row["code"]),
        "step": 2,
    }


def encodings(imported):
    """The encodings to choose from, the one in use first marked."""
    current = imported.survey["encoding"].removesuffix("-sig")
    return [{"code": code, "name": name, "is_current": code == current} for code, name in CHOICES.items()]


def save(imported, posted, *, by, at):
    """Take over what the form says; with a name given, keep it for the next file of this header."""
    header = imported.survey["header"]
    found = {}
    for place, name in enumerate(header):
        code = posted.get(f"column-{place}", "")
        if code and fields.is_known(code):
            found[name] = code
    taken = [code for code in found.values() if code != fields.IGNORED]
    twice = next((code for code in taken if taken.count(code) > 1), None)
    if twice:
        raise Twice(twice)
    mapping = _mapping(imported, posted.get("mapping", "")).with_columns(found)
    system = posted.get("system", "").strip()[:40]
    if system:
        mapping = columns.replace(mapping, system=system)
    survey.use(imported, mapping)
    constants = {code: posted.get(code, "").strip()[:100] for code in FOR_ALL}
    imported.options = {**imported.options, "constants": {code: text for code, text in constants.items() if text}}
    name = posted.get("save_as", "").strip()[:100]
    if name:
        spec = {**mapping.as_spec(), "code": "saved", "name": name, "name_ja": ""}
        SavedMapping.objects.update_or_create(name=name, defaults={"spec": spec, "header": header, "by": by, "at": at})


def _mapping(imported, chosen):
    current = columns.Mapping.from_spec(imported.mapping)
    if not chosen or chosen == current.code:
        return current
    if chosen.startswith("saved-") and chosen.removeprefix("saved-").isdecimal():
        saved = SavedMapping.objects.filter(pk=int(chosen.removeprefix("saved-"))).first()
        return columns.Mapping.from_spec(saved.spec) if saved else current
    shipped = columns.shipped()
    if chosen in shipped:
        return shipped[chosen]
    return columns.own(imported.survey["header"]) if chosen == columns.OWN else current


def _mappings(current):
    language = get_language() or "ja"
    shipped = [
        {"code": m.code, "name": m.label(language), "is_current": m.code == current} for m in columns.shipped().values()
    ]
    own = {
        "code": columns.OWN,
        "name": pgettext("mapping", "By the words of the headers"),
        "is_current": current == columns.OWN,
    }
    saved = [{"code": f"saved-{m.pk}", "name": m.name, "is_current": False} for m in SavedMapping.objects.all()]
    return [own, *saved, *shipped]


def _groups():
    custom = [
        (f"{fields.CUSTOM}{field.code}", field.label) for field in CustomField.objects.filter(on="lead", is_active=True)
    ]
    groups = [
        (label, [(field.code, field.label) for field in fields.FIELDS.values() if field.group == group])
        for group, label in GROUPS
    ]
    return [*groups, (_("Further fields"), custom)] if custom else groups
