from portal.admin import calendars, company, people, trail, units

__all__ = ["calendars", "company", "people", "trail", "units"]
