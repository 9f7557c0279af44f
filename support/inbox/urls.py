from django.urls import path

from support.inbox.views import accounts, people

urlpatterns = [
    path("", accounts.home, name="home"),
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
    path("account/", accounts.account, name="account"),
    path("people/", people.people, name="people"),
    path("people/<int:person_id>/password/", people.new_password, name="person-new-password"),
    path("people/<int:person_id>/active/", people.activate, name="person-activate"),
    path("people/<int:person_id>/admin/", people.promote, name="person-promote"),
    path("tickets/", accounts.account, name="inbox"),
]
