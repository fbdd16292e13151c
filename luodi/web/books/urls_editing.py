"""Addresses of editing a draft and of trying it."""

from django.urls import path

from luodi.web.books import views_editing, views_removing, views_text, views_trying

_DRAFT = "desk/books/drafts/<int:pk>"
patterns = [
    path(f"{_DRAFT}/edit/", views_editing.edit, name="edit"),
    path(f"{_DRAFT}/edit/row/", views_editing.edit_row, name="edit_row"),
    path(f"{_DRAFT}/edit/row/remove/", views_removing.remove_row, name="remove_row"),
    path(f"{_DRAFT}/edit/new/", views_editing.new_row, name="new_row"),
    path(f"{_DRAFT}/edit/rule/", views_editing.new_rule, name="new_rule"),
    path(f"{_DRAFT}/edit/text/", views_text.edit_text, name="edit_text"),
    path(f"{_DRAFT}/try/", views_trying.bench, name="try"),
    path(f"{_DRAFT}/try/profile/", views_trying.keep_profile, name="keep_profile"),
    path(f"{_DRAFT}/try/profile/<int:profile>/remove/", views_trying.remove_profile, name="remove_profile"),
    path(f"{_DRAFT}/affected/", views_trying.affected, name="affected"),
    path(f"{_DRAFT}/runs/<slug:kind>/", views_trying.start, name="start_run"),
    path(f"{_DRAFT}/runs/<int:run>/stop/", views_trying.stop, name="stop_run"),
    path(f"{_DRAFT}/runs/<int:run>/ids.csv", views_trying.ids, name="run_ids"),
]
