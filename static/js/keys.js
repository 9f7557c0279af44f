// Single keys for people who live in the desk. A key presses what carries it: data-key="r" on a button or link.
// Never fires while somebody types, nor with Ctrl, Alt or Meta.

const PAIR_MS = 1000
const PLACES = { i: '/tickets/', s: '/search/', d: '/documents/' }
let waitingForPlace = 0

function typing(target) {
  return target.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]')
}

function showKeys() {
  const dialog = document.getElementById('keys')
  if (dialog && !dialog.open) dialog.showModal()
}

function goTo(key) {
  waitingForPlace = 0
  if (PLACES[key]) location.assign(PLACES[key])
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === 'Escape' && typing(event.target)) return event.target.blur()
  if (typing(event.target) || document.querySelector('dialog[open]')) return
  if (Date.now() < waitingForPlace) return goTo(event.key)
  if (event.key === '?') return showKeys()
  if (event.key === 'g') { waitingForPlace = Date.now() + PAIR_MS; return }
  press(event)
}

function press(event) {
  const key = CSS.escape(event.key)
  const target = [...document.querySelectorAll(`[data-key="${key}"]`)].find((one) => one.checkVisibility())
  if (!target) return
  event.preventDefault()
  if (target.matches('input, textarea, [tabindex]:not(a, button)')) target.focus()
  else target.click()
}

document.addEventListener('keydown', pressed)
document.addEventListener('click', (event) => { if (event.target.closest('[data-shows-keys]')) showKeys() })
