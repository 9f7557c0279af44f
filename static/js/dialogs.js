// Dialogs that the server fills: data-dialog="/address/" on a button opens one. Answered, it closes, and the focus
// goes back to where it came from, or to what took its place.

import { announce } from './notices.js'

let opening = false

async function open(address) {
  if (opening || document.querySelector('dialog[open]')) return
  opening = true
  try {
    const answer = await fetch(address, { headers: { 'HX-Request': 'true' } })
    if (!answer.ok || answer.redirected) return announce('That isn’t there any more. Reload the page.')
    show(await answer.text(), address)
  } catch {
    announce('The desk can’t be reached. Check the connection, then try again.')
  } finally {
    opening = false
  }
}

function show(html, address) {
  const opener = document.activeElement
  const dialog = document.createElement('dialog')
  dialog.className = 'filled'
  dialog.setAttribute('aria-labelledby', 'dialog-title')
  dialog.append(...new DOMParser().parseFromString(html, 'text/html').body.childNodes)
  document.body.append(dialog)
  htmx.process(dialog)
  dialog.addEventListener('close', () => { dialog.remove(); focusAgain(opener, address) })
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close() })
  dialog.showModal()
}

// Sending it swaps the reply, and with it perhaps the button that opened the dialog.
function focusAgain(opener, address) {
  if (opener?.isConnected && opener !== document.body) return opener.focus()
  const places = [`[data-dialog="${address}"]`, '#reply .sentence-text', '#reply [data-preview]', '#reply [data-key="D"]']
  const found = places.map((place) => document.querySelector(place)).find((one) => one?.checkVisibility())
  found?.focus()
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-dialog]')
  if (button) open(button.dataset.dialog)
})
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  // What was written is put aside for the draft that was asked for, not thrown away.
  const asked = /\/(rewrite|bring-back)\/$/.test(detail.requestConfig.path) && detail.requestConfig.verb === 'post'
  if (asked && detail.xhr.status < 300) document.getElementById('reply')?.setAside()
})
document.addEventListener('htmx:afterSwap', ({ detail }) => {
  const { elt, verb } = detail.requestConfig ?? {}
  if (verb === 'post') elt.closest('dialog.filled')?.close()
})
