from portal.models.org_unit import OrgUnit
from portal.models.person import Person

__all__ = ["OrgUnit", "Person"]
