// The words of all panels answer together. Pointing at a word, or moving to it with the arrow
// keys, marks it in every panel and tells its numbers beneath each; a click keeps the mark, or,
// where words can be picked, tells Python which word it was. The HTML is escaped in Python.

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }
const SIDEWAYS = ["ArrowRight", "ArrowLeft"]

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".tq-root") || document.createElement("div")
  const focused = root.querySelector(".tq-w:focus")
  const place = focused && [panelOf(root, focused), focused.dataset.w]
  const isNew = root.dataset.html !== data.html
  if (!root.isConnected) {
    root.className = "tq-root"
    parentElement.appendChild(root)
  }
  if (isNew) {
    root.innerHTML = data.html
    root.dataset.html = data.html
    root.querySelectorAll(".tq-panel").forEach((panel) => addTold(panel, data.hint))
    root.querySelectorAll(".tq-w").forEach(makeReachable)
    root.querySelectorAll(".tq-panel").forEach((panel) => {
      const first = panel.querySelector(".tq-w")
      if (first) first.tabIndex = 0
    })
  }
  const struck = new Set(data.struck)
  let kept = null

  root.querySelectorAll(".tq-w").forEach((word) => {
    const isStruck = struck.has(Number(word.dataset.w))
    word.classList.toggle("tq-struck", isStruck)
    word.setAttribute("aria-pressed", String(isStruck))
  })

  const mark = (index) => {
    root.querySelectorAll(".tq-linked").forEach((word) => word.classList.remove("tq-linked"))
    root.querySelectorAll(".tq-panel").forEach((panel) => {
      const word = index === null ? null : panel.querySelector(`[data-w="${index}"]`)
      panel.querySelector(".tq-told").textContent = word ? word.dataset.told : data.hint
      if (word) word.classList.add("tq-linked")
    })
  }
  const pick = (word) => {
    if (data.picks) return setTriggerValue("picked", Number(word.dataset.w))
    kept = kept === word.dataset.w ? null : word.dataset.w
    root.querySelectorAll(".tq-w").forEach((each) => {
      each.setAttribute("aria-pressed", String(each.dataset.w === kept))
    })
    mark(kept ?? word.dataset.w)
  }
  const wordAt = (event) => event.target.closest(".tq-w")

  root.onmouseover = (event) => wordAt(event) && mark(wordAt(event).dataset.w)
  root.onmouseleave = () => mark(kept)
  root.onclick = (event) => wordAt(event) && pick(wordAt(event))
  root.onkeydown = (event) => {
    const word = wordAt(event)
    if (!word || event.ctrlKey || event.metaKey || event.altKey) return
    const words = [...word.closest(".tq-panel").querySelectorAll(".tq-w")]
    let next = null
    if (event.key in STEPS) next = words[words.indexOf(word) + stepOf(event.key, word)]
    else if (event.key === "Home") next = words[0]
    else if (event.key === "End") next = words[words.length - 1]
    else if (event.key === "Enter" || event.key === " ") pick(word)
    else if (event.key === "Escape") mark((kept = null))
    else return
    event.preventDefault()
    event.stopPropagation()
    if (next) moveTo(next)
  }
  root.querySelectorAll(".tq-w").forEach((word) => {
    word.onfocus = () => mark(word.dataset.w)
    word.onblur = () => mark(kept)
  })
  if (isNew && place) {
    const panel = root.querySelectorAll(".tq-panel")[place[0]]
    const word = panel && panel.querySelector(`[data-w="${place[1]}"]`)
    if (word) moveTo(word)
  }
}

function stepOf(key, word) {
  const isMirrored = SIDEWAYS.includes(key) && getComputedStyle(word).direction === "rtl"
  return isMirrored ? -STEPS[key] : STEPS[key]
}

function panelOf(root, word) {
  return [...root.querySelectorAll(".tq-panel")].indexOf(word.closest(".tq-panel"))
}

function addTold(panel, hint) {
  const told = document.createElement("p")
  told.className = "tq-told"
  told.textContent = hint
  panel.appendChild(told)
}

function makeReachable(word) {
  word.dataset.told = word.title
  word.setAttribute("aria-label", word.title)
  word.setAttribute("role", "button")
  word.removeAttribute("title")
  word.tabIndex = -1
}

function moveTo(word) {
  word.closest(".tq-panel").querySelectorAll(".tq-w").forEach((each) => {
    each.tabIndex = -1
  })
  word.tabIndex = 0
  word.focus()
}
