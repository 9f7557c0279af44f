"""Who answers and who asks: agents, widgets, customers."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from kb.models import is_admin


class AgentManager(BaseUserManager["Agent"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        agent = self.model(email=self.normalize_email(email).lower(), **fields)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> Agent:
        return self.get(email=(username or "").strip().lower())


class Agent(AbstractUser):
    """A staff user who answers. An Admin (`is_staff`) also runs the knowledge base and the settings."""

    username = None  # type: ignore[assignment]  # people sign in with their e-mail address
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=100)

    objects = AgentManager()  # type: ignore[misc,assignment]  # AbstractUser's manager knows usernames

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_admin(self) -> bool:
        return is_admin(self)

    def give_new_password(self) -> str:
        """It is kept nowhere; whoever asked shows it once."""
        password = "-".join(secrets.token_hex(2) for _ in range(4))  # easy to read out
        self.set_password(password)
        self.save()
        return password


ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")


def new_token() -> str:
    return secrets.token_urlsafe(32)


class Widget(models.Model):
    """One embeddable chat: its public key, the origins that may embed it, its look."""

    DEMO = "Wrenmoor (demo)"  # the name of the one that the demo's page embeds

    name = models.CharField(max_length=100)
    key = models.CharField(max_length=64, unique=True, default=new_token)
    allowed_origins = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    greeting = models.CharField(max_length=300, default="Ask us anything.")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        for origin in self.allowed_origins:
            if not ORIGIN.fullmatch(origin):
                sentence = (
                    f"“{origin}” is not an origin. Write it as https://www.example.com, without a path."
                )
                raise ValidationError({"allowed_origins": sentence})

    @property
    def framing_origins(self) -> list[str]:
        """The sites that may embed it. What isn't an origin cannot reach the policy that says so."""
        return [origin for origin in self.allowed_origins if ORIGIN.fullmatch(origin)]


class Customer(models.Model):
    """A person who asks. `token_hash` is the SHA-256 (hex) of the secret that their widget keeps."""

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    locale = models.CharField(max_length=20, blank=True)
    widget = models.ForeignKey(Widget, models.SET_NULL, null=True, blank=True, related_name="customers")
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name or self.email or f"Visitor {self.pk}"
