"""Passages and quotes in pages, without Markdown's marks."""

from django import template

from kb import plain

register = template.Library()
register.filter("plain_lines", plain.lines)
