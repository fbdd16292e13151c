"""Addresses of accounts. Those of allauth keep the names that allauth knows them by."""

from allauth.account import views as account
from allauth.socialaccount.providers.openid_connect import views as sign_on
from django.urls import URLPattern, URLResolver, include, path, re_path

from luodi.web.accounts.views import account as own_account
from luodi.web.accounts.views import companies, own, people, units

app_name = "accounts"
urlpatterns = [
    path("account/", own_account.home, name="home"),
    path("account/invitation/<str:secret>/", own_account.invitation, name="invitation"),
    path("account/sessions/<int:session>/end/", own_account.end_session, name="end_session"),
    path("account/people/", people.people, name="people"),
    path("account/people/invite/", people.invite, name="invite"),
    path("account/people/<int:user>/", people.person, name="person"),
    path("account/people/<int:user>/erase/", people.erase, name="erase_person"),
    path("account/units/", units.units, name="units"),
    path("account/units/<int:unit>/", units.unit, name="unit"),
    path("account/companies/", companies.companies, name="companies"),
    path("account/companies/<int:company>/", companies.company, name="company"),
    path("account/stay/", own.stay, name="stay"),
    path("account/sign-on-again/", own.sign_on_again, name="sign_on_again"),
    path("account/absence/", own.absence, name="absence"),
    path("account/data/", own.own_data, name="own_data"),
    path("account/data/take/", own.take_own, name="take_own"),
    path("account/data/erase/", own.erase_own, name="erase_own"),
    path("privacy/", own.kept, name="kept"),
    path("account/runs/", people.runs, name="runs"),
]
_RESET = r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"
plain_names: list[URLPattern | URLResolver] = [
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/signup/", account.signup, name="account_signup"),  # says that it is closed
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/email/", account.email, name="account_email"),
    path("account/confirm-email/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^account/confirm-email/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("account/password/change/", account.password_change, name="account_change_password"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/password/reset/", account.password_reset, name="account_reset_password"),
    path("account/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(_RESET, account.password_reset_from_key, name="account_reset_password_from_key"),
    path(
        "account/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("account/factors/", include("allauth.mfa.urls")),
    path("account/sign-on/", include("allauth.socialaccount.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
]
#: One address for both languages, since it is registered with the provider.
without_language = [
    path("account/oidc/<str:provider_id>/login/", own_account.leave_for_sign_on, name="openid_connect_login"),
    path("account/oidc/<str:provider_id>/login/callback/", sign_on.callback, name="openid_connect_callback"),
]
