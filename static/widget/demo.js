// What a company would write on its own site: its own buttons open the chat, also before the widget has loaded.
window.Citedesk ??= function () { (window.Citedesk.q ??= []).push(arguments) }

for (const button of document.querySelectorAll('.ask-us')) {
  button.addEventListener('click', () => window.Citedesk('show'))
}
