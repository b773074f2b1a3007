import zoneinfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal.models.notification import Notification
from portal.models.presence import Presence


class PersonQuerySet(models.QuerySet):
    def in_kana_order(self):
        return self.order_by("family_kana", "given_kana", "pk")

    def for_frame(self):
        """With what stands around every page: the unit, and how many notifications are unread."""
        unread = (
            Notification.objects.unread()
            .filter(person=models.OuterRef("pk"))
            .order_by()
            .values("person")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        return self.select_related("unit").annotate(unread_count=Coalesce(models.Subquery(unread), 0))

    def here(self):
        """Who has not left and is not about to leave."""
        return self.filter(is_active=True, left_on=None)

    def working(self, on):
        """Who can be given work on this day: neither gone nor away."""
        return self.here().exclude(Q(away_from__lte=on) & (Q(away_to__isnull=True) | Q(away_to__gte=on)))


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):
    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class Person(Presence, AbstractBaseUser, PermissionsMixin):
    """Somebody who works here and signs in with an e-mail address."""

    class Function(models.TextChoices):
        MARKETING = "marketing", _("Marketing")
        INSIDE_SALES = "inside_sales", _("Inside sales")
        SALES = "sales", _("Sales")
        CUSTOMER_SUCCESS = "customer_success", _("Customer success")
        EXECUTIVE = "executive", _("Executive")
        OTHER = "other", _("Other")

    class Side(models.TextChoices):
        MARKETING = "marketing", _("Marketing and inside sales")
        SALES = "sales", _("Sales and customer success")

    SIDE_OF = {
        Function.MARKETING: Side.MARKETING,
        Function.INSIDE_SALES: Side.MARKETING,
        Function.SALES: Side.SALES,
        Function.CUSTOMER_SUCCESS: Side.SALES,
    }

    email = models.EmailField(_("e-mail"), unique=True)
    family_name = models.CharField(_("family name"), max_length=60)
    given_name = models.CharField(_("given name"), max_length=60, blank=True)
    family_kana = models.CharField(_("family name (kana)"), max_length=60, blank=True)
    given_kana = models.CharField(_("given name (kana)"), max_length=60, blank=True)
    function = models.CharField(_("function"), max_length=20, choices=Function.choices, default=Function.OTHER)
    unit = models.ForeignKey(
        "portal.OrgUnit", verbose_name=_("unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    title = models.CharField(_("title"), max_length=60, blank=True)
    manager = models.ForeignKey(
        "self", verbose_name=_("manager"), null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    is_manager = models.BooleanField(_("manages a team"), default=False)
    language = models.CharField(
        _("language"), max_length=5, choices=[("ja", "日本語"), ("en", "English")], default="ja"
    )
    time_zone = models.CharField(_("time zone"), max_length=50, default="Asia/Tokyo")
    single_keys = models.BooleanField(_("keyboard shortcuts of one key"), default=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    date_joined = models.DateTimeField(_("added at"), auto_now_add=True)

    objects = PersonManager()
    history = HistoricalRecords(excluded_fields=["last_login", "password"])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["family_name"]

    class Meta:
        ordering = ["family_kana", "given_kana", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="person_away_has_a_start",
                condition=Q(away_to=None) | Q(away_from__isnull=False, away_to__gte=models.F("away_from")),
            ),
            models.CheckConstraint(
                name="person_is_not_their_own_manager", condition=Q(manager=None) | ~Q(manager=models.F("pk"))
            ),
        ]

    def __str__(self):
        return self.full_name

    @property
    def full_name(self):
        return f"{self.family_name} {self.given_name}".strip()

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.family_name

    @property
    def side(self):
        """The side this person's function belongs to; None for executives and others."""
        return self.SIDE_OF.get(self.function)

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.time_zone)
