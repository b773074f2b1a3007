from portal.models.job_slot import JobSlot
from portal.models.org_unit import OrgUnit
from portal.models.person import Person

__all__ = ["JobSlot", "OrgUnit", "Person"]
