// Answers come in any order, and the place that one was asked for may have been replaced by then. The newest that
// was asked for stays, and no answer for one ticket takes the place of another; htmx by itself would drop whatever
// comes second.

const PLACES = ['workspace', 'ticket-head', 'views']
let turn = 0
const shown = new Map() // the turn of what stands there

const ticketOf = (place) => place.closest('[data-ticket]')?.dataset.ticket
const shownLast = (...names) => Math.max(...names.map((name) => shown.get(name) ?? 0))

document.addEventListener('htmx:beforeRequest', ({ detail: { target, requestConfig } }) => {
  if (!PLACES.includes(target?.id)) return
  turn += 1
  Object.assign(requestConfig, { turn, ticket: ticketOf(target) })
  target.addEventListener('htmx:beforeSwap', arrange) // on itself: what is replaced tells the page nothing more
})

function arrange({ currentTarget: place, target, detail }) {
  if (target !== place || !detail.shouldSwap || detail.xhr.status >= 400) return
  const { turn: own, ticket, verb, elt } = detail.requestConfig
  const now = place.isConnected ? place : document.getElementById(place.id)
  const opens = place.id === 'workspace' && verb === 'get'
  const isLate = own < (opens ? shownLast('opened') : shownLast('opened', place.id))
  detail.shouldSwap = Boolean(now) && !isLate && (opens || ticketOf(now) === ticket)
  if (!detail.shouldSwap) return
  shown.set(opens ? 'opened' : place.id, own)
  if (elt.isConnected) { detail.target = now; return }
  detail.shouldSwap = false
  htmx.swap(now, detail.serverResponse, { swapStyle: 'outerHTML' })
}
