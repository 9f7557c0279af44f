// Scripts come after the page, on a slow line long after. What is pressed meanwhile is done once they are there,
// and a form that only a script can send never leaves by itself: what was written in it would be lost.
(() => {
  'use strict'
  const held = new Map()
  const isByScript = (form) => !form.hasAttribute('method') && !form.hasAttribute('action')

  function hold(event, element, again) {
    event.preventDefault()
    event.stopImmediatePropagation() // some of the scripts may be there already
    held.set(element, again)
  }

  function clicked(event) {
    const button = event.target.closest('button[type=button], [role=button]')
    if (button) hold(event, button, () => { if (button.isConnected) button.click() })
  }

  // Never a text that its author has not seen: scripts bring back what was written before a reload.
  const written = (form) => [...form.querySelectorAll('textarea')].map((field) => field.value).join('\0')

  function submitted(event) {
    const { target: form, submitter } = event
    if (!isByScript(form)) return
    const seen = written(form)
    const isAsItWas = () => form.isConnected && written(form) === seen && (!submitter || submitter.form === form)
    hold(event, form, () => {
      if (isAsItWas()) form.requestSubmit(submitter)
      else document.dispatchEvent(new CustomEvent('unsent'))
    })
  }

  function chosen(event) {
    const { target } = event
    if (target.matches('select[hx-post]')) hold(event, target, () => target.dispatchEvent(new Event('change', { bubbles: true })))
  }

  const early = { click: clicked, submit: submitted, change: chosen }
  for (const [name, act] of Object.entries(early)) addEventListener(name, act, { capture: true })
  addEventListener('submit', (event) => { if (isByScript(event.target)) event.preventDefault() }) // if they never come
  document.addEventListener('DOMContentLoaded', () => {
    for (const [name, act] of Object.entries(early)) removeEventListener(name, act, { capture: true })
    for (const again of held.values()) setTimeout(again) // each by itself: one that fails stops no other
  })
})()
