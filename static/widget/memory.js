// What this browser keeps of a conversation: the visitor's secret token, and messages not yet delivered.
// Some browsers refuse storage to frames of other sites; there the token is in a cookie that is partitioned by the
// site around us, which the desk never reads, and the rest lasts as long as the page.

const YEAR_S = 365 * 24 * 3600
const lost = new Map()

function read(name) {
  try {
    return localStorage.getItem(name)
  } catch {
    return lost.get(name) ?? readCookie(name)
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, value)
  } catch {
    lost.set(name, value)
    if (/^[\w-]{1,64}$/.test(value)) {
      document.cookie = `${name}=${value}; Path=/widget/frame/; Max-Age=${YEAR_S}; Secure; SameSite=None; Partitioned`
    }
  }
}

function readCookie(name) {
  const found = document.cookie.split('; ').find((each) => each.startsWith(`${name}=`))
  return found?.slice(name.length + 1) ?? null
}

function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

// Works on plain HTTP too, where crypto.randomUUID is missing.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

export function memory(widget) {
  const name = (what) => `citedesk.${widget}.${what}`

  function token() {
    const kept = read(name('token'))
    if (/^[\w-]{43}$/.test(kept ?? '')) return kept
    const made = newToken()
    write(name('token'), made)
    return made
  }

  function outgoing() {
    try {
      const kept = JSON.parse(read(name('outgoing')) ?? '[]')
      return Array.isArray(kept) ? kept : []
    } catch {
      return []
    }
  }

  return {
    token,
    outgoing,
    keep: (messages) => write(name('outgoing'), JSON.stringify(messages)),
    hasAsked: () => read(name('asked')) === 'yes',
    noteAsked: () => write(name('asked'), 'yes'),
  }
}
