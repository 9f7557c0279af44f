// Live events over fetch, because EventSource can't send a token. Goes on where it stopped (Last-Event-ID), and
// comes back by itself: at once when the page is looked at again or the network returns, else later and later.

const SILENT_MS = 45_000 // the desk says something every 15 s
const LONGEST_PAUSE_MS = 30_000

export function live(open, { onOpen, onEvent, onDown }) {
  let last = ''
  let failures = 0
  let attempt = null
  let timer = 0

  async function connect() {
    clearTimeout(timer)
    const mine = new AbortController()
    attempt?.abort()
    attempt = mine
    try {
      const response = await open(last, mine.signal)
      failures = 0
      onOpen()
      await listen(response.body.getReader(), mine)
    } catch (error) {
      if (mine !== attempt) return
      if (error.status === 404 || error.status === 403) return
      failures += 1
      onDown(error)
    }
    if (mine === attempt) timer = setTimeout(connect, pause())
  }

  function pause() {
    const longest = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures)
    return longest / 2 + Math.random() * longest / 2
  }

  async function listen(reader, mine) {
    const decoder = new TextDecoder()
    let text = ''
    for (;;) {
      const silence = setTimeout(() => mine.abort(), SILENT_MS)
      const { done, value } = await reader.read().finally(() => clearTimeout(silence))
      if (done) return
      text = (text + decoder.decode(value, { stream: true })).replaceAll('\r\n', '\n')
      const blocks = text.split('\n\n')
      text = blocks.pop()
      blocks.forEach(read)
    }
  }

  function read(block) {
    let name = 'message'
    for (const line of block.split('\n')) {
      if (line.startsWith('id:')) last = line.slice(3).trim()
      if (line.startsWith('event:')) name = line.slice(6).trim()
    }
    if (/^(event|data):/m.test(block)) onEvent(name)
  }

  addEventListener('online', connect)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && failures) connect()
  })
  connect()
}
