// The form: grows with its text, sends on Enter (Shift+Enter makes a line), and says what to mend.

const COUNT_FROM = 500 // characters left when the count appears

export function asking({ onAsk }) {
  const form = document.getElementById('ask')
  const who = document.getElementById('who')
  const problem = document.getElementById('problem')
  const { text, name, email } = form.elements
  const limit = Number(problem.dataset.limit)
  const finePointer = matchMedia('(pointer: fine)')

  function fit() {
    text.style.blockSize = 'auto'
    text.style.blockSize = `${text.scrollHeight + 2}px`
  }

  function complain(sentence, field) {
    for (const each of [text, email]) each.setAttribute('aria-invalid', String(each === field))
    problem.textContent = sentence
    field?.focus()
  }

  function count() {
    const left = limit - [...text.value].length
    if (left < 0) problem.textContent = `${-left} characters too many: please shorten the message.`
    else problem.textContent = left <= COUNT_FROM ? `${left} characters left` : ''
    text.setAttribute('aria-invalid', String(left < 0))
  }

  text.addEventListener('input', () => {
    fit()
    count()
  })
  email.addEventListener('input', () => complain('', null))

  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || !finePointer.matches) return
    event.preventDefault()
    form.requestSubmit()
  })

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const message = text.value.trim()
    if (!message) return complain('Write a message first.', text)
    if ([...message].length > limit) return count()
    if (!email.validity.valid) return complain('The e-mail address isn’t complete: name@example.com.', email)
    complain('', null)
    onAsk({ text: message, name: name.value.trim(), email: email.value.trim() })
    text.value = ''
    fit()
    introduce(false)
    text.focus()
  })

  document.addEventListener('unsent', () => complain('Not sent yet: the text changed after you pressed. Press again.', text))

  function introduce(first) {
    who.hidden = !first
    form.classList.toggle('first', first)
    text.rows = first ? 3 : 1
    text.placeholder = first ? 'How can we help?' : 'Write a message'
    fit()
  }

  function putBack(message) {
    text.value = [message.text, text.value].filter(Boolean).join('\n\n')
    name.value ||= message.name ?? ''
    email.value ||= message.email ?? ''
    if (message.email) who.hidden = false
    fit()
    count()
    text.focus()
  }

  return { introduce, putBack, focus: () => text.focus() }
}
