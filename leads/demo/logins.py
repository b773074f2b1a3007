from django.conf import settings

from leads.demo.people import DOMAIN, LOGINS, PASSWORD
from portal.models import CompanySettings, Person
from portal.shell import DemoLogin


def logins():
    """One log-in a function, for the log-in page; only in demo mode and only where the demo company lives."""
    if not settings.DEMO or not CompanySettings.load().is_demo:
        return []
    emails = [f"{name}@{DOMAIN}" for name in LOGINS]
    people = {person.email: person for person in Person.objects.filter(email__in=emails, is_active=True)}
    return [
        DemoLogin(email=email, password=PASSWORD, name=people[email].full_name, function=people[email].function)
        for email in emails
        if email in people
    ]
