"""The widget's doors: the loader on a company's site, the frame it opens, the API that the frame talks to.

No cookie is read or set here, so there is nothing that another site's page could ride on: the bearer's token
is the gate, and only our own frame may present it.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from functools import wraps
from pathlib import Path

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_POST, require_safe

from support import listening, live
from support.models import Customer, Draft, Ticket, Widget
from support.receiving import LONGEST_MESSAGE
from support.tasks import wake, wake_triage
from support.widget import access, limits
from support.widget import conversation as shown
from support.widget.asking import ask
from support.widget.forms import BODY_LIMIT, message_form

Door = Callable[[HttpRequest, Widget], HttpResponseBase]


@require_safe
@cache_control(public=True, max_age=300)
@conditional_page
def loader(request: HttpRequest) -> HttpResponse:
    """The script that a company's site includes. Its address stays, so it is kept for minutes only."""
    script = Path(str(finders.find("widget/loader.js"))).read_bytes()
    headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


@require_safe
@never_cache
@xframe_options_exempt
def frame(request: HttpRequest, key: str) -> HttpResponseBase:
    try:
        widget = access.active_widget(key)
    except Http404:
        # It says only that there is no chat, so it may do so on any site: a blocked frame looks broken.
        return framed_by(["*"], render(request, "widget/not_available.html", status=404))
    context = {"widget": widget, "outgoing": shown.OUTGOING, "message_limit": LONGEST_MESSAGE}
    page = render(request, "widget/frame.html", context)
    return framed_by([SELF, *widget.framing_origins], page)


@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """A fictional company's page that embeds the widget as any company's site would."""
    widget = Widget.objects.filter(name=Widget.DEMO, active=True).first()
    if widget is None:
        raise Http404("The demo isn't loaded. `manage.py demo` does that.")
    script = request.build_absolute_uri(reverse("widget-loader"))
    return render(request, "widget/demo.html", {"widget": widget, "loader": script})


def framed_by(ancestors: list[str], page: HttpResponse) -> HttpResponseBase:
    def answer(request: HttpRequest) -> HttpResponse:
        return page

    # Its form is the script's alone: without the script nothing may put a message into an address.
    policy = {"frame-ancestors": ancestors, "form-action": [NONE]}
    framed: HttpResponseBase = csp_replace(policy)(answer)(HttpRequest())
    return framed


def api(view: Door) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """For our own frame, about an active widget; whatever is refused is refused with a sentence."""

    @csrf_exempt  # the token is in a header, which no form of another site can send
    @never_cache
    @wraps(view)
    def door(request: HttpRequest, key: str) -> HttpResponseBase:
        try:
            access.require_own_frame(request)
            return view(request, access.active_widget(key))
        except PermissionDenied:
            return problem(403, "This chat can’t be used from here. Reload the page.")
        except Http404:
            return problem(404, "This conversation doesn’t exist any more.")
        except ValidationError as error:
            return problem(409 if error.code == "foreign_key" else 422, str(error.message))
        except limits.TooMany as limit:
            sentence = (
                f"That was a lot in a short time. It is sent again by itself in {limit.seconds} seconds."
            )
            return problem(429, sentence, {"Retry-After": str(limit.seconds)})

    return door


def problem(status: int, sentence: str, headers: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status, headers=headers)


@api
@require_POST
def send(request: HttpRequest, widget: Widget) -> HttpResponseBase:
    if request.content_type != "application/json":
        return problem(415, "Messages are sent as JSON.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_LIMIT:
        return problem(413, f"Please shorten the message to {LONGEST_MESSAGE:,} characters.")
    token = access.token_hash(request)
    form = message_form(request)
    if not form.is_valid():
        return problem(422, form.problem())
    message = ask(widget, token, access.address(request), **form.cleaned_data)
    wake_writer(message.ticket)
    return conversation_of(request, message.ticket.customer)


def wake_writer(ticket: Ticket) -> None:
    if draft := ticket.drafts.filter(state=Draft.State.WAITING).first():
        wake(draft)
    wake_triage(ticket)


@api
@require_safe
def conversation(request: HttpRequest, widget: Widget) -> HttpResponseBase:
    limits.spend_read(access.address(request))
    return conversation_of(request, access.visitor(request, widget))


def conversation_of(request: HttpRequest, customer: Customer) -> HttpResponse:
    return render(request, "widget/_conversation.html", {"messages": shown.messages(customer)})


@api
@require_safe
def events(request: HttpRequest, widget: Widget) -> HttpResponseBase:
    """That something happened, never what: the frame fetches the conversation again, through its own gate."""
    address = access.address(request)
    limits.spend_stream(address)
    ticket = access.visitor(request, widget).tickets.order_by("-pk").first()
    if ticket is None:
        raise Http404("There is no conversation yet.")
    connection.close()  # a stream is open for minutes; pages need the connection
    channel = live.customer_channel(ticket.pk)
    last = request.headers.get("Last-Event-ID", "")
    after = last if listening.ENTRY_ID.fullmatch(last) else live.position(channel)
    return StreamingHttpResponse(
        without_data(listening.stream(channel, after), address),
        content_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def without_data(events: AsyncGenerator[bytes, None], address: str) -> AsyncIterator[bytes]:
    with limits.open_stream(address):
        async with aclosing(events):
            async for event in events:
                yield re.sub(rb"(?m)^data: .*$", b"data: {}", event)
