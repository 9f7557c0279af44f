"""An agent's own account: signing in, and the password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse
from django.shortcuts import redirect, render

from support.inbox.forms.accounts import SignInForm
from support.inbox.gates import AgentRequest, agents_only

sign_in = LoginView.as_view(
    template_name="support/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
)
sign_out = LogoutView.as_view()


@agents_only
def home(request: AgentRequest) -> HttpResponse:
    return redirect("inbox")


@agents_only
def account(request: AgentRequest) -> HttpResponse:
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, request.user)
        messages.success(request, "Your password is changed. Other browsers were signed out.")
        return redirect("account")
    return render(request, "support/account.html", {"form": form, "section": "account"})
