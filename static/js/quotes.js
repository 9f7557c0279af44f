// Mark quotes in a passage's text. A quote is "NUMBER:START-END", counted in code points, as the server counts;
// the text on the page is the passage's own, of which Markdown's marks are hidden and not left out.

const texts = new WeakMap()

// Each stretch that is quoted becomes a button; where quotes overlap, a stretch belongs to each of them.
export function marks(passage, quotes) {
  const wanted = quotes.join(' ')
  if ((passage.dataset.marked ?? '') === wanted) return
  if (!texts.has(passage)) texts.set(passage, signsOf(passage))
  const focused = passage.contains(document.activeElement) ? document.activeElement.dataset.quotes : null
  const places = quotes.map((quote) => ({ quote, ...placeOf(quote) }))
  passage.replaceChildren(...stretches(texts.get(passage), places).map(shown))
  passage.dataset.marked = wanted
  if (focused) [...passage.querySelectorAll('mark')].find((one) => one.dataset.quotes === focused)?.focus()
}

function placeOf(quote) {
  const [start, end] = quote.split(':')[1].split('-').map(Number)
  return { start, end }
}

// As it is read: without what is hidden.
export function visibleText(elements) {
  return elements.map((element) => [...element.childNodes]
    .filter((node) => !node.hidden).map((node) => node.textContent).join('')).join('').trim()
}

// Each sentence of the passage as a quote, for somebody who chooses one by keys.
export function sentencesAsQuotes(passage) {
  if (!texts.has(passage)) texts.set(passage, signsOf(passage))
  const shown = texts.get(passage).flatMap(({ sign, hidden }, place) => (hidden ? [] : Array.from({ length: sign.length }, () => ({ sign, place }))))
  const text = texts.get(passage).map(({ sign, hidden }) => (hidden ? '' : sign)).join('')
  const segments = new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text)
  return [...segments].flatMap(({ segment, index }) => {
    const words = segment.trim()
    if (!/[\p{L}\p{N}]/u.test(words)) return []
    const from = index + segment.indexOf(words)
    return [`${passage.dataset.number}:${shown[from].place}-${shown[from + words.length - 1].place + 1}`]
  })
}

function signsOf(passage) {
  return [...passage.childNodes].flatMap((node) => Array.from(node.textContent, (sign) => ({ sign, hidden: Boolean(node.hidden) })))
}

function stretches(signs, places) {
  const edges = places.flatMap(({ start, end }) => [start, end]).filter((edge) => edge > 0 && edge < signs.length)
  const cuts = [...new Set([0, ...edges, signs.length])].sort((one, other) => one - other)
  return cuts.slice(1).map((end, n) => ({
    signs: signs.slice(cuts[n], end),
    quotes: places.filter((place) => place.start <= cuts[n] && end <= place.end).map(({ quote }) => quote),
  }))
}

function shown({ signs, quotes }) {
  const says = signs.some(({ sign, hidden }) => !hidden && sign.trim())
  if (!quotes.length || !says) {
    const plain = document.createDocumentFragment()
    plain.append(...runs(signs))
    return plain
  }
  const mark = document.createElement('mark')
  mark.dataset.quotes = quotes.join(' ')
  mark.tabIndex = 0
  mark.setAttribute('role', 'button')
  mark.append(...runs(signs))
  return mark
}

function runs(signs) {
  const nodes = []
  for (let from = 0; from < signs.length;) {
    const { hidden } = signs[from]
    let to = from
    while (to < signs.length && signs[to].hidden === hidden) to += 1
    const text = signs.slice(from, to).map(({ sign }) => sign).join('')
    nodes.push(hidden ? hiddenSpan(text) : document.createTextNode(text))
    from = to
  }
  return nodes
}

function hiddenSpan(text) {
  const span = document.createElement('span')
  span.hidden = true
  span.textContent = text
  return span
}
