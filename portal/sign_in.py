from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.utils import timezone

from portal.models import Person


class Backend(AuthenticationBackend):
    """Loads whoever is signed in with what every page shows of them, in the one query it takes anyway."""

    def get_user(self, user_id):
        person = Person.objects.for_frame().filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None

    def user_can_authenticate(self, user):
        """From the day that somebody left on, also where a session of theirs is still open."""
        return super().user_can_authenticate(user) and not user.has_left(timezone.localdate())


class AccountAdapter(DefaultAccountAdapter):
    """People are entered by an administrator; nobody signs themselves up."""

    def is_open_for_signup(self, request):
        return False


class SingleSignOn(DefaultSocialAccountAdapter):
    """Single sign-on lets in whoever the portal already knows by that e-mail address, and nobody else."""

    def is_open_for_signup(self, request, sociallogin):
        return False
