// The sentences of a reply that no citation stands behind, because the agent wrote or changed them.

const MARKS = /[\p{L}\p{N}]/u
const WORDS = /[\p{L}\p{N}]+/gu
const words = (text) => text.toLowerCase().match(WORDS) ?? []

// `patterns`: the drafted sentences, as the server finds them. `vouched`: drafted ones that the agent reworded
// and says still rest on their citation; each stands for the one sentence here that is most like it.
export function ownSentences(text, patterns, vouched) {
  const own = sentences(draftedOut(courtesiesOut(text.replaceAll('\r\n', '\n')), patterns))
  for (const drafted of vouched) {
    const likest = likestOf(own, drafted)
    if (likest !== undefined) own.splice(own.indexOf(likest), 1)
  }
  return own
}

// Found in the text as it is: a sentence begins where the one before it ends.
function draftedOut(text, patterns) {
  let rest = text
  for (const pattern of patterns) {
    for (const found of text.matchAll(new RegExp(pattern.replace(/^\(\?:/, '(?<='), 'g'))) {
      const end = found.index + found[0].length
      rest = rest.slice(0, found.index) + '\n'.repeat(found[0].length) + rest.slice(end)
    }
  }
  return rest
}

// “Dear Carol,” or “Hi Carol!” as the first line, “Kind regards,” and a name as the last ones: they claim nothing.
function courtesiesOut(text) {
  const lines = text.trim().split('\n').map((line) => line.trim())
  if (isCourtesy(lines[0], 4, /,$/) || isCourtesy(lines[0], 2, /!$/)) lines[0] = ''
  const closing = lines.findLastIndex((line) => isCourtesy(line, 4, /,$/))
  const name = lines.slice(closing + 1).filter(Boolean)
  if (closing >= 0 && name.length <= 1 && name.every((line) => isCourtesy(line, 4, /[^.!?:;]$/))) lines.splice(closing)
  return lines.join('\n')
}

function isCourtesy(line, longest, ending) {
  return words(line).length <= longest && !/\p{N}/u.test(line) && ending.test(line)
}

function sentences(text) {
  const segments = new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text)
  return [...segments].map(({ segment }) => segment.trim()).filter((one) => MARKS.test(one))
}

function likestOf(own, drafted) {
  const wanted = new Set(words(drafted))
  const shared = (one) => new Set(words(one).filter((word) => wanted.has(word))).size
  const likest = own.toSorted((one, other) => shared(other) - shared(one))[0]
  return likest !== undefined && shared(likest) * 3 >= wanted.size ? likest : undefined
}
