from django.urls import path

from support.inbox.views import accounts, drafts, events, people, replies, tickets

urlpatterns = [
    path("", accounts.home, name="home"),
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
    path("account/", accounts.account, name="account"),
    path("people/", people.people, name="people"),
    path("people/<int:person_id>/password/", people.new_password, name="person-new-password"),
    path("people/<int:person_id>/active/", people.activate, name="person-activate"),
    path("people/<int:person_id>/admin/", people.promote, name="person-promote"),
    path("tickets/", tickets.inbox, name="inbox"),
    path("tickets/views/", tickets.views, name="inbox-views"),
    path("tickets/events/", events.inbox, name="inbox-events"),
    path("tickets/<int:ticket_id>/", tickets.ticket, name="ticket"),
    path("tickets/<int:ticket_id>/row/", tickets.row, name="ticket-row"),
    path("tickets/<int:ticket_id>/head/", tickets.head, name="ticket-head"),
    path("tickets/<int:ticket_id>/messages/", tickets.conversation, name="ticket-messages"),
    path("tickets/<int:ticket_id>/assign/", tickets.assign, name="ticket-assign"),
    path("tickets/<int:ticket_id>/close/", tickets.close, name="ticket-close"),
    path("tickets/<int:ticket_id>/reopen/", tickets.reopen, name="ticket-reopen"),
    path("tickets/<int:ticket_id>/reply/", replies.reply, name="ticket-reply"),
    path("tickets/<int:ticket_id>/note/", replies.note, name="ticket-note"),
    path("tickets/<int:ticket_id>/draft/", drafts.draft, name="ticket-draft"),
    path("tickets/<int:ticket_id>/draft/again/", drafts.again, name="draft-again"),
    path("tickets/<int:ticket_id>/events/", events.ticket, name="ticket-events"),
    path("drafts/<int:draft_id>/dismiss/", drafts.dismiss, name="draft-dismiss"),
]
