"""The site of the Django admin: who may enter, what stands there, in which order."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _


class Config(AdminConfig):
    default_site = "portal.administration.Site"
    default = False  # named in INSTALLED_APPS


class Site(AdminSite):
    """Pages of administrators, in groups by what they are about instead of by app."""

    site_title = _("Tasuki administration")
    site_header = _("Tasuki administration")
    index_title = _("Administration")
    empty_value_display = "–"

    # Key and name of the groups on the index, in their order.
    GROUPS = {
        "people": _("People and hours"),
        "leads": _("What leads carry"),
        "agreements": _("Agreements"),
        "records": _("Records (view only)"),
    }

    def register(self, model_or_iterable, admin_class=None, **options):
        """Only pages written for this portal: what libraries offer would go past its rules."""
        if hasattr(admin_class, "group"):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request):
        return request.user.is_authenticated and request.user.is_active and request.user.is_staff

    def get_app_list(self, request, app_label=None):
        if app_label is not None:
            return super().get_app_list(request, app_label)
        groups = {key: [] for key in self.GROUPS}
        for app in self._build_app_dict(request).values():
            for model in app["models"]:
                page = self._registry[model["model"]]
                groups[page.group].append((page.place, model))
        return [
            {
                "name": str(self.GROUPS[key]),
                "app_label": key,
                "app_url": "",
                "has_module_perms": True,
                "models": [model for _place, model in sorted(models, key=lambda pair: pair[0])],
            }
            for key, models in groups.items()
            if models
        ]

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def logout(self, request, extra_context=None):
        return redirect("account_logout")
