// The page of `diagonal serve`. All it knows comes from the server's own calls, which /openapi.json describes.

const $ = (selector, root = document) => root.querySelector(selector)
const lines = text => text.split("\n").map(line => line.trim()).filter(line => line)
const percent = share => (100 * share).toFixed(1) + " %"

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

// --- The server

let model
const headers = () => {
  const token = sessionStorage.getItem("token")
  return token ? { Authorization: `Bearer ${token}` } : {}
}

/** Calls the server; a refusal is thrown in its own words. */
async function ask(path, body) {
  const answer = await fetch(path, body === undefined
    ? { headers: headers() }
    : { method: "POST", headers: { ...headers(), "Content-Type": "application/json" }, body: JSON.stringify(body) })
  if (answer.status === 401) askForToken()
  if (!answer.ok) {
    const why = await answer.json().catch(() => undefined)
    throw new Error(why?.error?.message ?? `the server answers ${answer.status}`)
  }
  return answer
}

function askForToken() {
  const form = $("#token")
  form.hidden = false
  form.onsubmit = event => {
    event.preventDefault()
    sessionStorage.setItem("token", $("#token-text").value.trim())
    form.hidden = true
    begin()
  }
  $("#token-text").focus()
}

async function begin() {
  try {
    model = (await (await ask("/models")).json()).data[0]
  } catch (problem) {
    $("#facts").textContent = problem.message
    return
  }
  document.title = `Diagonal: ${model.id}`
  $("h1").textContent = document.title
  const searched = model.searched.map(part => `${part.rows.toLocaleString("en")} ${part.over}`).join(" and ")
  const both = model.images && model.texts
  $("#facts").textContent = [
    `Embeddings of ${model.width} numbers`,
    model.images && `pictures of ${model.image_size} × ${model.image_size} pixels`,
    model.texts && `texts of up to ${model.context_length} tokens`,
  ].filter(fact => fact).join(", ") + "." + (searched ? ` Searches ${searched}.` : "")
    + (both ? "" : ` It encodes ${model.images ? "pictures" : "texts"} alone: to classify and compare takes both.`)
  $("select[name=over]").replaceChildren(
    ...model.searched.map(part => element("option", { value: part.over }, part.over)))
  const shown = {
    classify: both, diagonal: both, search: searched, text: model.texts, image: model.images, "only-image": !model.texts,
  }
  for (const part of document.querySelectorAll("[data-for]")) part.hidden = !shown[part.dataset.for]
  if (!both) current = "search"
}

// --- Pictures

/** What was chosen, dropped or pasted in one place. */
class Pictures {
  files = []

  constructor(place) {
    this.place = place
    this.most = Number(place.dataset.pictures)
    const input = $("input", place)
    input.onchange = () => { this.add(input.files); input.value = "" }
    place.ondragover = event => { event.preventDefault(); place.classList.add("over") }
    place.ondragleave = () => place.classList.remove("over")
    place.ondrop = event => {
      event.preventDefault()
      place.classList.remove("over")
      this.add(event.dataTransfer.files)
    }
  }

  add(files) {
    const some = [...files].filter(file => file.type.startsWith("image/"))
    this.files = [...this.files, ...some].slice(-this.most)
    this.show()
  }

  show() {
    $(".chosen", this.place).replaceChildren(...this.files.map((file, number) => {
      const remove = element("button", { type: "button", textContent: "×" })
      remove.setAttribute("aria-label", `Remove ${file.name}`)
      remove.onclick = () => { this.files.splice(number, 1); this.show(); $("input", this.place).focus() }
      return element("li", {}, element("img", { src: address(file), alt: file.name }), remove)
    }))
  }
}

/** An address that shows a file, made once a file. */
const addresses = new WeakMap()
function address(file) {
  if (!addresses.has(file)) addresses.set(file, URL.createObjectURL(file))
  return addresses.get(file)
}

/** A file in base64. */
function base64(file) {
  return new Promise((done, fail) => {
    const reader = new FileReader()
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1))
    reader.onerror = () => fail(reader.error)
    reader.readAsDataURL(file)
  })
}

// A picture that is pasted goes where one was last worked on.
const places = new Map([...document.querySelectorAll(".drop")].map(place => [place.closest("section").id, new Pictures(place)]))
let current = "classify"
document.addEventListener("focusin", event => { current = event.target.closest("section")?.id ?? current })
// One that is dropped beside the places would replace the page.
document.addEventListener("dragover", event => event.preventDefault())
document.addEventListener("drop", event => event.preventDefault())
document.addEventListener("paste", event => {
  if (event.clipboardData.files.length) places.get(current)?.add(event.clipboardData.files)
})

/** Lets a form's button do `work`, and says how it goes. */
function onSubmit(section, work) {
  const form = $(`#${section} form`), button = $("button:not([type])", form), status = $(".status", form)
  form.onsubmit = async event => {
    event.preventDefault()
    button.disabled = true
    status.className = "status"
    status.textContent = "…"
    try {
      const start = performance.now()
      const found = await work(form.elements, places.get(section).files)
      status.textContent = `${found}, in ${Math.round(performance.now() - start)} ms`
    } catch (problem) {
      status.classList.add("problem")
      status.textContent = problem.message
    }
    button.disabled = false
  }
}

// --- Which label fits

onSubmit("classify", async (fields, files) => {
  if (!files.length) throw new Error("Choose a picture first.")
  const found = await (await ask("/classify", {
    images: [await base64(files[0])], labels: [...new Set(lines(fields.labels.value))], templates: [fields.template.value],
  })).json()
  const labels = found.images[0].labels
  $(".bars").replaceChildren(...labels.map(({ label, probability }) => {
    const bar = element("i")
    bar.setAttribute("aria-hidden", "true")
    bar.style.setProperty("--share", probability)
    return element("li", {}, element("span", {}, label), element("b", {}, percent(probability)), bar)
  }))
  return `${labels[0].label}: ${percent(labels[0].probability)}`
})

// --- What is near

onSubmit("search", async (fields, files) => {
  const text = fields.text.value.trim()
  if (!text && !files.length) {
    throw new Error(
      !model.texts ? "Choose a picture first." : model.images ? "Write a text, or choose a picture." : "Write a text first.")
  }
  const found = await (await ask("/search", {
    ...(text ? { text } : { image: await base64(files[0]) }),
    ...(fields.less.value.trim() ? { less: [fields.less.value.trim()] } : {}),
    over: fields.over.value, top: 24,
  })).json()
  $(".grid").replaceChildren(...found.results.map(hit => {
    const words = hit.caption || hit.key
    const item = element("li")
    if (found.pictures) item.append(picture(hit.row, words))
    item.append(element("p", {}, words), element("p", { className: "soft" }, hit.score.toFixed(3)))
    return item
  }))
  return `${found.results.length} of ${found.rows.toLocaleString("en")}`
})

/** A stored row's picture. It is asked for with the token, so it isn't just an address. */
function picture(row, words) {
  const image = element("img", { alt: words })
  ask(`/pictures/${row}`).then(answer => answer.blob()).then(blob => { image.src = URL.createObjectURL(blob) })
    .catch(() => image.remove())
  image.onload = () => URL.revokeObjectURL(image.src)
  return image
}

// --- The diagonal

/** What was compared last: a cosine for each picture and caption. */
let compared

onSubmit("diagonal", async (fields, files) => {
  const captions = lines(fields.captions.value)
  if (!files.length) throw new Error("Choose pictures first.")
  const images = await Promise.all(files.map(async file => ({ image: await base64(file) })))
  const found = await (await ask("/v1/embeddings", { input: [...images, ...captions] })).json()
  const rows = found.data.map(item => item.embedding)
  const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0)
  const cosines = files.map((_, i) => captions.map((_, j) => dot(rows[i], rows[files.length + j])))
  compared = { files: [...files], captions, cosines }
  showMatrix(fields.show.value)
  const right = cosines.filter((row, i) => i < captions.length && row[i] === Math.max(...row)).length
  return `${right} of ${files.length} pictures are nearest to the caption in their own place`
})
for (const choice of document.querySelectorAll("input[name=show]")) {
  choice.onchange = () => { if (compared) showMatrix(choice.value) }
}

/** Probabilities of some logits: one together, or of a sigmoid model each by itself. */
function probabilities(logits) {
  if (model.logit_bias !== undefined) return logits.map(logit => 1 / (1 + Math.exp(-logit - model.logit_bias)))
  const largest = Math.max(...logits), weights = logits.map(logit => Math.exp(logit - largest))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map(weight => weight / sum)
}

function shares({ cosines }, show) {
  const logits = cosines.map(row => row.map(cosine => cosine * model.logit_scale))
  if (show === "row") return logits.map(probabilities)
  const columns = logits[0].map((_, j) => probabilities(logits.map(row => row[j])))
  return logits.map((row, i) => row.map((_, j) => columns[j][i]))
}

function showMatrix(show) {
  const { files, captions, cosines } = compared
  const values = show === "cosine" ? cosines : shares(compared, show)
  const all = cosines.flat(), least = Math.min(...all), span = Math.max(...all) - least || 1
  const words = value => show === "cosine" ? value.toFixed(3) : percent(value)
  const head = element("tr", {}, element("td"), ...captions.map(caption => element("th", { scope: "col" }, caption)))
  const body = files.map((file, i) => element("tr", {},
    element("th", { scope: "row" }, element("img", { src: address(file), alt: file.name })),
    ...captions.map((caption, j) => {
      const cell = element("td", { tabIndex: i + j ? -1 : 0 }, words(values[i][j]))
      cell.style.setProperty("--share", show === "cosine" ? (cosines[i][j] - least) / span : values[i][j])
      if (cosines[i][j] === Math.max(...cosines[i])) cell.classList.add("largest")
      cell.onfocus = cell.onpointerenter = () => point(cell, `${file.name}, “${caption}”: cosine ${cosines[i][j].toFixed(4)}`)
      return cell
    })))
  const table = $(".matrix")
  table.replaceChildren($("caption", table), element("thead", {}, head), element("tbody", {}, ...body))
  table.hidden = false
}

/** Says what a cell is, and marks its picture and its caption. */
function point(cell, words) {
  for (const marked of document.querySelectorAll(".across")) marked.classList.remove("across")
  const row = cell.parentElement, table = cell.closest("table")
  for (const one of [cell, row.cells[0].firstChild, table.rows[0].cells[cell.cellIndex]]) one.classList.add("across")
  $(".pointed").textContent = words
}

$(".matrix").onkeydown = event => {
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? []
  const cell = event.target.closest("tbody td")
  if (down === undefined || !cell) return
  event.preventDefault()
  const next = cell.closest("table").rows[cell.parentElement.rowIndex + down]?.cells[cell.cellIndex + right]
  if (!next?.matches("tbody td")) return
  cell.tabIndex = -1
  next.tabIndex = 0
  next.focus()
}

begin()
