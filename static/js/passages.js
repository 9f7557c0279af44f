// The passages beside a draft: pin and exclude them for the next one, find another, insert a quote into the reply.
// What was chosen survives a reload and ends with the draft that it was chosen for; what was added stays until a
// reply is sent, because sentences may rest on it.

import { announce } from './notices.js'
import { chooseQuote, closeDrawer, mark, offerSentences, openDrawer } from './evidence.js'
import { visibleText } from './quotes.js'

export const keyOfPassages = ({ agent, ticket }) => `passages-${agent}-${ticket}`

const ids = (given) => (given ?? '').split(',').filter(Boolean)
const pane = () => document.getElementById('passages')
const reply = () => document.getElementById('reply')

class EvidencePassages extends HTMLElement {
  connectedCallback() {
    Object.assign(this, { pinned: ids(this.dataset.pinned), excluded: ids(this.dataset.excluded), added: [] }, this.kept())
    this.show()
    if (this.added.length) customElements.whenDefined('desk-reply').then(() => this.showAdded())
    mark()
  }

  get storageKey() { return keyOfPassages(this.dataset) }
  get offered() { return this.querySelectorAll('.exhibit:not(.former)') }
  get differs() {
    return this.pinned.toSorted().join() !== ids(this.dataset.pinned).toSorted().join() ||
      this.excluded.toSorted().join() !== ids(this.dataset.excluded).toSorted().join()
  }

  kept() {
    const { draft, pinned, excluded, added = [] } = JSON.parse(sessionStorage.getItem(this.storageKey) ?? '{}')
    return draft === this.dataset.draft ? { pinned, excluded, added } : { added }
  }

  keep() {
    const { pinned, excluded, added } = this
    if (!this.differs && !added.length) sessionStorage.removeItem(this.storageKey)
    else sessionStorage.setItem(this.storageKey, JSON.stringify({ draft: this.dataset.draft, pinned, excluded, added }))
  }

  // A passage is pinned, or excluded, or neither.
  toggle(passage, kind) {
    const was = this[kind].includes(passage)
    this.pinned = this.pinned.filter((one) => one !== passage)
    this.excluded = this.excluded.filter((one) => one !== passage)
    if (!was) this[kind].push(passage)
    this.keep()
    this.show()
  }

  show() {
    for (const one of this.querySelectorAll('[data-passage]')) {
      for (const kind of ['pinned', 'excluded']) {
        const on = this[kind].includes(one.dataset.passage)
        one.classList.toggle(kind, on)
        one.querySelector(`[data-choice="${kind}"]`)?.setAttribute('aria-pressed', on)
        one.querySelector(`[data-state="${kind}"]`)?.toggleAttribute('hidden', !on)
      }
    }
    const bar = this.querySelector('[data-choice-bar]')
    if (bar) bar.hidden = !this.differs
    this.count()
  }

  count() {
    const total = this.offered.length
    const said = [`${total} ${total === 1 ? 'passage' : 'passages'}`]
    if (this.querySelector('.exhibit.former')) said.splice(0, total ? 0 : 1, 'Passages of the draft before, until the new one is written')
    if (this.pinned.length) said.push(`${this.pinned.length} pinned`)
    if (this.excluded.length) said.push(`${this.excluded.length} excluded`)
    const line = this.querySelector('[data-count]')
    if (line.textContent !== said.join(' · ')) line.textContent = said.join(' · ')
    if (this.querySelector('.exhibit')) line.parentElement.hidden = false
  }

  // Found passages, in the order in which they were added; the server numbers them, as its check does.
  async add(passage) {
    if (this.added.includes(passage)) await this.adding // pressed twice
    if (this.querySelector(`.exhibit[data-passage="${passage}"]`)) return true
    const last = Math.max(0, ...[...this.offered].map((one) => Number(one.dataset.number)))
    if (last >= this.dataset.most) {
      announce(`${this.dataset.most} passages are the most. Remove one that you added, or exclude some and have the draft written again.`)
      return false
    }
    this.added.push(passage)
    this.keep()
    await this.showAdded()
    return this.querySelector(`.exhibit[data-passage="${passage}"]`) !== null
  }

  letGo(passage) {
    this.added = this.added.filter((one) => one !== passage)
    this.pinned = this.pinned.filter((one) => one !== passage)
    this.keep()
    return this.showAdded()
  }

  // The draft is the same, but a passage may be withdrawn or internal by now: what can be done with it changes,
  // its text and what is being read stay where they are.
  renew(fresh) {
    const scroller = this.parentElement
    const before = this.firstRead()
    const was = before?.getBoundingClientRect().top
    const renewed = [...fresh.querySelectorAll('.exhibits:not([data-added-list]) > .exhibit:not(.former)')].filter((one) => this.renewOne(one))
    if (!renewed.length) return
    if (before) scroller.scrollTop += before.getBoundingClientRect().top - was
    const kept = [...ids(this.dataset.pinned), ...ids(this.dataset.excluded)] // for the next draft, as after a reload
    const usable = (one) => kept.includes(one) || !renewed.some((gone) => gone.dataset.was === one)
    Object.assign(this, { pinned: this.pinned.filter(usable), excluded: this.excluded.filter(usable) })
    this.keep()
    this.show()
    mark()
    if (this.added.length) this.showAdded()
  }

  // What stands at the top of what is seen; the text itself, because a line may come above it.
  firstRead() {
    const { top } = this.parentElement.getBoundingClientRect()
    return [...this.querySelectorAll('.passage')].find((one) => one.getBoundingClientRect().bottom > top)
  }

  renewOne(fresh) {
    const own = this.querySelector(`.exhibits:not([data-added-list]) > .exhibit[data-number="${fresh.dataset.number}"]`)
    const note = (one) => one.querySelector('article > p')
    if (!own || (note(own)?.textContent === note(fresh)?.textContent && own.dataset.passage === fresh.dataset.passage)) return false
    const [foot, freshFoot] = [own, fresh].map((one) => one.querySelector('.exhibit-foot'))
    const had = foot.contains(document.activeElement)
    fresh.dataset.was = fresh.dataset.passage ? '' : own.dataset.passage ?? ''
    note(own)?.remove()
    if (note(fresh)) own.querySelector('.passage').before(note(fresh))
    if (fresh.dataset.passage) own.dataset.passage = fresh.dataset.passage
    else { own.removeAttribute('data-passage'); own.classList.remove('pinned', 'excluded') }
    for (const state of fresh.dataset.passage ? [] : own.querySelectorAll('[data-state]')) state.hidden = true
    foot.replaceWith(freshFoot)
    if (had) (freshFoot.querySelector('button, a') ?? document.getElementById('find-passage'))?.focus({ preventScroll: true })
    return true
  }

  // One after the other: of two on their way the older answer would let go what the newer one added.
  showAdded() {
    this.adding = Promise.resolve(this.adding).then(() => this.loadAdded())
    return this.adding
  }

  async loadAdded() {
    const asked = [...this.added]
    const html = await textOf(`${this.dataset.added}?draft=${this.dataset.draft}&added=${asked.join()}`)
    if (html === null || !this.isConnected) return
    const list = this.querySelector('[data-added-list]')
    const fresh = new DOMParser().parseFromString(`<ol>${html}</ol>`, 'text/html')
    list.replaceChildren(...fresh.querySelectorAll('.exhibit'))
    // What customers may no longer read is not among them.
    const shown = [...list.children].map((one) => one.dataset.passage)
    this.added = this.added.filter((one) => shown.includes(one) || !asked.includes(one))
    this.querySelector('.empty')?.toggleAttribute('hidden', shown.length > 0)
    this.keep()
    this.show()
    reply()?.setPassages(this.added)
    mark()
  }
}

async function textOf(address) {
  try {
    const answer = await fetch(address, { headers: { 'HX-Request': 'true' } })
    return answer.ok && !answer.redirected ? await answer.text() : null
  } catch {
    announce('The desk can’t be reached. Check the connection, then try again.')
    return null
  }
}

// The words that somebody selected in this passage, or its quote that is lit, or the one quote that it has.
function quoteIn(exhibit) {
  const selection = getSelection()
  if (!selection.isCollapsed && exhibit.querySelector('.passage').contains(selection.anchorNode)) return selection.toString().trim()
  const lit = [...exhibit.querySelectorAll('mark.lit')]
  const marked = [...exhibit.querySelectorAll('mark')]
  return visibleText(lit.length || marked.length !== 1 ? lit : marked)
}

function insertFrom(exhibit) {
  const words = quoteIn(exhibit)
  if (words) return insert(words)
  offerSentences(exhibit.querySelector('.passage'))
  const first = exhibit.querySelector('mark')
  if (!first) return
  openDrawer()
  chooseQuote(first)
  announce('Choose a sentence: j and k, or a click. Then insert it: i.')
}

function insert(words) {
  offerSentences(null)
  closeDrawer()
  reply()?.insertText(words)
}

function pressed(target) {
  const one = target.closest('[data-passage]')
  const choice = target.closest('[data-choice]')
  if (choice) { pane().toggle(one.dataset.passage, choice.dataset.choice); tell(one, choice) }
  else if (target.closest('[data-removes]')) remove(one)
  else if (target.closest('[data-insert]')) insertFrom(one)
  else if (target.closest('[data-adds]')) take(one, target.closest('[data-adds]').dataset.adds === 'quote')
  else if (target.closest('[data-ends-finding]')) endFinding()
}

// Keys work while the drawer is closed; then what they did is said.
function tell(one, choice) {
  if (getComputedStyle(one).visibility === 'visible') return
  const on = choice.getAttribute('aria-pressed') === 'true'
  announce(`Passage ${one.dataset.number} is ${on ? choice.dataset.choice : `no longer ${choice.dataset.choice}`}.`)
}

async function remove(exhibit) {
  const within = exhibit.contains(document.activeElement)
  await pane().letGo(exhibit.dataset.passage)
  if (within) (pane().querySelector('[data-added-list] [data-removes]') ?? document.getElementById('find-passage')).focus()
}

async function take(hit, withQuote) {
  const passage = hit.dataset.passage
  if (!await pane().add(passage)) return
  if (withQuote) return insert(hit.dataset.quote)
  if (!pane().pinned.includes(passage)) pane().toggle(passage, 'pinned')
  const added = pane().querySelector(`.exhibit[data-passage="${passage}"]`)
  if (!added) return // another ticket is open by now
  announce(`Pinned as passage ${added.dataset.number}.`)
  endFinding()
  added.scrollIntoView({ block: 'nearest' })
  added.querySelector('[data-choice="pinned"]').focus()
}

// The field stays where it is while the pane is scrolled; what it finds stands at the pane's beginning.
const found = () => document.getElementById('passage-hits')
let readBefore = null

function remember() {
  if (!found().firstElementChild) readBefore = found().parentElement.scrollTop
}

function showFound() {
  if (found().firstElementChild) found().parentElement.scrollTop = 0
  else goBackToReading()
}

function goBackToReading() {
  if (readBefore !== null) found().parentElement.scrollTop = readBefore
  readBefore = null
}

function endFinding() {
  htmx.trigger('.find-passage', 'htmx:abort') // an answer on its way
  found().replaceChildren()
  const field = document.getElementById('find-passage')
  field.value = ''
  field.focus()
  goBackToReading()
}

// “i” presses the button beside what is chosen.
function keyForInserting() {
  const buttons = [...document.querySelectorAll('#passages [data-insert]')]
  const chosen = buttons.find((one) => one.closest('.exhibit').classList.contains('chosen')) ?? buttons[0]
  giveKey(chosen)
}

function giveKey(button) {
  for (const one of document.querySelectorAll('#passages [data-insert]')) {
    for (const attribute of ['data-key', 'aria-keyshortcuts']) {
      if (one === button) one.setAttribute(attribute, 'i')
      else one.removeAttribute(attribute)
    }
  }
}

let selected = '' // the words that the key was last given for

function keyForSelected() {
  const selection = getSelection()
  const exhibit = selection.anchorNode?.parentElement?.closest('#passages .exhibit')
  const words = exhibit ? selection.toString() : ''
  if (words === selected) return
  selected = words
  if (words) giveKey(exhibit.querySelector('[data-insert]'))
}

document.addEventListener('click', (event) => pressed(event.target))
document.addEventListener('chosen', keyForInserting)
document.addEventListener('selectionchange', keyForSelected)
// The browser tells of a selection a moment later: whoever is quicker with the key means it too.
document.addEventListener('keydown', keyForSelected, { capture: true })
// Whatever asks for a draft asks for it with what is chosen here.
document.addEventListener('htmx:configRequest', ({ detail }) => {
  if (!pane() || !detail.path.endsWith('/draft/again/')) return
  detail.parameters.pinned = pane().pinned.join()
  detail.parameters.excluded = pane().excluded.join()
})
document.addEventListener('htmx:beforeSwap', ({ detail }) => { if (detail.target?.id === 'passage-hits') remember() })
document.addEventListener('htmx:afterSettle', ({ detail }) => { if (detail.target?.id === 'passage-hits') showFound() })
document.addEventListener('keydown', (event) => {
  if (event.target.id === 'find-passage' && event.key === 'Escape' && document.getElementById('passage-hits').firstElementChild) {
    event.preventDefault()
    endFinding()
  }
})

customElements.define('evidence-passages', EvidencePassages)
