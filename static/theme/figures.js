// What a script adds to tables, pictures, footnotes and the map. Runs after octavo.js, whose buttons it uses.

/** What a table says, row by row and cell by cell. */
function textsOf(table) {
  return [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim().replace(/\s+/g, " ")));
}

/** What a cell sorts by: the number that is given with it or written in it, or nothing. */
function numberIn(cell) {
  const text = cell.dataset.order ?? cell.textContent.replace(/[\s,]/g, "").replace("−", "-");
  return /^[-+~≈<>$€]*\d/.test(text) ? parseFloat(text.replace(/^[+~≈<>$€]+/, "")) : NaN;
}

/** Whether nothing stands in a cell, or only that there is nothing. */
function isEmpty(cell) {
  return cell.querySelector(".fact") ? !cell.querySelector(".fact:not(.fact-absent)") : /^[—–·\s-]*$/.test(cell.textContent);
}

/** Sorts the rows of a table by one column; what has no value comes last. */
function sortBy(table, column, sign) {
  const known = (rows) => rows.map((row) => row.cells[column]).filter((cell) => !isEmpty(cell));
  const rows = [...table.tBodies[0].rows];
  const isNumeric = known(rows).every((cell) => !Number.isNaN(numberIn(cell)));
  const compare = (a, b) =>
    isNumeric ? numberIn(a) - numberIn(b) : a.textContent.localeCompare(b.textContent, undefined, { numeric: true });
  rows.sort((one, other) => {
    const [a, b] = [one.cells[column], other.cells[column]];
    return isEmpty(a) - isEmpty(b) || (isEmpty(a) ? 0 : sign * compare(a, b));
  });
  table.tBodies[0].append(...rows);
}

/** Makes each head of a table a button that sorts by its column, and then the other way round. */
function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  for (const [column, head] of heads.entries()) {
    const contents = [...head.childNodes];
    const button = buttonWith("", "", () => {
      const sign = head.ariaSort === "ascending" ? -1 : 1;
      for (const each of heads) each.ariaSort = null;
      head.ariaSort = sign > 0 ? "ascending" : "descending";
      sortBy(table, column, sign);
    });
    button.append(...contents);
    head.append(button);
  }
}

/** Puts a field above a table that hides the rows without the words typed into it. */
function filterable(figure) {
  const filter = document.createElement("input");
  filter.type = "search";
  filter.className = "table-filter";
  filter.placeholder = "Filter";
  filter.setAttribute("aria-label", "Show only rows with these words");
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/);
    for (const row of figure.querySelector("tbody").rows)
      row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
  });
  return filter;
}

/** In rows: shorter tables are not worth sorting, or filtering. */
const WORTH_SORTING = 3;
const WORTH_FILTERING = 10;

/** Gives a table what its real markup lets a script do: sorting, filtering, copying, a file. */
function tableTools(figure) {
  const table = figure.querySelector("table");
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  const width = table.tHead?.rows[0].cells.length;
  const isPlain = table.tHead?.rows.length === 1 && [...table.rows].every((row) => row.cells.length === width);
  const tools = figure.querySelector(".table-tools");
  if (isPlain && rows.length >= WORTH_SORTING) sortable(table);
  if (isPlain && (rows.length >= WORTH_FILTERING || figure.matches(".compare"))) tools.append(filterable(figure));
  tools.append(buttonWith("Copy", "", (button) => copyAndSay(button, textsOf(table).map((row) => row.join("\t")).join("\n"))));
  if (!figure.querySelector(".fact-file")) tools.append(buttonWith("CSV", "", () => saveCsv(textsOf(table))));
}

/** Saves a table as a file of comma-separated values; a cell that a spreadsheet would compute is quoted. */
function saveCsv(texts) {
  const cell = (text) => `"${(/^[=+\-@]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const link = document.createElement("a");
  link.download = "table.csv";
  link.href = `data:text/csv;charset=utf-8,${encodeURIComponent(texts.map((row) => row.map(cell).join(",")).join("\r\n"))}`;
  link.click();
}

/** Lifts a figure out of the page: Escape or a click puts it back; plus, minus and nought change its size. */
function zoom(picture, caption) {
  const dialog = document.createElement("dialog");
  dialog.className = "zoomed";
  dialog.setAttribute("aria-label", caption);
  const box = document.createElement("div");
  box.tabIndex = 0;
  box.append(picture);
  dialog.append(buttonWith("Close", "zoom-close", () => dialog.close()), box);
  let scale = 1;
  const resize = (factor) => {
    scale = factor ? Math.min(8, Math.max(1, scale * factor)) : 1;
    picture.style.width = `${scale * 100}%`;
    picture.classList.toggle("enlarged", scale > 1);
  };
  dialog.addEventListener("keydown", (event) => {
    const factor = { "+": 1.25, "=": 1.25, "-": 0.8, 0: 0 }[event.key];
    if (factor !== undefined) resize(factor);
  });
  picture.addEventListener("click", () => resize(scale > 1 ? 0 : 2));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  box.focus();
}

/** A picture opens in the page instead of in its place. */
function zoomable(link) {
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const picture = document.createElement("img");
    picture.src = link.href;
    picture.alt = link.querySelector("img")?.alt ?? "";
    zoom(picture, link.closest("figure")?.querySelector(".label")?.textContent ?? "Picture");
  });
}

/** A drawing that is part of the page gets a button for that. */
function zoomableDrawing(chart) {
  chart.append(buttonWith("Enlarge", "enlarge", () => zoom(chart.querySelector("svg").cloneNode(true), "Chart")));
}

/** Puts the footnotes beside the places that refer to them; the style sheet shows them where there is room. */
function marginNotes(footnotes) {
  document.querySelectorAll(".margin-note").forEach((note) => note.remove());
  for (const note of footnotes.querySelectorAll("li[id]")) {
    const reference = document.querySelector(`.footnote-ref a[href="#${CSS.escape(note.id)}"]`)?.parentElement;
    if (!reference || note.querySelector(":scope > :not(p)")) continue;
    const copy = document.createElement("small");
    copy.className = "margin-note";
    copy.setAttribute("aria-hidden", "true");
    for (const child of note.cloneNode(true).childNodes) copy.append(...(child.tagName === "P" ? child.childNodes : [child]));
    for (const each of copy.querySelectorAll("[id]")) each.removeAttribute("id");
    for (const each of copy.querySelectorAll(".footnote-backref, button")) each.remove();
    for (const each of copy.querySelectorAll("a")) each.tabIndex = -1;
    copy.prepend(Object.assign(document.createElement("sup"), { textContent: reference.textContent }));
    reference.after(copy);
    reference.addEventListener("click", (event) => {
      if (!copy.checkVisibility()) return;
      event.preventDefault();
      copy.classList.add("flash");
      setTimeout(() => copy.classList.remove("flash"), 1500);
    });
  }
}

/** The lines of the map that lead to the note under the pointer stand out. */
function livelyMap(map) {
  const mark = (node) => {
    map.classList.toggle("has-active", Boolean(node));
    for (const path of map.querySelectorAll("path"))
      path.classList.toggle("active", Boolean(node) && path.dataset.ends.split(" ").includes(node.dataset.node));
  };
  map.addEventListener("pointerover", (event) => mark(event.target.closest("[data-node]")));
  map.addEventListener("pointerleave", () => mark(null));
}

function enhanceFigures() {
  enhanceEach("figure.table", tableTools);
  enhanceEach("a.zoom", zoomable);
  enhanceEach(".chart", zoomableDrawing);
  document.querySelectorAll(".footnotes").forEach(marginNotes);
  enhanceEach(".map", livelyMap);
}

enhanceFigures();
document.addEventListener("octavo:swap", enhanceFigures);
