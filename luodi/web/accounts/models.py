"""What is stored of people."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone


class People(BaseUserManager["User"]):
    """People are made by their address; it is how they sign in."""

    def create_user(self, email: str, password: str | None = None, **more: Any) -> "User":
        """A person; without a password they cannot sign in with one."""
        user = self.model(email=self.normalize_email(email).casefold(), **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **more: Any) -> "User":
        """An administrator of the site."""
        return self.create_user(email, password, is_superuser=True, **more)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").casefold())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=7, choices=[("zh-hans", "中文"), ("en", "English")], default="zh-hans")
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = People()

    def __str__(self) -> str:
        return self.name or self.email
