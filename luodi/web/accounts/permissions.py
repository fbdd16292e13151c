"""Who may see the rows of models that come with other packages: mostly nobody, since they are the machinery's own."""

from datetime import timedelta

from luodi.web.core import personal_data
from luodi.web.core.policy import NOBODY, Policy, register
from luodi.web.core.roles import Role, Standing

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

personal_data.register("account.EmailAddress", personal_data.Account("user"))
personal_data.register("account.EmailConfirmation", personal_data.With("email_address"))
personal_data.register("mfa.Authenticator", personal_data.Account("user", secret=("data",)))
personal_data.register("socialaccount.SocialAccount", personal_data.Account("user"))
personal_data.register("socialaccount.SocialToken", personal_data.With("account"))
personal_data.register(
    "usersessions.UserSession",
    personal_data.Personal("user", timedelta(days=30), "last_seen_at", secret=("session_key",)),
)

register("account.EmailAddress", Policy(user="user", acts={"see": _OWN}))
register("socialaccount.SocialAccount", Policy(user="user", acts={"see": _OWN}))
register("usersessions.UserSession", Policy(user="user", acts={"see": _OWN, "end": _OWN}))
register("django_tasks_database.DBTaskResult", Policy(acts={"see": frozenset({Role.ADMINISTRATOR})}))
