// The draft and its evidence are one object: choosing a sentence lights its quotes and brings them into view,
// choosing a quote lights the sentences that rest on it. Where the evidence is a drawer, it opens for them.

import { marks, sentencesAsQuotes, visibleText } from './quotes.js'

const list = (words) => (words ?? '').split(' ').filter(Boolean)
const share = (some, others) => some.some((one) => others.includes(one))
const all = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility())
const sentences = () => all('.sentence')
const quotesOf = (element) => list(element?.dataset.quotes)
const words = (sentence) => sentence?.querySelector('.sentence-text')?.textContent ?? null

// What is chosen outlives its elements: they are rendered anew while somebody types.
let chosen = { quotes: [], words: null }

// Which stretches are quoted is said by the sentences that stand on the page now.
export function mark() {
  const quoted = new Set(sentences().flatMap(quotesOf))
  for (const passage of document.querySelectorAll('.exhibit .passage')) {
    for (const one of list(passage.dataset.offers)) quoted.add(one)
    marks(passage, [...quoted].filter((quote) => quote.startsWith(`${passage.dataset.number}:`)).sort())
  }
  const again = sentences().find((one) => chosen.words !== null && words(one) === chosen.words)
  if (again) choose(quotesOf(again), again, {})
  else choose(chosen.quotes.filter((quote) => quoted.has(quote)), null, {})
}

// Each sentence of this passage can be chosen, whether a sentence of the reply rests on it or not.
export function offerSentences(passage) {
  for (const one of document.querySelectorAll('.passage[data-offers]')) delete one.dataset.offers
  if (passage) passage.dataset.offers = sentencesAsQuotes(passage).join(' ')
  mark()
}

export function chooseQuote(quote) {
  quote.focus()
  choose(quotesOf(quote), null, { reveal: 'quote' })
}

function choose(quotes, sentence, { reveal }) {
  chosen = { quotes, words: words(sentence) }
  for (const one of sentences()) {
    const isChosen = one === sentence || (!sentence && share(quotesOf(one), quotes))
    one.classList.toggle('chosen', isChosen)
    one.querySelector('.sentence-text')?.setAttribute('aria-pressed', isChosen)
  }
  for (const one of document.querySelectorAll('.passage mark')) {
    const isLit = share(quotesOf(one), quotes)
    one.classList.toggle('lit', isLit)
    one.setAttribute('aria-pressed', isLit)
  }
  for (const exhibit of document.querySelectorAll('.exhibit')) light(exhibit)
  if (reveal === 'quote') document.querySelector('.passage mark.lit')?.scrollIntoView({ block: 'center' })
  if (reveal === 'sentence') document.querySelector('.sentence.chosen')?.scrollIntoView({ block: 'nearest' })
  document.dispatchEvent(new CustomEvent('chosen'))
}

// Its link leads to the quote that is lit.
function light(exhibit) {
  const lit = [...exhibit.querySelectorAll('mark.lit')]
  const shown = lit.length ? lit : [...exhibit.querySelectorAll('mark')].slice(0, 1)
  exhibit.classList.toggle('chosen', lit.length > 0)
  const link = exhibit.querySelector('[data-document]')
  if (!link || !shown.length || !new URL(link.href).searchParams.has('passage')) return
  const address = new URL(link.href)
  address.searchParams.set('quote', visibleText(shown).slice(0, 2000))
  link.href = address
}

function pressed(target) {
  const sentence = target.closest('.sentence')
  const chip = target.closest('.sentence .chip')
  const quote = target.closest('.passage mark')
  if (chip) {
    openDrawer()
    const own = quotesOf(sentence).filter((one) => one.startsWith(`${chip.textContent.trim()}:`))
    return choose(own, sentence, { reveal: 'quote' })
  }
  if (target.closest('.sentence-text')) { openDrawerFor(sentence); return choose(quotesOf(sentence), sentence, { reveal: 'quote' }) }
  if (quote) choose(quotesOf(quote), null, { reveal: 'sentence' })
}

// j and k go on within a list; left and right go from a sentence to its quote, and back.
function step(target, by) {
  const among = target.matches('mark') ? all('.passage mark') : all('.sentence-text')
  const next = among[among.indexOf(target) + by]
  if (!next) return
  next.focus()
  const sentence = next.closest('.sentence')
  choose(quotesOf(sentence ?? next), sentence, { reveal: sentence ? 'quote' : 'sentence' })
}

function toQuote(sentence) {
  choose(quotesOf(sentence), sentence, { reveal: 'quote' })
  if (!document.querySelector('.passage mark.lit')) return
  openDrawer(sentence.querySelector('.sentence-text'))
  document.querySelector('.passage mark.lit').focus()
}

function toSentence(quote) {
  if (!share(quotesOf(quote), chosen.quotes)) choose(quotesOf(quote), null, {})
  const sentence = document.querySelector('.sentence.chosen .sentence-text')
  closeDrawer()
  sentence?.focus()
}

function keyPressed(event) {
  const { target, key } = event
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (key === 'Escape' && !document.querySelector('dialog[open]') && !target.matches?.('input, textarea, select')) return closeDrawer()
  if (!target.matches?.('.sentence-text, .passage mark')) return
  const doing = {
    Enter: () => pressed(target), ' ': () => pressed(target),
    j: () => step(target, 1), ArrowDown: () => step(target, 1), k: () => step(target, -1), ArrowUp: () => step(target, -1),
    ArrowRight: () => target.matches('.sentence-text') && toQuote(target.closest('.sentence')),
    ArrowLeft: () => target.matches('mark') && toSentence(target),
  }[key]
  if (!doing) return
  event.preventDefault()
  doing()
}

// The drawer opens for a chosen citation and gives the focus back.
const drawer = () => document.getElementById('evidence')
const isDrawer = () => getComputedStyle(drawer()).position !== 'static'
let opener = null

export function openDrawer(from = document.activeElement) {
  if (!drawer() || !isDrawer() || drawer().classList.contains('open')) return
  opener = from
  drawer().classList.add('open')
  setExpanded(true)
}

function openDrawerFor(sentence) {
  if (quotesOf(sentence).length && matchMedia('(min-width: 900px)').matches) openDrawer()
}

export function closeDrawer() {
  if (!drawer()?.classList.contains('open')) return
  const within = drawer().contains(document.activeElement)
  drawer().classList.remove('open')
  setExpanded(false)
  if (within) opener?.focus()
}

function setExpanded(open) {
  document.querySelector('.opens-evidence')?.setAttribute('aria-expanded', open)
}

document.addEventListener('click', (event) => {
  if (event.target.closest('.opens-evidence')) { openDrawer(); drawer().querySelector('.closes-evidence').focus() }
  else if (event.target.closest('.closes-evidence')) closeDrawer()
  else pressed(event.target)
})
document.addEventListener('focusin', (event) => {
  const sentence = event.target.closest('.sentence')
  if (event.target.matches('.sentence-text:focus-visible')) choose(quotesOf(sentence), sentence, { reveal: 'quote' })
})
document.addEventListener('keydown', keyPressed)
document.addEventListener('reached', (event) => { if (drawer()?.contains(event.target)) openDrawer() })
document.addEventListener('sentences', mark)
document.addEventListener('htmx:afterSettle', mark)
mark()
