// The frame's side of opening and closing: the page around it does both, this asks and is told.

const around = window.parent === window ? null : window.parent

export function say(what, more = {}) {
  // Nothing secret is ever said, and the page around decides only whether it shows us.
  around?.postMessage({ citedesk: what, ...more }, '*')
}

export function onShown(act) {
  addEventListener('message', (event) => {
    if (event.source === around && event.data?.citedesk === 'shown') act()
  })
}

const button = document.getElementById('close')
button.hidden = !around
button.addEventListener('click', () => say('hide'))
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented) say('hide')
})
say('ready', { title: document.title })
