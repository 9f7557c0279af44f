// The editor: what is written is shown beside it, kept while it is written, and never lost: the server keeps it,
// and this browser what the server has not yet.

import { announce } from './notices.js'

const PREVIEW_MS = 300
const KEEP_MS = 1000
const AGAIN_MS = 5000
const LARGEST_BEACON = 60_000 // bytes that a request may have which outlives its page

const token = () => JSON.parse(document.body.getAttribute('hx-headers'))['x-csrftoken']

class DocumentEditor extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form')
    this.textarea = this.form.elements.text
    this.preview = this.querySelector('[data-preview]')
    this.status = this.querySelector('[data-status]')
    this.form.autocomplete = 'off' // from now on it is kept here: what a browser keeps would look like written early
    this.seen = this.dataset.seen
    this.kept = JSON.stringify([this.form.elements.title.defaultValue, this.textarea.defaultValue])
    const early = this.content() !== this.kept // written before this was there to keep it
    if (this.hasAttribute('data-unkept')) this.keepWhatCameBack()
    else this.restore()
    this.form.addEventListener('input', () => this.changed())
    this.addEventListener('submit', (event) => this.submitted(event))
    this.textarea.addEventListener('paste', (event) => this.pasted(event))
    this.textarea.addEventListener('dragover', (event) => { if (event.dataTransfer.types.includes('Files')) event.preventDefault() })
    this.textarea.addEventListener('drop', (event) => this.dropped(event))
    this.textarea.addEventListener('scroll', () => this.followScroll())
    this.textarea.addEventListener('keydown', (event) => this.keyed(event))
    this.addEventListener('click', (event) => this.clicked(event))
    this.addEventListener('change', (event) => this.chose(event))
    this.leaving = () => this.keepWhileLeaving()
    window.addEventListener('pagehide', this.leaving)
    if (early) this.changed()
    if (this.textarea.value) this.show()
  }

  disconnectedCallback() {
    window.removeEventListener('pagehide', this.leaving)
    for (const timer of [this.showing, this.keeping]) clearTimeout(timer)
    this.request?.abort()
  }

  // The same over a reload: what this tab sent while it was left may arrive after the page is there again.
  get tab() {
    if (!sessionStorage.getItem('tab')) sessionStorage.setItem('tab', `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`)
    return sessionStorage.getItem('tab')
  }

  get storageKey() { return `edit-${this.dataset.author}-${this.dataset.document || 'new'}` }

  content() {
    return JSON.stringify([this.form.elements.title.value, this.textarea.value])
  }

  // What this browser still has and the server never got.
  restore() {
    const held = JSON.parse(localStorage.getItem(this.storageKey) ?? 'null')
    if (!held) return
    if (held.seen !== this.seen || held.content === this.content()) return localStorage.removeItem(this.storageKey)
    const [title, text] = JSON.parse(held.content)
    this.form.elements.title.value = title
    this.textarea.value = text
    this.tell('Brought back from this browser; it had not been kept yet.')
    this.keepSoon()
  }

  // Sent, and not saved: its last words are perhaps in no kept text yet.
  keepWhatCameBack() {
    this.kept = null
    this.hold()
    this.keepSoon(0)
  }

  // From here on the server has the text, or is to forget it: nothing on its way may come after that.
  submitted({ target }) {
    this.submitting = true
    clearTimeout(this.keeping)
    this.keepRequest?.abort()
    if (target !== this.form) localStorage.removeItem(this.storageKey)
  }

  changed() {
    clearTimeout(this.showing)
    this.showing = setTimeout(() => this.show(), PREVIEW_MS)
    this.hold()
    this.keepSoon()
  }

  hold() {
    try {
      localStorage.setItem(this.storageKey, JSON.stringify({ seen: this.seen, content: this.content() }))
    } catch { // full or forbidden: the server keeps it all the same
      this.tell('Not kept yet')
    }
  }

  keepSoon(after = KEEP_MS) {
    clearTimeout(this.keeping)
    this.keeping = setTimeout(() => this.keep(), after)
  }

  async keep() {
    const content = this.content()
    if (content === this.kept || this.overtaken) return
    if (this.isKeeping) return this.keepSoon() // an older text on its way would come after this one
    this.isKeeping = true
    this.tell('Keeping …')
    this.keepRequest = new AbortController()
    const { signal } = this.keepRequest
    try {
      const answer = await fetch(this.dataset.keep, { method: 'POST', body: this.fields(), headers: this.headers(), signal })
      if (answer.redirected || answer.status === 403) return this.tell('You are signed out. Sign in in another tab; your text is kept in this browser.')
      if (answer.status === 409) return this.stop(await answer.text())
      if (!answer.ok) return this.tell(await this.why(answer), true)
      const told = await answer.json()
      this.seen = told.kept
      this.kept = content
      if (this.content() === content) localStorage.removeItem(this.storageKey)
      else { this.hold(); this.keepSoon() }
      this.tell(`Kept at ${new Date(told.kept).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}`)
      this.querySelector('[data-others]').textContent = told.others
    } catch {
      if (this.submitting) return
      this.tell('The desk can’t be reached: your text is kept in this browser, and sent when it can.')
      this.keepSoon(AGAIN_MS)
    } finally {
      this.isKeeping = false
    }
  }

  // Nothing more is kept from here: another tab of the same author is ahead.
  stop(why) {
    this.overtaken = true
    this.tell(why, true)
  }

  keepWhileLeaving() {
    if (this.submitting || this.overtaken || this.content() === this.kept) return
    const body = this.fields()
    const size = new Blob([...body.values()]).size
    if (size < LARGEST_BEACON) fetch(this.dataset.keep, { method: 'POST', body, headers: this.headers(), keepalive: true })
  }

  fields() {
    const body = new FormData()
    body.set('title', this.form.elements.title.value)
    body.set('text', this.textarea.value)
    body.set('based_on', this.form.elements.based_on.value)
    body.set('seen', this.seen)
    body.set('tab', this.tab)
    return body
  }

  headers() { return { 'x-csrftoken': token() } }

  async why(answer) {
    const said = answer.headers.get('content-type')?.startsWith('text/plain') ? await answer.text() : ''
    return said || 'The desk could not do this just now. Your text is kept in this browser; try again in a moment.'
  }

  tell(text, aloud = false) {
    this.status.textContent = text
    if (aloud) announce(text)
  }

  async show() {
    this.request?.abort()
    this.request = new AbortController()
    const { signal } = this.request
    try {
      const answer = await fetch(this.dataset.preview, { method: 'POST', body: this.fields(), headers: this.headers(), signal })
      if (!answer.ok || answer.redirected) return
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
      this.preview.replaceChildren(...fresh.body.childNodes)
      this.followScroll()
    } catch (error) {
      if (error.name !== 'AbortError') this.tell('The preview can’t be made just now: the desk can’t be reached.')
    }
  }

  followScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.textarea
    const place = this.preview.closest('[data-preview-pane]')
    const share = scrollTop / Math.max(scrollHeight - clientHeight, 1)
    place.scrollTop = share * (place.scrollHeight - place.clientHeight)
  }

  pasted(event) {
    const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith('image/'))
    if (!pictures.length) return
    event.preventDefault()
    this.take(pictures)
  }

  dropped(event) {
    if (!event.dataTransfer.files.length) return
    event.preventDefault()
    this.take([...event.dataTransfer.files])
  }

  chose({ target }) {
    if (!target.matches('input[type=file]')) return
    this.take([...target.files])
    target.value = ''
  }

  async take(files) {
    this.problem('')
    for (const file of files) await this.add(file)
  }

  async add(file) {
    const name = file.name.replace(/\.[a-z]+$/i, '').replace(/[[\]()\\]/g, ' ').trim() || 'Picture'
    const waiting = `![Uploading ${name} ${Math.random().toString(36).slice(2, 8)}…]()`
    this.insert(this.onItsOwn(waiting))
    const body = new FormData()
    body.set('file', file)
    body.set('document', this.dataset.document)
    let put = ''
    try {
      const answer = await fetch(this.dataset.pictures, { method: 'POST', body, headers: this.headers() })
      if (answer.ok && !answer.redirected) put = `![${name}](${(await answer.json()).address})`
      else this.problem(`${file.name}: ${await this.why(answer)}`)
    } catch {
      this.problem(`${file.name} was not uploaded: the desk can’t be reached. Add it again.`)
    }
    this.replace(waiting, put)
  }

  // At the beginning of a line it becomes a paragraph; within one it stays among the words.
  onItsOwn(picture) {
    const { value, selectionStart, selectionEnd } = this.textarea
    const before = value.slice(0, selectionStart)
    const after = value.slice(selectionEnd)
    if (!/(^|\n)[ \t]*$/.test(before)) return picture
    const above = /[^\n]\n[ \t]*$/.test(before) ? '\n' : ''
    const below = /^[^\n]/.test(after) ? '\n\n' : /^\n[^\n]/.test(after) ? '\n' : ''
    return `${above}${picture}${below}`
  }

  insert(text) {
    this.textarea.setRangeText(text, this.textarea.selectionStart, this.textarea.selectionEnd, 'end')
    this.changed()
  }

  // Whoever writes on meanwhile goes on where they are; nothing is left selected that the next key would replace.
  replace(what, by) {
    const { value, selectionStart, selectionEnd } = this.textarea
    const at = value.indexOf(what)
    if (at < 0) return
    const end = at + what.length
    const moved = (place) => (place >= end ? place + by.length - what.length : place > at ? at + by.length : place)
    this.textarea.setRangeText(by, at, end, 'end')
    this.textarea.setSelectionRange(moved(selectionStart), moved(selectionEnd))
    this.changed()
  }

  problem(text) {
    const line = this.querySelector('[data-problem]')
    line.textContent = [line.textContent, text].filter(Boolean).join(' ')
    if (!text) line.textContent = ''
  }

  keyed(event) {
    const marks = { b: '**', i: '*', k: 'link' }
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !marks[event.key]) return
    event.preventDefault()
    this.mark(marks[event.key])
  }

  clicked({ target }) {
    const button = target.closest('[data-mark]')
    if (button) return this.mark(button.dataset.mark)
    const tab = target.closest('[data-shows]')
    if (tab) this.turn(tab.dataset.shows)
  }

  // On a phone one of the two is seen.
  turn(shown) {
    this.dataset.shown = shown
    for (const tab of this.querySelectorAll('[data-shows]')) tab.setAttribute('aria-pressed', tab.dataset.shows === shown)
  }

  mark(kind) {
    const { selectionStart: start, selectionEnd: end, value } = this.textarea
    const said = value.slice(start, end)
    const line = value.lastIndexOf('\n', start - 1) + 1
    this.textarea.focus()
    if (kind === 'link') this.textarea.setRangeText(`[${said || 'words'}](https://)`, start, end, 'end')
    else if (kind.endsWith(' ')) this.textarea.setRangeText(kind, line, line, 'end')
    else this.textarea.setRangeText(`${kind}${said}${kind}`, start, end, said ? 'end' : 'preserve')
    if (!said && !kind.endsWith(' ') && kind !== 'link') this.textarea.setSelectionRange(start + kind.length, start + kind.length)
    this.changed()
  }
}

customElements.define('document-editor', DocumentEditor)
