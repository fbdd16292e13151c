"""Types that every app needs."""

from typing import TYPE_CHECKING, Any, TypeAlias, Union

if TYPE_CHECKING:  # assistants over standard input run without Django's settings
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

#: Who asks or acts: somebody signed in, a visitor, or the site itself (None).
AnyUser: TypeAlias = Union["AbstractBaseUser", "AnonymousUser", None]
#: An object of JSON, as it is stored or sent: its values have any type that JSON has.
Json: TypeAlias = dict[str, Any]
