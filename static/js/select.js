// Documents ticked for a bulk change. With Shift, all from the last one that was ticked; rows that the server
// swaps keep their tick. The button says what is done, and to how many.

const picked = new Set()
let last = null

const form = document.getElementById('bulk')
const action = form.querySelector('[name=action]')
const boxes = () => [...document.querySelectorAll('#document-list [name=documents]')]
const everything = () => document.querySelector('[data-select-all]')
const every = () => document.querySelector('[data-every]')

function show() {
  const all = boxes()
  const matching = every()?.checked ? Number(every().dataset.every) : 0
  for (const box of all) {
    box.checked = matching > 0 || picked.has(box.value)
    box.closest('.document-row').classList.toggle('picked', box.checked)
  }
  const here = all.filter((box) => box.checked).length
  const head = everything()
  head.checked = here > 0 && here === all.length
  head.indeterminate = here > 0 && here < all.length
  const chosen = matching || here
  document.querySelector('[data-selected]').textContent = chosen ? `${chosen} selected` : 'Select all on this page'
  const which = chosen ? `: ${chosen} document${chosen === 1 ? '' : 's'}` : ''
  form.querySelector('[data-does]').textContent = `${action.selectedOptions[0].textContent}${which}…`
}

function pick(box, checked) {
  if (checked) picked.add(box.value)
  else picked.delete(box.value)
}

// Whoever unticks one of all that match has those of this page but that one.
function onlyThisPage() {
  if (!every()?.checked) return
  every().checked = false
  for (const box of boxes()) picked.add(box.value)
}

document.addEventListener('click', (event) => {
  const box = event.target.closest?.('[name=documents]')
  if (!box) return
  onlyThisPage()
  const all = boxes()
  const from = event.shiftKey ? all.findIndex((one) => one.value === last) : -1
  const to = all.indexOf(box)
  const range = from < 0 ? [box] : all.slice(Math.min(from, to), Math.max(from, to) + 1)
  for (const one of range) pick(one, box.checked)
  last = box.value
  show()
})

document.addEventListener('change', ({ target }) => {
  if (target === everything()) {
    onlyThisPage()
    for (const box of boxes()) pick(box, target.checked)
  } else if (target === every() && !target.checked) picked.clear()
  else if (target !== every() && target !== action) return
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
