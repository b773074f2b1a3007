from portal.models.calendar import BusinessCalendar
from portal.models.calendar_day import CalendarDay
from portal.models.calendar_span import CalendarSpan
from portal.models.company_settings import CompanySettings
from portal.models.delivery import Delivery
from portal.models.entry import Entry
from portal.models.job_slot import JobSlot
from portal.models.notification import Notification
from portal.models.org_unit import OrgUnit
from portal.models.person import Person
from portal.models.request_id import RequestId
from portal.models.search_document import SearchDocument

__all__ = [
    "BusinessCalendar",
    "CalendarDay",
    "CalendarSpan",
    "CompanySettings",
    "Delivery",
    "Entry",
    "JobSlot",
    "Notification",
    "OrgUnit",
    "Person",
    "RequestId",
    "SearchDocument",
]
