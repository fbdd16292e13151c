from django.urls import path

from luodi.web.core.roles import Role
from luodi.web.mail import views

app_name = "mail"
staff_entrances = [("mail:queue", "mail.queue_title", {Role.OFFICER, Role.LEADER})]
urlpatterns = [
    path("desk/mail/", views.queue, name="queue"),
    path("desk/mail/<int:pk>/", views.message, name="message"),
    path("desk/mail/<int:pk>/files/<int:number>/", views.attachment, name="attachment"),
    path("desk/mail/<int:pk>/<slug:act>/", views.act, name="act"),
    path("desk/cases/<str:reference>/mail/", views.of_case, name="of_case"),
    path("desk/cases/<str:reference>/mail/new/", views.write, name="write"),
]
