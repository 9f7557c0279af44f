// The list asks for its unfinished rows every second, and asks nothing while there are none.

document.addEventListener('htmx:configRequest', (event) => {
  if (event.detail.elt.id !== 'watch') return
  const watched = [...document.querySelectorAll('#documents [name=watching]')].map((field) => field.value)
  event.detail.parameters.watching = watched
  if (!watched.length) event.preventDefault()
})
