import unicodedata

import jaconv
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal import passwords
from portal.admin.forms import PersonForm
from portal.admin.pages import Page
from portal.models import Person


class PresenceFilter(admin.SimpleListFilter):
    title = gettext_lazy("presence")
    parameter_name = "presence"

    def lookups(self, request, model_admin):
        return [("here", _("Here")), ("away", _("Away")), ("left", _("Left")), ("barred", _("May not sign in"))]

    def queryset(self, request, queryset):
        day = timezone.localdate()
        away = Q(away_from__lte=day) & (Q(away_to=None) | Q(away_to__gte=day))
        chosen = {
            "here": Q(left_on=None, is_active=True) & ~Q(pk__in=Person.objects.filter(away)),
            "away": away & Q(left_on=None),
            "left": Q(left_on__isnull=False),
            "barred": Q(is_active=False),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


@admin.register(Person)
class PersonPage(Page):
    """People: entered, changed, away and gone, never deleted."""

    place = 10
    form = PersonForm
    list_display = ["full_name", "reading", "email", "function", "unit", "manager", "presence", "is_staff"]
    list_filter = ["function", ("unit", admin.RelatedOnlyFieldListFilter), PresenceFilter, "is_staff"]
    list_select_related = ["unit", "manager", "stand_in"]
    search_fields = ["family_name", "given_name", "family_kana", "given_kana", "email"]
    ordering = ["family_kana", "given_kana", "pk"]
    sortable_by = ()
    actions = ["send_password_mail", "sign_out_everywhere"]
    fieldsets = [
        (
            None,
            {"fields": [("family_name", "given_name"), ("family_kana", "given_kana"), "email", "password_typed"]},
        ),
        (gettext_lazy("Work"), {"fields": ["function", "unit", "title", "manager", "is_manager"]}),
        (
            gettext_lazy("Away and gone"),
            {"fields": [("away_from", "away_to"), "stand_in", "left_on", "is_active"]},
        ),
        (gettext_lazy("Settings"), {"fields": ["language", "time_zone", "is_staff"]}),
    ]

    @admin.display(description=gettext_lazy("name"), ordering="family_kana")
    def full_name(self, person):
        return person.full_name

    @admin.display(description=gettext_lazy("reading (kana)"))
    def reading(self, person):
        return f"{person.family_kana} {person.given_kana}".strip()

    @admin.display(description=gettext_lazy("presence"))
    def presence(self, person):
        if person.left_on is not None:
            return _("Left on %(day)s") % {"day": person.left_on}
        if not person.is_active:
            return _("May not sign in")
        if person.is_away(timezone.localdate()):
            return _("Away until %(day)s") % {"day": person.away_to} if person.away_to else _("Away")
        return _("Here")

    def get_search_results(self, request, queryset, search_term):
        """Half-width, full-width, hiragana: names are found however they are typed."""
        plain = unicodedata.normalize("NFKC", search_term)
        found, doubles = super().get_search_results(request, queryset, plain)
        kana, _doubles = super().get_search_results(request, queryset, jaconv.hira2kata(plain))
        return found | kana, doubles

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"administrator": request.user})

    def save_model(self, request, obj, form, change):
        typed = form.cleaned_data.get("password_typed")
        if typed:
            obj.set_password(typed)
        elif not change:
            obj.set_unusable_password()
        if change:
            obj.keep(by=request.user, at=timezone.now())
        else:
            obj.save()
        if "email" in form.changed_data:
            # The sign-in library keeps addresses of its own: the old one must not open the account any more.
            EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()
        if not change and not typed:
            passwords.send_link(request, obj)
            messages.info(
                request, _("A mail with a link to choose a password is on its way to %(to)s.") % {"to": obj.email}
            )
        self._say_who_sees_what_is_held(request, obj)

    def _say_who_sees_what_is_held(self, request, person):
        day = timezone.localdate()
        if person.can_work(day) or person.manager is not None:
            return
        messages.warning(
            request,
            _("%(name)s has no manager: what they carry is listed on nobody's home page. Name one.") % {"name": person},
        )

    @admin.action(description=gettext_lazy("Send a mail to choose a password"))
    def send_password_mail(self, request, queryset):
        people = [person for person in queryset if person.is_active and not person.has_left(timezone.localdate())]
        for person in people:
            passwords.send_link(request, person)
        said = ngettext("%(n)d mail is on its way.", "%(n)d mails are on their way.", len(people)) % {"n": len(people)}
        messages.success(request, said)

    @admin.action(description=gettext_lazy("Sign out everywhere"))
    def sign_out_everywhere(self, request, queryset):
        for session in UserSession.objects.filter(user__in=queryset).exclude(session_key=request.session.session_key):
            session.end()
        messages.success(request, _("Signed out on every device."))
