"""Who may open the knowledge base's pages: agents read, admins change. Each view starts with one of these."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from kb.models import Audience, Document, DocumentQuerySet, is_admin


class ReaderRequest(HttpRequest):
    """A request behind the sign-in."""

    user: AbstractUser  # type: ignore[assignment]  # who asks is an Agent, and this app knows only what every user has
    htmx: HtmxDetails


P = ParamSpec("P")
View = Callable[Concatenate[ReaderRequest, P], HttpResponseBase]
Door = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def readers_only(view: View[P]) -> Door[P]:
    """Agents and admins. Who isn't signed in is sent to the sign-in, with the whole page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(cast("ReaderRequest", request))
        return view(cast("ReaderRequest", request), *args, **kwargs)

    return cast("Door[P]", guarded)


def admins_only(view: View[P]) -> Door[P]:
    @wraps(view)
    def guarded(request: ReaderRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_admin(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return readers_only(cast("View[P]", guarded))


def documents_for(user: AbstractUser) -> DocumentQuerySet:
    """The one gate: agents are internal readers of what is published; admins look after everything."""
    if is_admin(user):
        return Document.objects.all()
    return Document.objects.visible_to(Audience.INTERNAL)


def document_for(user: AbstractUser, document_id: int) -> Document:
    return get_object_or_404(documents_for(user), pk=document_id)


def _to_sign_in(request: ReaderRequest) -> HttpResponse:
    """And back afterwards. A fragment that is asked for after the session has ended sends the whole page."""
    if request.htmx:
        page = urlsplit(request.htmx.current_url or "/").path
        return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page})}")
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
