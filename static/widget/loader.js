// Citedesk's chat on a company's own page: <script src="…/widget/loader.js" data-widget="KEY" async></script>
// Leaves one name behind, Citedesk('show' | 'hide' | 'toggle'), which may also be called before this has loaded.
// Everything lives in a shadow tree and is styled through CSSOM: the page's styles don't reach it, and a
// Content-Security-Policy that allows this script (script-src) and its frame (frame-src) is enough.
(() => {
  'use strict'
  const script = document.currentScript
  const key = script?.dataset.widget
  if (!key || window.Citedesk?.ready) return

  const desk = new URL(script.src).origin
  const PHONE = '(max-width: 480px), (max-height: 480px)'
  const LAUNCHER = { open: 'Open the chat', close: 'Close the chat' }
  const SVG = 'http://www.w3.org/2000/svg'
  const ICONS = {
    chat: 'M4.5 5.75A1.75 1.75 0 0 1 6.25 4h11.5a1.75 1.75 0 0 1 1.75 1.75v8.5A1.75 1.75 0 0 1 17.75 16H11l-4.5 4v-4h-.25a1.75 1.75 0 0 1-1.75-1.75zM8 8.5h8M8 11.75h5.5',
    close: 'M6 9.5l6 6 6-6',
  }
  const STYLES = `
    :host { color-scheme: light dark; --accent: oklch(0.42 0.13 262); --accent-hover: oklch(0.36 0.13 262);
      --on-accent: oklch(0.99 0 0); --paper: oklch(0.985 0.003 80); --line: oklch(0.9 0.006 80); --news: oklch(0.47 0.17 27);
      --shadow: 0 1px 2px oklch(0.2 0.01 70 / 0.08), 0 8px 24px oklch(0.2 0.01 70 / 0.14); }
    @media (prefers-color-scheme: dark) {
      :host { --accent: oklch(0.79 0.1 258); --accent-hover: oklch(0.85 0.08 258); --on-accent: oklch(0.19 0.03 262);
        --paper: oklch(0.205 0.005 70); --line: oklch(0.33 0.007 70); --news: oklch(0.79 0.12 25);
        --shadow: 0 1px 2px oklch(0 0 0 / 0.4), 0 8px 24px oklch(0 0 0 / 0.5); }
    }
    .launcher { position: fixed; inset-block-end: 24px; inset-inline-end: 24px; inline-size: 56px; block-size: 56px; display: grid;
      place-items: center; margin: 0; padding: 0; border: 0; border-radius: 50%; background: var(--accent); color: var(--on-accent);
      box-shadow: var(--shadow); cursor: pointer; }
    .launcher:hover { background: var(--accent-hover); }
    .launcher:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
    .launcher svg { inline-size: 24px; block-size: 24px; fill: none; stroke: currentColor; stroke-width: 1.5;
      stroke-linecap: round; stroke-linejoin: round; }
    .news { position: absolute; inset-block-start: 0; inset-inline-end: 0; inline-size: 14px; block-size: 14px;
      border: 2px solid var(--paper); border-radius: 50%; background: var(--news); }
    .heard { position: fixed; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
    [hidden] { display: none !important; }
    dialog { position: fixed; inset: auto 24px 96px auto; inline-size: 400px; block-size: min(680px, calc(100dvh - 120px)); max-inline-size: none;
      max-block-size: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 6px; overflow: hidden;
      background: var(--paper); box-shadow: var(--shadow); }
    dialog::backdrop { background: none; }
    iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; }
    @media ${PHONE} {
      dialog { inset: 0; inline-size: 100dvw; block-size: 100dvh; border: 0; border-radius: 0; }
      .launcher { inset-block-end: 16px; inset-inline-end: 16px; }
      dialog[open] ~ .launcher { display: none; }
    }
    @media (prefers-reduced-motion: no-preference) {
      dialog[open] { animation: appear 120ms ease-out; }
      @keyframes appear { from { opacity: 0; transform: translateY(8px); } }
    }
    @media print { :host { display: none !important; } }
  `

  const host = document.createElement('citedesk-widget')
  for (const [name, value] of [['all', 'initial'], ['position', 'fixed'], ['z-index', '2147483000'], ['inset', 'auto 0 0 auto']]) {
    host.style.setProperty(name, value, 'important')
  }
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(STYLES)
  root.adoptedStyleSheets = [sheet]

  const dialog = document.createElement('dialog')
  dialog.setAttribute('aria-label', 'Chat')
  const launcher = document.createElement('button')
  launcher.type = 'button'
  launcher.className = 'launcher'
  launcher.setAttribute('aria-haspopup', 'dialog')
  const news = document.createElement('span')
  news.className = 'news'
  news.hidden = true
  const icon = drawing()
  launcher.append(icon, news)
  const heard = document.createElement('span')
  heard.className = 'heard'
  heard.setAttribute('role', 'status')
  root.append(dialog, launcher, heard)

  let frame = null // made when the chat is first opened: a page that nobody asks from pays for one small script
  let frameIsReady = false
  let from = null // where the focus returns to
  let unread = 0

  function drawing() {
    const svg = document.createElementNS(SVG, 'svg')
    svg.setAttribute('viewBox', '0 0 24 24')
    svg.setAttribute('aria-hidden', 'true')
    svg.append(document.createElementNS(SVG, 'path'))
    return svg
  }

  function label() {
    const newReplies = unread === 1 ? '1 new reply' : unread ? `${unread} new replies` : ''
    const action = dialog.open ? LAUNCHER.close : LAUNCHER.open
    launcher.setAttribute('aria-label', newReplies ? `${action}, ${newReplies}` : action)
    heard.textContent = newReplies
    launcher.setAttribute('aria-expanded', String(dialog.open))
    icon.firstChild.setAttribute('d', dialog.open ? ICONS.close : ICONS.chat)
    news.hidden = unread === 0
  }

  function tell(what) {
    if (frameIsReady) frame.contentWindow.postMessage({ citedesk: what }, desk)
  }

  function makeFrame() {
    frame = document.createElement('iframe')
    frame.title = 'Chat'
    frame.src = `${desk}/widget/frame/${encodeURIComponent(key)}/`
    frame.addEventListener('load', () => dialog.open && frame.focus())
    dialog.append(frame)
  }

  function show() {
    if (dialog.open) return
    from = document.activeElement === host ? launcher : document.activeElement
    if (!frame) makeFrame()
    if (matchMedia(PHONE).matches) dialog.showModal()
    else dialog.show()
    unread = 0
    label()
    frame.focus()
    tell('shown')
  }

  function hide() {
    if (dialog.open) dialog.close()
  }

  // However it was closed: our button, the frame's, Esc, the phone's back gesture.
  dialog.addEventListener('close', () => {
    label()
    tell('hidden')
    const back = from?.isConnected && from !== document.body ? from : launcher
    back.focus({ preventScroll: true })
  })

  launcher.addEventListener('click', () => dialog.open ? hide() : show())

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && dialog.open && !event.defaultPrevented) hide()
  })

  addEventListener('message', (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== desk) return
    const said = event.data?.citedesk
    if (said === 'ready') {
      frameIsReady = true
      if (typeof event.data.title === 'string') frame.title = event.data.title
      if (dialog.open) tell('shown')
    }
    if (said === 'hide') hide()
    if (said === 'reply' && !dialog.open) {
      unread += 1
      label()
    }
  })

  const commands = { show, hide, toggle: () => dialog.open ? hide() : show() }
  const waiting = window.Citedesk?.q ?? []
  function Citedesk(command) {
    if (Object.hasOwn(commands, command)) commands[command]()
    else console.warn(`Citedesk: no command “${command}”. There are: ${Object.keys(commands).join(', ')}.`)
  }
  Citedesk.ready = true
  window.Citedesk = Citedesk

  function begin() {
    document.body.append(host)
    label()
    for (const call of waiting) Citedesk(...call)
  }
  if (document.body) begin()
  else addEventListener('DOMContentLoaded', begin, { once: true })
})()
