// Messages on their way. Each has a key of its own, so that the desk knows it when it comes twice; it is kept in
// this browser until the desk has answered, and sent again after a reload, a lost connection or a busy minute.
import { newKey } from './memory.js'

const LONGEST_PAUSE_S = 60

export function outbox(kept, desk, { onWaiting, onDelivered }) {
  let messages = kept.outgoing()
  let delivering = false
  let failures = 0
  let timer = 0

  function changed() {
    kept.keep(messages)
    onWaiting(messages)
  }

  function add({ text, name, email }) {
    messages.push({ key: newKey(), text, name, email, why: '' })
    changed()
    deliver()
  }

  function remove(key) {
    const found = messages.find((message) => message.key === key)
    messages = messages.filter((message) => message !== found)
    changed()
    return found
  }

  // One after the other, in the order of writing, and what is written meanwhile after these. What the desk refuses
  // for good waits for the visitor.
  async function deliver() {
    clearTimeout(timer)
    if (delivering) return
    delivering = true
    while (messages.length && await delivered(messages[0]));
    delivering = false
  }

  async function delivered(message) {
    try {
      const { key, text, name, email } = message
      const html = await desk.send({ key, text, name, email })
      messages = messages.filter((other) => other !== message)
      failures = 0
      kept.keep(messages)
      onDelivered(html)
      onWaiting(messages)
      return true
    } catch (error) {
      explain(message, error)
      return false
    }
  }

  function explain(message, error) {
    const known = error.status !== undefined
    const final = known && !error.again
    failures += 1
    const pause = error.again || Math.min(LONGEST_PAUSE_S, 2 ** failures)
    message.why = known ? `Not sent. ${error.message}` : 'Not sent: no connection. It is kept here and sent when there is one.'
    message.final = final
    changed()
    if (!final) timer = setTimeout(deliver, pause * 1000)
  }

  addEventListener('online', deliver)
  onWaiting(messages)
  return { add, remove, deliver }
}
