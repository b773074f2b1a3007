from allauth.account import views as sign_in
from allauth.account.decorators import secure_admin_login
from allauth.socialaccount import views as single_sign_on
from allauth.socialaccount.providers.openid_connect import urls as openid_connect
from allauth.usersessions.views import list_usersessions
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from portal.views import account, health, home, live, notifications, search

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

portal = [
    path("", home.home, name="home"),
    path("account/", account.account, name="account"),
    path("account/language/", account.language, name="language"),
    path("account/theme/", account.theme, name="theme"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/bell/", notifications.bell, name="bell"),
    path("notifications/reading/", notifications.reading_all, name="notifications-reading"),
    path("notifications/<int:pk>/reading/", notifications.reading, name="notification-reading"),
    path("search/", search.search, name="search"),
    path("live/", live.stream, name="live"),
    path("live/since/", live.since, name="live-since"),
]

# The pages of the sign-in library that we offer, by name: no sign-up, and an administrator keeps the addresses.
sign_in_pages = [
    path("login/", sign_in.login, name="account_login"),
    path("logout/", sign_in.logout, name="account_logout"),
    path("inactive/", sign_in.account_inactive, name="account_inactive"),
    path("signup/", login_not_required(RedirectView.as_view(pattern_name="account_login")), name="account_signup"),
    path("email/", RedirectView.as_view(pattern_name="portal:account"), name="account_email"),
    path("reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in.password_change, name="account_change_password"),
    path("password/set/", sign_in.password_set, name="account_set_password"),
    path("password/reset/", sign_in.password_reset, name="account_reset_password"),
    path("password/reset/done/", sign_in.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", sign_in.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("sessions/", list_usersessions, name="usersessions_list"),
    path("sso/cancelled/", single_sign_on.login_cancelled, name="socialaccount_login_cancelled"),
    path("sso/error/", login_not_required(single_sign_on.login_error), name="socialaccount_login_error"),
    path("sso/signup/", single_sign_on.signup, name="socialaccount_signup"),
    path("sso/connections/", RedirectView.as_view(pattern_name="portal:account"), name="socialaccount_connections"),
    path("", include(openid_connect.urlpatterns)),
]

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
    path("accounts/", include(sign_in_pages)),
    path("", include((portal, "portal"))),
    path("", include("leads.urls")),
]

handler500 = "portal.views.errors.broken"
