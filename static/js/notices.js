// Toasts: short news that floats, is read out, and goes. `announce(text)`, or the response header HX-Trigger: {"announce": text}.

const SHOWN_MS = 6000

export function announce(text) {
  const toasts = document.getElementById('toasts')
  if (!toasts || !text) return
  const toast = document.createElement('div')
  toast.className = 'toast'
  toast.textContent = text
  toasts.append(toast)
  setTimeout(() => toast.remove(), SHOWN_MS)
}

document.addEventListener('announce', (event) => announce(event.detail.value))

// Pressed before the scripts came, and not done when they had.
document.addEventListener('unsent', () => announce('Not sent: the page changed after you pressed. Look at it, then press again.'))

// A request that got no answer, or an answer that can't be shown, says so instead of doing nothing.
document.addEventListener('htmx:sendError', () => announce('The desk can’t be reached. Check the connection, then try again.'))
document.addEventListener('htmx:responseError', (event) => {
  const status = event.detail.xhr.status
  announce(status === 403 || status === 401
    ? 'You are signed out, or may not do this. Reload the page.'
    : `That didn’t work (error ${status}). Nothing was changed; try again.`)
})
