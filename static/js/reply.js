// The reply: review the draft's sentences, or write. What an agent has begun to write is never overwritten; it
// survives a reload, and which drafted sentences still stand in it is shown before anything is sent.

import { announce } from './notices.js'
import { ownSentences } from './own-words.js'

const POLL_MS = 11_000
const PAUSE_MS = 700

class DeskReply extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('.reply-form')
    this.textarea = this.form.elements.text
    this.initial = this.textarea.value
    this.addEventListener('click', (event) => this.clicked(event))
    this.addEventListener('change', () => this.check())
    this.addEventListener('keydown', (event) => this.keyPressed(event))
    this.textarea.addEventListener('input', () => { this.keep(); this.check() })
    this.restore()
    this.check()
    if (this.inProgress) this.poll = setInterval(() => this.refresh(), POLL_MS)
  }

  disconnectedCallback() {
    clearInterval(this.poll)
    clearTimeout(this.pause)
  }

  get inProgress() { return ['waiting', 'writing'].includes(this.dataset.state) }
  get begun() { return this.dataset.mode === 'write' && (this.textarea.value !== '' || document.activeElement === this.textarea) }
  get storageKey() { return `reply-${this.dataset.agent}-${this.dataset.ticket}` }
  get asideKey() { return `${this.storageKey}-aside` }
  get sentences() { return [...this.querySelectorAll('.sentence')] }

  // The draft, as it streams in. Nothing is read out piece by piece.
  beginPreview() {
    const preview = this.querySelector('[data-preview]')
    if (!preview) return this.refresh()
    preview.textContent = ''
    this.querySelector('.reply-head h3').textContent = 'Writing a draft'
  }

  addPiece(text) {
    const preview = this.querySelector('[data-preview]')
    if (!preview) return
    preview.append(text)
    preview.scrollTop = preview.scrollHeight
  }

  // The row changed. A page on which nobody writes shows it; one on which somebody does says so.
  async refresh() {
    const answer = await fetch(this.dataset.url, { headers: { 'HX-Request': 'true' } })
    if (!answer.ok || answer.redirected || !this.isConnected) return
    const html = await answer.text()
    const fresh = new DOMParser().parseFromString(html, 'text/html').getElementById('reply')
    if (this.sameAs(fresh)) return
    if (this.begun) return this.offer(fresh, html)
    if (fresh.dataset.state === 'ready') announce('The draft is ready.')
    this.replaceBy(html)
  }

  sameAs(fresh) {
    return fresh.dataset.state === this.dataset.state && fresh.dataset.draft === this.dataset.draft &&
      Boolean(fresh.querySelector('.notice')) === Boolean(this.querySelector('.notice'))
  }

  offer(fresh, html) {
    if (fresh.dataset.mode !== 'review') return
    const bar = this.querySelector('[data-bar]')
    bar.firstElementChild.textContent = 'A new draft is ready; your text is untouched.'
    bar.querySelector('[data-show-draft]').onclick = () => { this.setAside(); this.replaceBy(html) }
    bar.hidden = false
  }

  replaceBy(html) {
    htmx.swap(this, html, { swapStyle: 'outerHTML' })
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
    const kept = { text: this.textarea.value, draft: this.dataset.draft }
    if (kept.text === this.initial) sessionStorage.removeItem(this.storageKey)
    else sessionStorage.setItem(this.storageKey, JSON.stringify(kept))
  }

  restore() {
    const kept = JSON.parse(sessionStorage.getItem(this.storageKey) ?? 'null')
    if (kept) this.textarea.value = kept.text
    this.mode(kept ? 'write' : this.dataset.mode)
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
    this.keep()
    this.write()
  }

  // Review or write.
  clicked(event) {
    const pressed = (name) => event.target.closest(`[data-${name}]`)
    if (pressed('edit')) this.write()
    if (pressed('review')) this.backToDraft()
    if (pressed('mine')) this.takeBack()
    if (pressed('opens-note')) openNote()
  }

  write() {
    this.mode('write')
    this.textarea.focus()
    this.textarea.setSelectionRange(this.textarea.value.length, this.textarea.value.length)
    this.check()
  }

  backToDraft() {
    this.setAside()
    this.textarea.value = this.initial
    this.mode(this.inProgress ? 'preview' : 'review')
    this.check()
  }

  mode(name) {
    this.dataset.mode = name
    const edit = this.querySelector('[data-edit]')
    if (edit) edit.hidden = name === 'write'
    this.querySelector('[data-review]').hidden = name !== 'write' || !edit
    this.querySelector('[data-mine]').hidden = name === 'write' || !sessionStorage.getItem(this.asideKey)
  }

  keyPressed(event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      if (this.dataset.mode !== 'preview') this.form.requestSubmit(this.querySelector('[data-send]'))
    }
  }

  // Which drafted sentences still stand in the text: the server's own patterns decide, here and when it is sent.
  check() {
    const writing = this.dataset.mode === 'write'
    const lost = new Set(this.form.elements.lost.value.split(',').filter(Boolean))
    const confirmed = []
    const vouched = []
    let unmatched = 0
    for (const sentence of this.sentences) {
      const state = this.stateOf(sentence, lost)
      this.show(sentence, state, writing)
      if (state.stands && state.verdict === 'no_match') unmatched += 1
      const box = sentence.querySelector('[data-confirm] input')
      if (!box?.checked || state.stands) continue
      confirmed.push(box.value)
      vouched.push(sentence.querySelector('.sentence-text').textContent)
    }
    this.form.elements.confirmed.value = confirmed.join(',')
    const own = this.ownWords(writing, vouched)
    this.label(unmatched + own)
    this.tellOwn(own)
  }

  // What the agent added to a draft, or changed in it. A reply without a draft is the agent's own altogether.
  ownWords(writing, vouched) {
    if (!writing || !this.sentences.length || this.textarea.value === this.initial) return 0
    return ownSentences(this.textarea.value, this.sentences.map((one) => one.dataset.pattern), vouched).length
  }

  // Said when the typing pauses, not at every key.
  tellOwn(count) {
    clearTimeout(this.pause)
    this.pause = setTimeout(() => {
      this.querySelector('[data-own]').textContent = count === 0 ? ''
        : `Your own words: ${count} ${count === 1 ? 'sentence' : 'sentences'} without a citation.`
    }, PAUSE_MS)
  }

  refused() {
    this.querySelector('[data-bar]').hidden = true
    this.check()
  }

  stateOf(sentence, lost) {
    const citations = sentence.dataset.citations.split(',').filter(Boolean)
    const gone = citations.length > 0 && citations.every((one) => lost.has(one))
    const stands = new RegExp(sentence.dataset.pattern).test(this.textarea.value.replaceAll('\r\n', '\n'))
    return { stands, verdict: gone ? 'no_match' : sentence.dataset.verdict }
  }

  show(sentence, { stands, verdict }, writing) {
    sentence.dataset.verdict = verdict
    sentence.classList.toggle('gone', writing && !stands)
    const change = sentence.querySelector('[data-change]')
    change.hidden = !writing
    change.textContent = stands ? 'kept' : 'changed'
    sentence.querySelector('[data-verdict-badge]').hidden = writing && !(stands && verdict === 'no_match')
    const confirm = sentence.querySelector('[data-confirm]')
    if (confirm) confirm.hidden = !writing || stands
  }

  label(unmatched) {
    const button = this.querySelector('[data-send]')
    button.classList.toggle('warns', unmatched > 0)
    button.classList.toggle('primary', unmatched === 0)
    button.querySelector('[data-send-label]').textContent = unmatched === 0 ? 'Send'
      : unmatched === 1 ? 'Send – 1 sentence has no match' : `Send – ${unmatched} sentences have no match`
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
  if (event.detail.xhr?.status === 409) {
    document.getElementById('reply').refused()
    document.querySelector('live-ticket').showMessages()
    document.getElementById('refusal').scrollIntoView({ block: 'nearest' })
  }
})
document.addEventListener('written', ({ detail }) => {
  if (detail.kind !== 'reply') return
  const reply = document.getElementById('reply')
  sessionStorage.removeItem(reply.storageKey)
  sessionStorage.removeItem(reply.asideKey)
})

customElements.define('desk-reply', DeskReply)
