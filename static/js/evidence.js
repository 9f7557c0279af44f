// The draft and its evidence are one object: choosing a sentence lights its quotes and brings them into view,
// choosing a quote lights the sentences that rest on it.

const numbers = (element) => (element?.dataset.citations ?? '').split(',').filter(Boolean)
const share = (some, others) => some.some((one) => others.includes(one))

function choose(citations, sentence, { reveal }) {
  for (const one of document.querySelectorAll('.sentence')) {
    const chosen = one === sentence || (!sentence && share(numbers(one), citations))
    one.classList.toggle('chosen', chosen)
    one.querySelector('.sentence-text').setAttribute('aria-pressed', chosen)
  }
  for (const quote of document.querySelectorAll('.passage mark')) quote.classList.toggle('lit', share(numbers(quote), citations))
  for (const exhibit of document.querySelectorAll('.exhibit')) exhibit.classList.toggle('chosen', Boolean(exhibit.querySelector('.lit')))
  if (reveal === 'quote') document.querySelector('.passage mark.lit')?.scrollIntoView({ block: 'center' })
  if (reveal === 'sentence') document.querySelector('.sentence.chosen')?.scrollIntoView({ block: 'nearest' })
}

function chosen(target) {
  const chip = target.closest('.sentence [data-citation]')
  const sentence = target.closest('.sentence')
  const quote = target.closest('.passage mark')
  if (chip) { openDrawer(); return choose([chip.dataset.citation], sentence, { reveal: 'quote' }) }
  if (target.closest('.sentence-text')) { openDrawerFor(sentence); return choose(numbers(sentence), sentence, { reveal: 'quote' }) }
  if (quote) choose(numbers(quote), null, { reveal: 'sentence' })
}

function step(sentence, by) {
  const all = [...document.querySelectorAll('.sentence')]
  const next = all[all.indexOf(sentence) + by]
  if (!next) return
  const text = next.querySelector('.sentence-text')
  text.focus()
  choose(numbers(next), next, { reveal: 'quote' })
}

function keyPressed(event) {
  const { target, key } = event
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (key === 'Escape' && !document.querySelector('dialog[open]')) return closeDrawer()
  if (!target.matches?.('.sentence-text, .passage mark')) return
  if (key === 'Enter' || key === ' ') { event.preventDefault(); return chosen(target) }
  const sentence = target.closest('.sentence')
  const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key]
  if (sentence && by) { event.preventDefault(); step(sentence, by) }
}

// Where the evidence is a drawer, it opens for a chosen citation and gives the focus back.
const drawer = () => document.getElementById('evidence')
const isDrawer = () => getComputedStyle(drawer()).position !== 'static'
let opener = null

function openDrawer() {
  if (!drawer() || !isDrawer() || drawer().classList.contains('open')) return
  opener = document.activeElement
  drawer().classList.add('open')
  setExpanded(true)
}

function openDrawerFor(sentence) {
  if (numbers(sentence).length && matchMedia('(min-width: 900px)').matches) openDrawer()
}

function closeDrawer() {
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
  else chosen(event.target)
})
document.addEventListener('focusin', (event) => {
  const sentence = event.target.closest('.sentence')
  if (event.target.matches('.sentence-text:focus-visible')) choose(numbers(sentence), sentence, { reveal: 'quote' })
})
document.addEventListener('keydown', keyPressed)
