"""Settings of a site that tests start with processes of its own: as shipped, but that a password is hashed at once and
a template is compiled once for all of them."""

from luodi.web.settings import *  # noqa: F403
from luodi.web.settings import TEMPLATES
from tests.templates import kept

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES = kept(TEMPLATES)
