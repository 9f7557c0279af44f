// Single keys for people who live in the desk. A key presses what carries it: data-key="r" on a button or link;
// "1" and "Shift+1" are digits on any keyboard. In a dialog only its own keys act. Never fires while somebody
// types, nor with Ctrl, Alt or Meta.

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
  if (typing(event.target)) return
  const dialog = document.querySelector('dialog[open]')
  if (dialog) return press(event, dialog)
  if (Date.now() < waitingForPlace) return goTo(event.key)
  if (event.key === '?') return showKeys()
  if (event.key === 'g') { waitingForPlace = Date.now() + PAIR_MS; return }
  press(event, document)
}

// Which sign a digit gives together with Shift is the keyboard's matter: "!", or "1" in France. One that gives a
// key that is listed by itself, as "/" in Germany, stays that key.
function names(event) {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]
  if (!digit) return [event.key]
  return event.shiftKey ? [event.key, `Shift+${digit}`].filter((one) => one !== digit) : [digit]
}

function press(event, among) {
  const carries = names(event).flatMap((name) => [...among.querySelectorAll(`[data-key~="${CSS.escape(name)}"]`)])
  const target = carries.find((one) => one.checkVisibility())
  if (!target) return
  event.preventDefault()
  if (!target.matches('input, textarea, [tabindex]:not(a, button)')) return target.click()
  target.dispatchEvent(new CustomEvent('reached', { bubbles: true })) // where it stands may have to be opened
  target.focus()
}

document.addEventListener('keydown', pressed)
document.addEventListener('click', (event) => { if (event.target.closest('[data-shows-keys]')) showKeys() })
