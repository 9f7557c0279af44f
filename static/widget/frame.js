// The chat inside its frame: what is written is kept until the desk has it, and replies arrive by themselves.
import { api } from './api.js'
import { onShown, say } from './closing.js'
import { live } from './live.js'
import { memory } from './memory.js'
import { outbox } from './outbox.js'
import { asking } from './asking.js'
import { log } from './log.js'

const RETRY_S = 5
const { widget, api: sendAddress } = document.body.dataset
const kept = memory(widget)
const desk = api(sendAddress.replace(/messages$/, ''), kept.token())
const shown = log({ onRetry: () => box.deliver(), onEdit: edit })
const offline = document.getElementById('offline')
let listening = false
let again = 0

const box = outbox(kept, desk, {
  onWaiting: (messages) => shown.outgoing(messages),
  onDelivered(html) {
    kept.noteAsked()
    shown.update(html)
    form.introduce(false)
    listen()
  },
})

const form = asking({
  onAsk(message) {
    box.add(message)
    shown.toEnd()
  },
})

function edit(key) {
  const message = box.remove(key)
  if (message) form.putBack(message)
}

async function refresh() {
  clearTimeout(again)
  try {
    const news = shown.update(await desk.conversation())
    for (let reply = 0; reply < news; reply++) say('reply')
    offline.hidden = true
  } catch (error) {
    if (error.status === 404) return form.introduce(true)
    down()
    again = setTimeout(refresh, (error.again || RETRY_S) * 1000)
  }
}

function listen() {
  if (listening) return
  listening = true
  live(desk.events, {
    onOpen() {
      refresh()
      box.deliver()
    },
    onEvent: refresh,
    onDown: down,
  })
}

function down() {
  offline.textContent = 'No connection to the support desk. Trying again …'
  offline.hidden = false
}

onShown(() => {
  shown.toEnd()
  form.focus()
})
if (kept.hasAsked()) listen()
form.introduce(!kept.hasAsked())
box.deliver()
