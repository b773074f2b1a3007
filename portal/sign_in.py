from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """People are entered by an administrator; nobody signs themselves up."""

    def is_open_for_signup(self, request):
        return False


class SingleSignOn(DefaultSocialAccountAdapter):
    """Single sign-on lets in whoever the portal already knows by that e-mail address, and nobody else."""

    def is_open_for_signup(self, request, sociallogin):
        return False
