"""The page on which admins keep the tree of categories."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kb import categories
from kb.gates import ReaderRequest, admins_only
from kb.life_forms import CategoryField
from kb.lifecycle import Refused
from kb.models import Category


class PlaceForm(forms.Form):
    """A name, and what it stands below."""

    name = forms.CharField(
        max_length=categories.LONGEST_NAME,
        error_messages={"required": "Write a name first."},
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    parent = CategoryField(label="Below")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def tree(request: ReaderRequest) -> HttpResponse:
    form = PlaceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = categories.create(form.cleaned_data["name"], form.cleaned_data["parent"])
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, f"“{made}” is there: sort documents into it from their list.")
            return redirect("categories")
    context = {"section": "documents", "form": form, "nodes": categories.tree()}
    return render(request, "kb/categories.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def change(request: ReaderRequest, category_id: int) -> HttpResponse:
    category = get_object_or_404(Category, pk=category_id)
    shown = {"name": category.name, "parent": category.parent_id or ""}
    form = PlaceForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST" and form.is_valid():
        try:
            changed = categories.change(category.pk, form.cleaned_data["name"], form.cleaned_data["parent"])
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _told(category, changed))
            return redirect("categories")
    context = {"section": "documents", "form": form, "category": category}
    return render(request, "kb/category.html", context, status=422 if form.errors else 200)


def _told(before: Category, now: Category) -> str:
    said = []
    if before.name != now.name:
        said.append(f"“{before}” is called “{now}” now.")
    if before.parent_id != now.parent_id:
        place = f"below “{now.parent}”" if now.parent else "at the top"
        said.append(f"“{now}” stands {place} now.")
    return " ".join(said) or "Nothing was different."


@require_POST
@admins_only
def remove(request: ReaderRequest, category_id: int) -> HttpResponse:
    category = Category.objects.filter(pk=category_id).first()
    try:
        categories.remove(category_id)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{category}” is removed." if category else "It was removed already.")
    return redirect("categories")
