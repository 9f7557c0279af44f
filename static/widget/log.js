// The conversation on the page. Messages are only ever added, so nothing that is being read moves or closes.

const WAITING = 'An agent will answer here. You can close this window: the conversation is kept in this browser.'
const SLOW_MS = 300

export function log({ onRetry, onEdit }) {
  const list = document.getElementById('messages')
  const status = document.getElementById('status')
  const area = document.getElementById('conversation')
  const template = document.getElementById('outgoing').content
  const undelivered = document.getElementById('undelivered').content
  const times = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
  const days = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
  let firstFill = true

  const known = (key) => list.querySelector(`[data-key="${CSS.escape(key)}"]:not(.outgoing)`)
  const stillOut = () => list.querySelectorAll('.outgoing')
  const atEnd = () => area.scrollHeight - area.scrollTop - area.clientHeight < 80

  // Adds what is new in the desk's HTML; returns how many replies that were.
  function update(html) {
    const fresh = new DOMParser().parseFromString(html, 'text/html').body.querySelectorAll('.message')
    const wasAtEnd = atEnd()
    let replies = 0
    let added = false
    for (const message of fresh) {
      if (known(message.dataset.key)) continue
      list.querySelector(`.outgoing[data-key="${CSS.escape(message.dataset.key)}"]`)?.remove()
      list.insertBefore(localised(message), stillOut()[0] ?? null)
      added = true
      if (message.classList.contains('reply')) replies += 1
    }
    say()
    if (added && (wasAtEnd || firstFill)) toEnd(replies && !firstFill)
    const news = firstFill ? 0 : replies
    firstFill = false
    return news
  }

  function localised(message) {
    const time = message.querySelector('time')
    if (time) {
      const sent = new Date(time.dateTime)
      const today = sent.toDateString() === new Date().toDateString()
      time.textContent = (today ? times : days).format(sent)
    }
    return message
  }

  function outgoing(messages) {
    const kept = new Set(messages.map((message) => message.key))
    for (const item of stillOut()) if (!kept.has(item.dataset.key)) item.remove()
    const wasAtEnd = atEnd()
    for (const message of messages) if (!known(message.key)) draw(message)
    say()
    if (wasAtEnd && messages.length) toEnd()
  }

  function draw(message) {
    const there = list.querySelector(`.outgoing[data-key="${CSS.escape(message.key)}"]`)
    const item = there ?? template.querySelector('.message').cloneNode(true)
    if (!there) {
      item.classList.add('outgoing')
      item.dataset.key = message.key
      item.querySelector('.text span').textContent = message.text
      list.append(item)
      setTimeout(() => item.classList.add('slow'), SLOW_MS)
    }
    item.querySelector('.undelivered')?.remove()
    if (!message.why) return
    const notice = undelivered.cloneNode(true)
    notice.querySelector('.why').textContent = message.why
    notice.querySelector('.retry').addEventListener('click', onRetry)
    notice.querySelector('.edit').addEventListener('click', () => onEdit(message.key))
    item.append(notice)
  }

  // The status speaks only while the customer waits: their message was the last word.
  function say() {
    const last = list.lastElementChild
    const waits = last?.matches('.mine:not(.outgoing)')
    const text = waits ? WAITING : ''
    if (status.textContent !== text) status.textContent = text
  }

  // To the newest message; of a long reply, to its beginning.
  function toEnd(reply = false) {
    const last = list.lastElementChild
    if (reply && last?.offsetHeight > area.clientHeight) last.scrollIntoView({ block: 'start' })
    else area.scrollTop = area.scrollHeight
  }

  // A number opens its quote below the text and lights the sentences that rest on it.
  function light(message, number, open) {
    for (const marker of message.querySelectorAll(`.marker[data-number="${number}"]`)) {
      marker.setAttribute('aria-expanded', String(open))
      const sentence = `[data-sentence="${marker.dataset.sentence}"]`
      const lit = message.querySelector(`.marker${sentence}[aria-expanded="true"]`) !== null
      for (const words of message.querySelectorAll(`.cited${sentence}`)) words.classList.toggle('lit', lit)
    }
  }

  list.addEventListener('click', (event) => {
    const marker = event.target.closest('.marker')
    if (!marker) return
    const quote = marker.closest('.message').querySelector(`details[data-number="${marker.dataset.number}"]`)
    quote.open = !quote.open
    if (quote.open) quote.scrollIntoView({ block: 'nearest' })
  })
  list.addEventListener('toggle', (event) => {
    light(event.target.closest('.message'), event.target.dataset.number, event.target.open)
  }, true)

  return { update, outgoing, toEnd }
}
