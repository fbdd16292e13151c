"""Who may see the rows of models that come with other packages: mostly nobody, since they are the machinery's own."""

from datetime import timedelta

from luodi.web.accounts import personal
from luodi.web.accounts.ownership import NOBODY, Access, register
from luodi.web.accounts.roles import Role, Standing

_OWN = frozenset({Standing.OWNER})

for _label in (
    "contenttypes.ContentType",
    "auth.Permission",
    "auth.Group",
    "auth.Group_permissions",
    "sessions.Session",
    "account.EmailConfirmation",
    "mfa.Authenticator",  # holds secrets; its own pages show what may be shown
    "socialaccount.SocialApp",
    "socialaccount.SocialToken",
):
    register(_label, NOBODY)

personal.register("account.EmailAddress", personal.Account("user"))
personal.register("account.EmailConfirmation", personal.With("email_address"))
personal.register("mfa.Authenticator", personal.Account("user", secret=("data",)))
personal.register("socialaccount.SocialAccount", personal.Account("user"))
personal.register("socialaccount.SocialToken", personal.With("account"))
personal.register(
    "usersessions.UserSession", personal.Personal("user", timedelta(days=30), "last_seen_at", secret=("session_key",))
)

register("account.EmailAddress", Access(user="user", acts={"see": _OWN}))
register("socialaccount.SocialAccount", Access(user="user", acts={"see": _OWN}))
register("usersessions.UserSession", Access(user="user", acts={"see": _OWN, "end": _OWN}))
register("django_tasks_database.DBTaskResult", Access(acts={"see": frozenset({Role.ADMINISTRATOR})}))
