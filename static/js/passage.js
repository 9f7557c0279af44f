// Light the passage that a citation links to (`?passage=12`, `#passage-12`), and in it the words quoted (`?quote=…`).

const text = document.getElementById('text')
const asked = new URLSearchParams(location.search)

if (text) {
  window.addEventListener('hashchange', light)
  light()
}

function light() {
  const number = /^#passage-(\d+)$/.exec(location.hash)?.[1] ?? asked.get('passage')
  const blocks = [...text.querySelectorAll('[data-passages]')]
  const lit = blocks.filter((block) => number && block.dataset.passages.split(' ').includes(number))
  for (const block of blocks) block.classList.toggle('lit', lit.includes(block))
  for (const link of document.querySelectorAll('[data-passage]')) {
    if (link.dataset.passage === number) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
  }
  if (!lit.length) return
  const quoted = quote(lit)
  text.classList.toggle('quoted', quoted !== null)
  ;(quoted ?? lit[0]).scrollIntoView({ block: 'center' })
}

// The quote as it stands on the page, where markup may cut it into pieces: compared without blanks and marks.
function quote(blocks) {
  const wanted = bare(asked.get('quote') ?? '')
  if (!wanted || !window.Highlight) return null
  CSS.highlights.delete('quote')
  const places = blocks.flatMap(signs)
  const start = places.map((place) => place.sign).join('').indexOf(wanted)
  if (start < 0) return null
  const first = places[start]
  const last = places[start + wanted.length - 1]
  const range = new Range()
  range.setStart(first.node, first.at)
  range.setEnd(last.node, last.at + 1)
  CSS.highlights.set('quote', new Highlight(range))
  return first.node.parentElement
}

function bare(words) {
  return words.replace(/[^\p{L}\p{N}]|[\u{10000}-\u{10FFFF}]/gu, '')
}

function signs(block) {
  const places = []
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let at = 0; at < node.data.length; at += 1) {
      if (bare(node.data[at])) places.push({ sign: node.data[at], node, at })
    }
  }
  return places
}
