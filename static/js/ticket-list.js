// The ticket list: keys j and k, the open ticket's row, and news that announce themselves without moving a row.

import { Stream } from './stream.js'

const list = document.getElementById('list')
const news = document.getElementById('list-news')
const rows = () => [...list.querySelectorAll('.ticket-row')]
const arrived = new Set()

function openTicket() {
  return document.getElementById('workspace')?.dataset.ticket
}

function markOpen() {
  for (const row of rows()) {
    if (row.dataset.ticket === openTicket()) row.setAttribute('aria-current', 'true')
    else row.removeAttribute('aria-current')
  }
}

function move(step) {
  const all = rows()
  const at = all.findIndex((row) => row === document.activeElement || row.dataset.ticket === openTicket())
  const focused = all.indexOf(document.activeElement)
  const next = all[Math.min(Math.max((focused >= 0 ? focused : at) + step, 0), all.length - 1)]
  next?.focus()
  if (next && openTicket() && next.dataset.ticket !== openTicket()) next.click()
}

// Out of the ticket, where j and k go through its sentences, and back to the list, where they go through tickets.
function toList(target) {
  if (target.closest('input:not([type=checkbox]), textarea, select') || !target.closest('#workspace')) return
  if (document.querySelector('.evidence.open, dialog[open]')) return
  const row = rows().find((one) => one.hasAttribute('aria-current')) ?? rows()[0]
  row?.focus()
}

function keyPressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === 'Escape') return toList(event.target)
  if (!['j', 'k'].includes(event.key) || document.querySelector('dialog[open]')) return
  if (event.target.closest('input, textarea, select, .sentences, .evidence')) return
  event.preventDefault()
  move(event.key === 'j' ? 1 : -1)
}

// What happens to the ticket that is open is shown in its own pane.
function announceNew({ ticket }) {
  if (String(ticket) !== openTicket()) arrived.add(ticket)
  refreshViews()
  if (!arrived.size) return refreshRow({ ticket })
  news.textContent = arrived.size === 1 ? '1 ticket has news – show' : `${arrived.size} tickets have news – show`
  news.hidden = false
}

async function refreshRow({ ticket }) {
  const row = document.getElementById(`row-${ticket}`)
  if (!row) return
  const answer = await fetch(`${row.pathname}row/${location.search}`, { headers: { 'HX-Request': 'true' } })
  if (!answer.ok || answer.redirected) return
  if (!row.isConnected) return refreshRow({ ticket }) // what took its place may be older
  const focused = row === document.activeElement
  htmx.swap(row, await answer.text(), { swapStyle: 'outerHTML' })
  markOpen()
  if (focused) document.getElementById(`row-${ticket}`)?.focus()
}

let waitingForViews = 0
function refreshViews() {
  clearTimeout(waitingForViews)
  waitingForViews = setTimeout(() => {
    htmx.ajax('GET', `${list.dataset.views}${location.search}`, { target: '#views', swap: 'outerHTML' })
  }, 300)
}

document.addEventListener('keydown', keyPressed)
document.addEventListener('htmx:afterSettle', markOpen)
new Stream(list.dataset.events, list.dataset.since, {
  message: announceNew,
  writing: refreshRow,
  draft: refreshRow,
  ticket: (data) => { refreshRow(data); refreshViews() },
}, () => { news.textContent = 'You were away for a while – load the list again'; news.hidden = false })
