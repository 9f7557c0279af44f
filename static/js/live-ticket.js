// The open ticket, as it changes: messages are added at the end, the head is brought up to date, and the draft is
// handed to the reply's pane, which alone decides what happens to a text that an agent works on.

import { Stream } from './stream.js'
import './reply.js' // events may come at once, and are handed to it

class LiveTicket extends HTMLElement {
  connectedCallback() {
    this.stream = new Stream(this.dataset.events, this.dataset.since, {
      writing: () => this.reply()?.beginPreview(),
      piece: ({ text }) => this.reply()?.addPiece(text),
      draft: () => this.reply()?.refresh(),
      message: () => this.showMessages(),
      ticket: () => this.showTicket(),
    }, () => { this.showMessages(); this.showHead(); this.reply()?.refresh() })
    // The only message stands where it can be seen, below what the ticket is about.
    const messages = document.getElementById('messages')
    if (messages.childElementCount < 2) return
    requestAnimationFrame(() => messages.lastElementChild?.scrollIntoView({ block: 'start' }))
  }

  disconnectedCallback() {
    this.stream.close()
  }

  reply() {
    return document.getElementById('reply')
  }

  // A draft in progress tells of itself, and its preview is not to be swapped away.
  showTicket() {
    this.showHead()
    if (!this.reply()?.inProgress) this.reply()?.refresh()
  }

  showHead() {
    htmx.ajax('GET', this.dataset.head + location.search, { target: '#ticket-head', swap: 'outerHTML' })
  }

  async showMessages() {
    const messages = document.getElementById('messages')
    const after = messages.lastElementChild?.dataset.message ?? 0
    const answer = await fetch(`${this.dataset.messages}?after=${after}`)
    if (!answer.ok || answer.redirected || !messages.isConnected) return
    const pane = document.getElementById('conversation')
    const atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 80
    const fresh = new DOMParser().parseFromString(`<ol>${await answer.text()}</ol>`, 'text/html').querySelectorAll('li.message')
    const added = [...fresh].filter((one) => !document.getElementById(one.id))
    messages.append(...added)
    if (!added.length) return
    if (atEnd) pane.scrollTop = pane.scrollHeight
    else this.announceBelow(pane, added)
    if (added.some((one) => one.dataset.kind !== 'note')) this.reply()?.conversationMoved(added)
  }

  announceBelow(pane, added) {
    const bar = document.getElementById('message-news')
    bar.textContent = added.length === 1 ? '1 new message below – show' : `${added.length} new messages below – show`
    bar.hidden = false
    bar.onclick = () => { pane.scrollTop = pane.scrollHeight; bar.hidden = true }
  }
}

customElements.define('live-ticket', LiveTicket)

// Who has decided about one suggestion goes on with the next.
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  const decided = /\/suggestions\/$/.test(detail.requestConfig?.path ?? '')
  if (decided && document.activeElement === document.body) document.querySelector('.suggestion-act, #choose-about')?.focus()
})
