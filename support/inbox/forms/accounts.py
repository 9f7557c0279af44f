"""What people type to sign in, and what an admin types to make an account."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from support.models import Agent


class SignInForm(AuthenticationForm):
    username = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "E-mail address and password don’t belong together. Check both, then try again.",
    }

    def get_invalid_login_error(self) -> ValidationError:
        """Most often it is the password: the page comes back with the cursor there."""
        self.fields["username"].widget.attrs.pop("autofocus", None)
        self.fields["password"].widget.attrs["autofocus"] = True
        return super().get_invalid_login_error()


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = Agent
        fields = ["name", "email", "is_staff"]
        labels = {"is_staff": "Admin: also runs the knowledge base and the settings"}
        help_texts = {"is_staff": ""}

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if Agent.objects.filter(email=email).exists():
            raise ValidationError("Somebody here has this address already; look for it in the list.")
        return email


def throttled_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The name that failed sign-ins are counted by: one for all spellings of an address."""
    given = (credentials or {}).get("username") or (request.POST.get("username") if request else "")
    return (given or "").strip().lower()
