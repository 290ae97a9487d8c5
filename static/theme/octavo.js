// What a script adds to a page that works without it. Each function looks for its own elements and does nothing if there are none.

const THEMES = ["auto", "light", "dark"];

/** The button in the masthead goes round auto, light and dark, and remembers the choice. */
function themeToggle(button) {
  const root = document.documentElement;
  const describe = () => {
    const text = `Colour theme: ${root.dataset.theme ?? "auto"}`;
    button.setAttribute("aria-label", text);
    button.title = text;
  };
  button.addEventListener("click", () => {
    const theme = THEMES[(THEMES.indexOf(root.dataset.theme ?? "auto") + 1) % THEMES.length];
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      localStorage.setItem("octavo-theme", theme);
    } catch {
      // Storage may be forbidden; the choice then holds for this page.
    }
    describe();
  });
  describe();
}

/** Marks the link of the section being read: the last heading that has passed the upper third of the window. */
function markCurrentSection(toc) {
  const links = new Map();
  for (const link of toc.querySelectorAll("a[href^='#']")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  const passed = new Set();
  let current = null;
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) passed[isIntersecting ? "add" : "delete"](target);
      const heading = [...links.keys()].findLast((each) => passed.has(each));
      current?.removeAttribute("aria-current");
      current = links.get(heading) ?? null;
      current?.setAttribute("aria-current", "location");
      if (current) keepInView(toc, current);
    },
    { rootMargin: "1000000px 0px -67% 0px" },
  );
  for (const heading of links.keys()) observer.observe(heading);
}

/** Scrolls only the table of contents itself, never the page. */
function keepInView(toc, link) {
  const box = toc.getBoundingClientRect();
  const { top, bottom } = link.getBoundingClientRect();
  if (top < box.top || bottom > box.bottom) toc.scrollTop += top - box.top - box.height / 2;
}

/** Puts a button on a block that copies the text of an element in it. */
function copyButton(block, selector, name) {
  const source = block.querySelector(selector);
  if (!source) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-button";
  button.textContent = name;
  button.addEventListener("click", async () => {
    button.textContent = (await copy(source.textContent)) ? "Copied" : "Not copied";
    setTimeout(() => (button.textContent = name), 2000);
  });
  block.append(button);
}

/** Formulas are copied as their TeX, where they are pasted as text; whatever takes HTML gets the MathML. */
function copyFormulas(event) {
  const selection = getSelection();
  if (selection.isCollapsed) return;
  const range = selection.getRangeAt(0).cloneRange();
  const formulaAt = (node) => (node.closest ? node : node.parentElement)?.closest("math");
  const [first, last] = [formulaAt(range.startContainer), formulaAt(range.endContainer)];
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  const copied = document.createElement("div");
  copied.append(range.cloneContents());
  if (!copied.querySelector("math annotation")) return;
  for (const button of copied.querySelectorAll("button")) button.remove();
  for (const link of copied.querySelectorAll("a[href]:not(svg a)")) link.setAttribute("href", link.href);
  for (const image of copied.querySelectorAll("img")) image.setAttribute("src", image.src);
  event.clipboardData.setData("text/html", copied.innerHTML);
  for (const formula of copied.querySelectorAll("math")) {
    const mark = formula.getAttribute("display") === "block" ? "$$" : "$";
    const whole = mark === "$" ? formula : (formula.closest(".equation") ?? formula);
    whole.replaceWith(mark + formula.querySelector("annotation").textContent + mark);
  }
  document.body.append(copied); // only what is laid out has line breaks between its blocks
  event.clipboardData.setData("text/plain", copied.innerText);
  copied.remove();
  event.preventDefault();
}

/** Sorts the rows of a table of facts by the column whose head is pressed; what has no value comes last. */
function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  for (const [column, head] of heads.entries()) {
    const isAbsent = ({ cells }) => column > 0 && !cells[column].querySelector(".fact:not(.fact-absent)");
    const compare = (one, other) => {
      const [a, b] = [one.cells[column], other.cells[column]];
      return a.dataset.order ? a.dataset.order - b.dataset.order : a.textContent.localeCompare(b.textContent);
    };
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      const sign = head.ariaSort === "ascending" ? -1 : 1;
      for (const each of heads) each.ariaSort = null;
      head.ariaSort = sign > 0 ? "ascending" : "descending";
      rows.sort((one, other) => isAbsent(one) - isAbsent(other) || (isAbsent(one) ? 0 : sign * compare(one, other)));
      table.tBodies[0].append(...rows);
    });
    head.append(button);
  }
}

/** Puts a field above a table of facts that hides the rows without the words typed into it. */
function filterable(figure) {
  const filter = document.createElement("input");
  filter.type = "search";
  filter.className = "fact-filter";
  filter.placeholder = "Filter";
  filter.setAttribute("aria-label", "Show only rows with these words");
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/);
    for (const row of figure.querySelector("tbody").rows)
      row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
  });
  figure.querySelector(".table-box").before(filter);
}

/** Following the mark beside a heading also copies its address. */
function copyPermalink(anchor) {
  anchor.addEventListener("click", async () => {
    if (!(await copy(anchor.href))) return;
    anchor.classList.add("copied");
    setTimeout(() => anchor.classList.remove("copied"), 2000);
  });
}

/** Copies a text; false where the browser does not allow it. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

document.querySelectorAll(".theme-toggle").forEach(themeToggle);

/** What belongs to the text; the preview calls it again when it has put a new text into the page. */
function enhance() {
  document.querySelectorAll("nav.toc").forEach(markCurrentSection);
  document.querySelectorAll(".code").forEach((block) => copyButton(block, "code", "Copy"));
  document.querySelectorAll(".equation").forEach((block) => copyButton(block, "annotation", "Copy TeX"));
  document.querySelectorAll("figure.compare table").forEach(sortable);
  document.querySelectorAll("figure.compare").forEach(filterable);
  document.querySelectorAll("a.anchor").forEach(copyPermalink);
}

enhance();
document.addEventListener("copy", copyFormulas);
document.addEventListener("octavo:swap", enhance);
