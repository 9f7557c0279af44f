// Upload several files at once, each with its own request, so that one bad file never stops the others. Those
// that would replace documents wait until all are sent, and are confirmed together.
// Without this script the form sends them together.

const AT_ONCE = 2
const HELD = 'held'

const form = document.querySelector('[data-upload]')
if (form) begin(form)

function begin(form) {
  const input = form.querySelector('input[type=file]')
  const drop = form.querySelector('[data-drop]')
  for (const plain of form.querySelectorAll('[data-without-script]')) plain.hidden = true

  input.addEventListener('change', () => {
    take(form, [...input.files])
    input.value = ''
  })
  if (input.files.length) input.dispatchEvent(new Event('change')) // chosen before this was there
  for (const kind of ['dragenter', 'dragover']) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault()
      drop.classList.add('over')
    })
  }
  drop.addEventListener('dragleave', (event) => {
    if (!drop.contains(event.relatedTarget)) drop.classList.remove('over')
  })
  drop.addEventListener('drop', (event) => {
    event.preventDefault()
    drop.classList.remove('over')
    take(form, [...event.dataTransfer.files])
  })
}

async function take(form, files) {
  // The audience is what was chosen at this moment, however long the queue is.
  const fields = new FormData(form)
  fields.delete('file')
  fields.delete('replace')
  fields.set('together', files.length)
  await sendAll(form, fields, files.map((file) => ({ file, row: addRow(file) })))
}

async function sendAll(form, fields, items) {
  const waiting = [...items]
  const count = { done: 0, failed: 0, all: items.length }
  const held = []
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const outcome = await send(form, fields, next)
      if (outcome === HELD) held.push(next)
      else if (outcome) count.done += 1
      else count.failed += 1
      tell(form, count, held.length)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (held.length) await ask(form, fields, held)
}

function tell(form, { done, failed, all }, held) {
  const refused = failed ? `, ${failed} not uploaded` : ''
  const asked = held ? `, ${held} would change documents` : ''
  form.querySelector('[data-upload-news]').textContent = `${done} of ${all} files uploaded${refused}${asked}.`
}

// One confirmation for all files that would replace a text.
async function ask(form, fields, held) {
  const named = (kind) => [...new Set(held.flatMap((item) => item.replaced[kind]))].join(' ')
  const body = new FormData()
  body.append('csrfmiddlewaretoken', fields.get('csrfmiddlewaretoken'))
  for (const kind of ['texts', 'hidden']) body.append(kind, named(kind))
  const answer = await post(form.dataset.replaced, body)
  const asked = answer.status === 200 && new DOMParser().parseFromString(answer.text, 'text/html').querySelector('.replacing')
  if (!asked) return held.forEach(({ row }) => refuse(row, why(answer)))
  document.querySelector('[data-replacing]').append(asked)
  asked.focus()
  asked.querySelector('[data-replace]').addEventListener('click', () => {
    asked.remove()
    fields.set('replace', asked.dataset.named)
    fields.set('confirmed', asked.dataset.confirmed)
    for (const { row } of held) hold(row, false)
    sendAll(form, fields, held)
  })
  asked.querySelector('[data-leave]').addEventListener('click', () => {
    asked.remove()
    for (const { row } of held) refuse(row, 'The document of this name stays as it is.')
    form.querySelector('input[type=file]').focus()
  })
}

function hold(row, waits) {
  row.querySelector('[data-held]').hidden = !waits
  row.querySelector('progress').hidden = waits
}

function addRow(file) {
  const row = document.getElementById('upload-row').content.firstElementChild.cloneNode(true)
  row.querySelector('[data-name]').textContent = file.name
  row.querySelector('[data-dismiss]').addEventListener('click', () => row.remove())
  document.getElementById('no-documents')?.remove()
  document.querySelector('.documents').hidden = false
  document.getElementById('document-list').prepend(row)
  return row
}

async function send(form, fields, item) {
  const { file, row } = item
  const limit = Number(form.dataset.limit)
  if (file.size > limit) return refuse(row, `The file is larger than ${form.dataset.limitShown}. Split it, or leave out its pictures.`)
  const body = new FormData()
  for (const [name, value] of fields) body.append(name, value)
  body.append('file', file)
  const answer = await post(form.action, body, row.querySelector('progress'))
  if (answer.status === 409) {
    item.replaced = JSON.parse(answer.text)
    hold(row, true)
    return HELD
  }
  const id = answer.status === 200 && idIn(answer.text)
  return id ? show(row, answer.text, id) : refuse(row, why(answer))
}

function post(url, body, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.setRequestHeader('HX-Request', 'true')
    request.upload.addEventListener('progress', (event) => {
      if (progress && event.lengthComputable) progress.value = (100 * event.loaded) / event.total
    })
    request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText }))
    request.addEventListener('error', () => resolve({ status: 0, text: '' }))
    request.send(body)
  })
}

function why({ status, text }) {
  if (status === 422) return text
  if (status === 413) return 'The file is larger than this server takes. Split it, or leave out its pictures.'
  if (status === 403 || status === 200) return 'You are signed out, or may not upload. Reload the page.'
  if (status === 0) return 'The file could not be sent. It may have changed or be gone, or the connection is down; choose it again.'
  return `The file was not taken (error ${status}). Choose it again.`
}

function idIn(html) {
  return new DOMParser().parseFromString(html, 'text/html').querySelector('.document-row')?.id
}

function show(row, html, id) {
  document.getElementById(id)?.remove()
  window.htmx.swap(row, html, { swapStyle: 'outerHTML' })
  return true
}

function refuse(row, reason) {
  row.querySelector('[data-why]').textContent = reason
  hold(row, false)
  row.querySelector('progress').hidden = true
  row.querySelector('[data-refused]').hidden = false
  row.querySelector('[data-dismiss]').hidden = false
  return false
}
