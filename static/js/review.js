// The sentences of a reply, each with what supports it. The server finds out, again whenever its author pauses;
// this shows what it found without touching the text, the focus or what is being read.

const PAUSE_MS = 250
const SAID_AFTER_MS = 900 // read out when the typing has really paused

const token = () => JSON.parse(document.body.getAttribute('hx-headers'))['x-csrftoken']

export class Review {
  constructor(reply) {
    this.reply = reply
    this.form = reply.form
    this.place = reply.querySelector('[data-review]')
    this.vouched = new Set()
    this.place.addEventListener('change', (event) => { if (event.target.matches('[data-vouches]')) this.vouch(event.target) })
  }

  get sentences() { return [...this.place.querySelectorAll('.sentence')] }
  get boxes() { return [...this.place.querySelectorAll('[data-vouches]')] }
  get unvouched() { return this.boxes.filter((box) => !box.checked) }
  // A reply without a draft and without passages is the agent's own: nothing is held against anything.
  get applies() { return this.form.elements.draft.value !== '' || this.form.elements.passages.value !== '' }

  stop() {
    clearTimeout(this.pause)
    clearTimeout(this.silence)
    this.request?.abort()
  }

  soon() {
    this.stop()
    this.pause = setTimeout(() => this.now(), PAUSE_MS)
  }

  async now() {
    this.stop()
    if (!this.applies) return this.show('')
    this.request = new AbortController()
    this.place.toggleAttribute('data-busy', true)
    try {
      const answer = await fetch(this.reply.dataset.check, this.asked(this.request.signal))
      if (!answer.ok || answer.redirected) return this.fail()
      this.show(await answer.text())
      this.place.removeAttribute('data-busy')
    } catch (error) {
      if (error.name !== 'AbortError') this.fail()
    }
  }

  asked(signal) {
    const { text, draft, passages } = this.form.elements
    const body = new URLSearchParams({ text: text.value, draft: draft.value, passages: passages.value })
    return { method: 'POST', body, signal, headers: { 'x-csrftoken': token() } }
  }

  fail() {
    this.place.removeAttribute('data-busy')
    this.summary('The sentences could not be checked just now. They are checked again when you send.')
  }

  summary(text) {
    const line = this.place.querySelector('[data-summary]')
    if (line) line.textContent = text
    this.say(text)
  }

  say(text) {
    clearTimeout(this.silence)
    const said = this.reply.querySelector('[data-said]')
    this.silence = setTimeout(() => { if (said.textContent !== text) said.textContent = text }, SAID_AFTER_MS)
  }

  show(html) {
    const fresh = new DOMParser().parseFromString(html, 'text/html')
    const list = this.place.querySelector('.sentences')
    const wanted = fresh.querySelector('.sentences')
    const focused = this.focused()
    if (list && wanted) {
      merge(list, [...wanted.children])
      this.summary(fresh.querySelector('[data-summary]').textContent)
    } else {
      this.place.replaceChildren(...fresh.body.childNodes)
      if (this.applies) this.say(this.place.querySelector('[data-summary]')?.textContent ?? '')
    }
    this.refocus(focused)
    this.restore()
    this.follow()
    document.dispatchEvent(new CustomEvent('sentences'))
  }

  // A sentence whose verdict changed while it had the focus is another element: its successor gets the focus.
  focused() {
    const sentence = document.activeElement?.closest?.('.sentence')
    if (!sentence || !this.place.contains(sentence)) return null
    return { at: this.sentences.indexOf(sentence), box: document.activeElement.matches('[data-vouches]') }
  }

  refocus(was) {
    if (!was || this.place.contains(document.activeElement)) return
    const sentence = this.sentences[Math.min(was.at, this.sentences.length - 1)]
    const target = (was.box && sentence?.querySelector('[data-vouches]')) || sentence?.querySelector('.sentence-text')
    target?.focus({ preventScroll: true })
  }

  // “I checked this” is said of a sentence as it stands, in the server's words: the box's value. Once it is changed
  // or gone, it is not said any more.
  restore() {
    const standing = new Set(this.boxes.map((box) => box.value))
    this.vouched = new Set([...this.vouched].filter((one) => standing.has(one)))
    for (const box of this.boxes) box.checked = this.vouched.has(box.value)
    this.tell()
  }

  vouch(box) {
    if (box.checked) this.vouched.add(box.value)
    else this.vouched.delete(box.value)
    this.tell()
    this.reply.keep()
  }

  tell() {
    for (const box of this.boxes) box.closest('.sentence').classList.toggle('vouched', box.checked)
    this.form.elements.checked.value = JSON.stringify([...this.vouched])
    this.label()
  }

  // The button says what happens.
  label() {
    const unproven = this.form.elements.draft.value === '' ? 0 : this.unvouched.length
    const button = this.reply.querySelector('[data-send]')
    button.classList.toggle('warns', unproven > 0)
    button.classList.toggle('primary', unproven === 0)
    const partly = this.sentences.filter((one) => one.dataset.verdict === 'partly').length
    button.querySelector('[data-send-label]').textContent = wording(unproven, partly, this.vouched.size)
    if (unproven === 0) this.reply.querySelector('[data-unproven]')?.remove()
  }

  // Each sentence with where it stands in the text; null of one that is not found there.
  places() {
    let end = 0
    return this.sentences.map((sentence) => {
      const text = sentence.querySelector('.sentence-text').textContent
      const start = this.reply.textarea.value.indexOf(text, end)
      if (start < 0) return { sentence, place: null }
      end = start + text.length
      return { sentence, place: { start, end } }
    })
  }

  placeOfChosen() {
    return this.places().find(({ sentence }) => sentence.classList.contains('chosen'))?.place?.end
  }

  // Where the caret stands, in the list: only the list itself is scrolled.
  follow() {
    const { textarea } = this.reply
    const caret = document.activeElement === textarea ? textarea.selectionStart : -1
    let shown = false
    for (const { sentence, place } of this.places()) {
      const here = place !== null && place.start <= caret && caret <= place.end
      sentence.classList.toggle('at-caret', here)
      if (here) reveal(sentence)
      shown ||= here
    }
    // Between sentences: the first that somebody still has to look at.
    const worst = this.unvouched[0]?.closest('.sentence')
    if (caret >= 0 && !shown && worst) reveal(worst)
  }
}

function wording(unproven, partly, vouched) {
  if (unproven) return unproven === 1 ? 'Not yet – 1 sentence has no match' : `Not yet – ${unproven} sentences have no match`
  const said = []
  if (partly) said.push(partly === 1 ? '1 sentence only partly matches' : `${partly} sentences only partly match`)
  if (vouched) said.push(`${vouched} checked by you`)
  return said.length ? `Send – ${said.join(', ')}` : 'Send'
}

// What says the same stays the same element, with its focus and its place; the others come and go around it.
function merge(list, wanted) {
  const had = [...list.children].map((element) => ({ element, says: said(element) }))
  const kept = wanted.map((fresh) => {
    const at = had.findIndex(({ says }) => says === said(fresh))
    return at < 0 ? fresh : had.splice(at, 1)[0].element
  })
  for (const { element } of had) element.remove()
  let next = list.firstElementChild
  for (const one of kept) {
    if (one === next) next = next.nextElementSibling
    else list.insertBefore(one, next)
  }
}

function said(element) {
  const parts = [...element.querySelectorAll('.sentence-line, .sentence-reason, .badge')]
  const { verdict, quotes } = element.dataset
  const box = element.querySelector('[data-vouches]')?.value
  return [verdict, quotes, box, ...parts.map((one) => one.textContent.trim())].join('\n')
}

function reveal(sentence) {
  const list = sentence.parentElement
  const { top, bottom } = list.getBoundingClientRect()
  const own = sentence.getBoundingClientRect()
  if (own.top < top) list.scrollTop -= top - own.top
  else if (own.bottom > bottom) list.scrollTop += own.bottom - bottom
}
