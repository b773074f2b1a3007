"""Mails with a link to choose a password, sent on behalf of somebody else than who asked for them."""

from allauth.account.forms import ResetPasswordForm


def send_link(request, person):
    """The sign-in library's own mail, in the language of whoever receives it."""
    form = ResetPasswordForm({"email": person.email})
    if form.is_valid():
        form.save(request)
