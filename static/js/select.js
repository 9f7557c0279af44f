// Documents ticked for a bulk change. With Shift, all from the last one that was ticked; rows that the server
// swaps keep their tick.

const picked = new Set()
let last = null

const boxes = () => [...document.querySelectorAll('#document-list [name=documents]')]
const everything = () => document.querySelector('[data-select-all]')

function show() {
  const all = boxes()
  for (const box of all) {
    box.checked = picked.has(box.value)
    box.closest('.document-row').classList.toggle('picked', box.checked)
  }
  const here = all.filter((box) => box.checked).length
  const head = everything()
  head.checked = here > 0 && here === all.length
  head.indeterminate = here > 0 && here < all.length
  document.querySelector('[data-selected]').textContent = here ? `${here} selected` : 'Select all on this page'
}

function pick(box, checked) {
  if (checked) picked.add(box.value)
  else picked.delete(box.value)
}

document.addEventListener('click', (event) => {
  const box = event.target.closest?.('[name=documents]')
  if (!box) return
  const all = boxes()
  const from = event.shiftKey ? all.findIndex((one) => one.value === last) : -1
  const to = all.indexOf(box)
  const range = from < 0 ? [box] : all.slice(Math.min(from, to), Math.max(from, to) + 1)
  for (const one of range) pick(one, box.checked)
  last = box.value
  show()
})

document.addEventListener('change', (event) => {
  if (event.target !== everything()) return
  for (const box of boxes()) pick(box, event.target.checked)
  show()
})

// What is no longer listed is no longer picked.
document.addEventListener('htmx:afterSettle', () => {
  const here = new Set(boxes().map((box) => box.value))
  for (const value of picked) if (!here.has(value)) picked.delete(value)
  show()
})
for (const box of boxes()) if (box.checked) picked.add(box.value) // what the browser kept over a reload
show()
