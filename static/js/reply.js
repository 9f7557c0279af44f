// The reply: review the draft's sentences, or write. What an agent has begun to write is never overwritten; it
// survives a reload, and what supports each of its sentences is shown before anything is sent.

import { announce } from './notices.js'
import { keyOfPassages } from './passages.js'
import { Review } from './review.js'

const POLL_MS = 11_000

// What was said of the draft being written: the model may begin before the page has the place to show it.
let heard = { ticket: '', text: '' }

class DeskReply extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('.reply-form')
    this.textarea = this.form.elements.text
    this.initial = this.textarea.defaultValue
    this.form.autocomplete = 'off' // from now on it is kept here: what a browser keeps would look like written early
    this.review = new Review(this)
    this.addEventListener('click', (event) => this.clicked(event))
    this.addEventListener('keydown', (event) => this.keyPressed(event))
    this.addEventListener('htmx:beforeSwap', (event) => this.handOn(event))
    this.addEventListener('written', ({ detail }) => this.forget(detail))
    this.form.addEventListener('htmx:afterRequest', ({ detail }) => this.tellElsewhere(detail.xhr.status))
    this.textarea.addEventListener('input', () => this.changed())
    for (const name of ['selectionchange', 'blur']) this.textarea.addEventListener(name, () => this.review.follow())
    this.restore()
    if (!this.inProgress) heard = { ticket: '', text: '' }
    else if (heard.ticket === this.dataset.ticket) this.showHeard()
    if (this.inProgress) this.poll = setInterval(() => this.refresh(), POLL_MS)
  }

  disconnectedCallback() {
    clearInterval(this.poll)
    this.review.stop()
  }

  get inProgress() { return ['waiting', 'writing'].includes(this.dataset.state) }
  get begun() { return this.dataset.mode === 'write' && (this.textarea.value !== '' || document.activeElement === this.textarea) }
  // Its answer comes to this form: until it is there, nothing takes the form’s place.
  get sending() { return this.form.classList.contains('htmx-request') }
  get storageKey() { return `reply-${this.dataset.agent}-${this.dataset.ticket}` }
  get asideKey() { return `${this.storageKey}-aside` }

  // The draft, as it streams in. Nothing is read out piece by piece.
  beginPreview() {
    heard = { ticket: this.dataset.ticket, text: '' }
    const preview = this.querySelector('[data-preview]')
    if (!preview) return this.refresh()
    preview.textContent = ''
    this.querySelector('.reply-head h3').textContent = 'Writing a draft'
  }

  showHeard() {
    const preview = this.querySelector('[data-preview]')
    if (preview) preview.textContent = heard.text
  }

  addPiece(text) {
    heard.text += text
    const preview = this.querySelector('[data-preview]')
    if (!preview) return
    preview.append(text)
    preview.scrollTop = preview.scrollHeight
  }

  // What was asked for here may be answered after news of it took this reply's place: the answer is its successor's.
  handOn({ target, detail }) {
    if (target !== this || this.isConnected) return
    const wanted = detail.shouldSwap
    detail.shouldSwap = false
    if (wanted) document.getElementById('reply')?.replaceBy(detail.serverResponse)
    document.querySelector('dialog.filled[open]')?.close() // what was asked for there is done
    document.getElementById('reply')?.refresh() // the answer may be older than what stood there
  }

  get successor() {
    return document.querySelector(`#reply[data-ticket="${this.dataset.ticket}"]`)
  }

  // The row changed. A page on which nobody writes shows it; one on which somebody does says so.
  async refresh({ refused = false } = {}) {
    const answer = await fetch(this.dataset.url, { headers: { 'HX-Request': 'true' } })
    if (!answer.ok || answer.redirected) return
    const html = await answer.text()
    if (!this.isConnected) return this.successor?.refresh({ refused }) // what took its place may be older
    if (this.sending) return this.form.addEventListener('htmx:afterRequest', () => this.refresh({ refused: true }), { once: true })
    const page = new DOMParser().parseFromString(html, 'text/html')
    const fresh = page.getElementById('reply')
    if (this.sameAs(fresh)) return this.showNews(fresh, page.getElementById('passages'))
    if (refused) return
    if (this.begun) return this.offer(fresh, html)
    if (fresh.dataset.state === 'ready') announce('The draft is ready.')
    this.replaceBy(html)
  }

  sameAs(fresh) {
    return fresh.dataset.state === this.dataset.state && fresh.dataset.draft === this.dataset.draft &&
      Boolean(fresh.querySelector('[data-preview]')) === Boolean(this.querySelector('[data-preview]'))
  }

  // The draft is the same, what is to be known of it may not be: say so, and leave the rest alone.
  showNews(fresh, passages) {
    document.getElementById('passages')?.renew(passages)
    const [own, news] = [this, fresh].map((one) => one.querySelector('[data-notices]'))
    if (own.textContent === news.textContent) return
    own.replaceChildren(...news.childNodes)
    htmx.process(own)
    this.review.now()
  }

  offer(fresh, html) {
    if (fresh.dataset.mode !== 'review') return
    const bar = this.querySelector('[data-bar]')
    bar.firstElementChild.textContent = 'A new draft is ready; your text is untouched.'
    this.form.elements.draft_state.value = 'superseded' // sending what came from the old one is no surprise now
    bar.querySelector('[data-show-draft]').onclick = () => { this.setAside(); this.replaceBy(html) }
    bar.hidden = false
  }

  // Whoever was in it by keys is in what takes its place.
  replaceBy(html) {
    const had = this.contains(document.activeElement)
    htmx.swap(this, html, { swapStyle: 'outerHTML' })
    if (had) document.querySelector('#reply :is(.sentence-text, [data-preview])')?.focus({ preventScroll: true })
  }

  // The customer or a colleague wrote: the next sending is checked against what the page was made from.
  conversationMoved(added) {
    if (!this.begun) return this.refresh()
    const bar = this.querySelector('[data-bar]')
    const customer = added.some((one) => one.dataset.kind === 'customer')
    bar.firstElementChild.textContent = customer ? 'The customer wrote again.' : 'A colleague replied.'
    bar.querySelector('[data-show-draft]').onclick = () => {
      added[0].scrollIntoView({ block: 'start' })
      bar.hidden = true
    }
    bar.hidden = false
  }

  // Keep what was written over a reload: in this tab, for this agent.
  keep() {
    const { value: text } = this.textarea
    const kept = { text, draft: this.dataset.draft, edited: text !== this.initial, checked: [...this.review.vouched] }
    if (!kept.edited && !kept.checked.length) sessionStorage.removeItem(this.storageKey)
    else sessionStorage.setItem(this.storageKey, JSON.stringify(kept))
  }

  restore() {
    const kept = JSON.parse(sessionStorage.getItem(this.storageKey) ?? 'null')
    const early = this.textarea.value !== this.initial && this.textarea.value // before this was there to keep it
    const written = early || (kept?.edited && kept.text !== this.initial)
    if (written) this.textarea.value = this.together(kept?.edited ? kept.text : '', early)
    this.review.vouched = new Set(kept?.checked)
    this.mode(written ? 'write' : this.dataset.mode)
    this.review.restore()
    if (written) this.review.now()
    if (early) this.keep()
  }

  // A browser may have brought back by itself what was kept, and its author may have gone on from there.
  together(kept, early) {
    return early && early.startsWith(kept) ? early : [kept, early].filter(Boolean).join('\n')
  }

  // What was written is put aside, not thrown away, when its author looks at the draft again.
  setAside() {
    sessionStorage.removeItem(this.storageKey)
    const text = this.textarea.value
    if (text && text !== this.initial) sessionStorage.setItem(this.asideKey, text)
  }

  takeBack() {
    this.textarea.value = sessionStorage.getItem(this.asideKey)
    sessionStorage.removeItem(this.asideKey)
    this.changed()
    this.write()
  }

  // Review or write.
  clicked(event) {
    const pressed = (name) => event.target.closest(`[data-${name}]`)
    if (pressed('edit')) this.write(this.review.placeOfChosen())
    if (pressed('back')) this.backToDraft()
    if (pressed('mine')) this.takeBack()
    if (pressed('opens-note')) openNote()
  }

  changed() {
    this.offerRewriting()
    this.keep()
    this.review.soon()
  }

  // At the end of the sentence that is chosen, or of the text; a caret that is set first is scrolled to.
  write(place = this.textarea.value.length) {
    this.mode('write')
    this.textarea.setSelectionRange(place, place)
    this.textarea.focus()
    this.form.scrollIntoView({ block: 'nearest' }) // the text, and below it what its sentences rest on
  }

  backToDraft() {
    this.setAside()
    this.textarea.value = this.initial
    this.mode(this.inProgress ? 'preview' : 'review')
    this.review.now()
  }

  // For the passages beside it: a quote comes in where the caret stands, as a sentence of its own.
  insertText(text) {
    if (this.dataset.mode !== 'write') this.write()
    const { value, selectionStart: start, selectionEnd: end } = this.textarea
    const before = start === 0 || /\s/.test(value[start - 1]) ? '' : ' '
    const after = end === value.length || /\s/.test(value[end]) ? '' : ' '
    this.textarea.focus()
    this.textarea.setRangeText(before + text + after, start, end, 'end')
    this.changed()
  }

  setPassages(ids) {
    const given = ids.join(',')
    if (this.form.elements.passages.value === given) return
    this.form.elements.passages.value = given
    this.review.now()
  }

  mode(name) {
    this.dataset.mode = name
    const edit = this.querySelector('[data-edit]')
    if (edit) edit.hidden = name === 'write'
    this.querySelector('[data-back]').hidden = name !== 'write' || !edit
    this.querySelector('[data-mine]').hidden = name === 'write' || !sessionStorage.getItem(this.asideKey)
    this.offerRewriting()
  }

  // Without a text there is nothing to put in other words.
  offerRewriting() {
    const button = this.querySelector('[data-rewrites-text]')
    if (!button) return
    button.disabled = !this.textarea.value.trim()
    button.title = button.disabled ? 'Write a text first' : ''
  }

  keyPressed(event) {
    const { key, target } = event
    if (key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      if (this.dataset.mode !== 'preview') this.form.requestSubmit(this.querySelector('[data-send]'))
    } else if (key === 'y' && target.closest('.sentence') && !(event.ctrlKey || event.metaKey || event.altKey)) {
      target.closest('.sentence').querySelector('[data-vouches]')?.click()
    }
  }

  // It was sent; its answer may come when another ticket is open.
  forget({ kind }) {
    if (kind !== 'reply') return
    for (const key of [this.storageKey, this.asideKey, keyOfPassages(this.dataset)]) sessionStorage.removeItem(key)
  }

  tellElsewhere(status) {
    if (this.isConnected || (status >= 200 && status < 400)) return
    announce(`The reply to ticket #${this.dataset.ticket} was not sent. Its text is kept there.`)
  }

  // Nothing was sent. What changed since, or what nobody has checked, is to be seen.
  refused() {
    this.querySelector('[data-bar]').hidden = true
    this.refresh({ refused: true })
    this.review.now()
  }

  // Whoever went on to something else meanwhile stays there: keys that were meant for it do other things here.
  async unproven() {
    const at = document.activeElement
    await this.review.now()
    if (![at, document.body].includes(document.activeElement) && !this.contains(document.activeElement)) return
    const box = this.review.unvouched[0]
    box?.focus({ preventScroll: true })
    box?.closest('.sentence').scrollIntoView({ block: 'nearest' })
  }
}

function openNote() {
  document.getElementById('reply').hidden = true
  document.getElementById('note').hidden = false
  document.getElementById('note-text').focus()
}

function closeNote() {
  document.getElementById('note').hidden = true
  document.getElementById('reply').hidden = false
}

document.addEventListener('click', (event) => { if (event.target.closest('[data-closes-note]')) closeNote() })
document.addEventListener('keydown', (event) => {
  if (event.target.id === 'note-text' && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.target.form.requestSubmit()
  }
})

// A refusal keeps the page as it is, brings its knowledge up to date and shows what changed.
document.addEventListener('htmx:beforeSwap', (event) => {
  if (![409, 422].includes(event.detail.xhr.status)) return
  const note = event.detail.requestConfig.elt.id === 'note'
  if (!note) closeNote()
  event.detail.target = document.getElementById(note ? 'note-refusal' : 'refusal')
  event.detail.swapOverride = 'innerHTML'
})
document.addEventListener('htmx:afterSettle', (event) => {
  const reply = document.getElementById('reply')
  // First what was refused, then what is to be done about it, which has the focus.
  if ([409, 422].includes(event.detail.xhr?.status)) document.getElementById('refusal')?.scrollIntoView({ block: 'nearest' })
  if (event.detail.xhr?.status === 409) {
    reply.refused()
    document.querySelector('live-ticket').showMessages()
  }
  if (event.detail.xhr?.status === 422 && reply?.querySelector('[data-unproven]')) reply.unproven()
})
document.addEventListener('written', () => { written = true })

// What had the focus goes with the sending: what was sent has it then.
let written = false
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  if (!written || detail.target?.id !== 'workspace') return
  written = false
  const message = document.getElementById('messages')?.lastElementChild
  if (!message || document.activeElement !== document.body) return
  message.tabIndex = -1
  message.focus({ preventScroll: true })
})

// What a reply rested on unfolds below it: it is brought into view.
document.addEventListener('toggle', ({ target }) => {
  if (target.matches('.cited[open]')) target.scrollIntoView({ block: 'nearest' })
}, { capture: true })

customElements.define('desk-reply', DeskReply)
