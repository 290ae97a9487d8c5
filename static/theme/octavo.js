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

/** Puts a button on a block of code that copies its text. */
function copyButton(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    button.textContent = (await copy(block.querySelector("code").textContent)) ? "Copied" : "Not copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  block.append(button);
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

/** Opens the search over the page, also by "/" and Ctrl-K; what it is made of is loaded only then. */
function searchOpener(link) {
  const open = (event) => {
    event.preventDefault();
    import("./search.js").then(({ openSearch }) => openSearch()).catch(() => location.assign(link.href));
  };
  link.addEventListener("click", (event) => {
    if (!(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) open(event);
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const isHeld = event.ctrlKey || event.metaKey;
    if (isHeld ? event.key.toLowerCase() === "k" && !event.shiftKey : event.key === "/") open(event);
  });
}

document.querySelectorAll(".theme-toggle").forEach(themeToggle);
document.querySelectorAll(".search-link").forEach(searchOpener);

/** What belongs to the text; the preview calls it again when it has put a new text into the page. */
function enhance() {
  document.querySelectorAll("nav.toc").forEach(markCurrentSection);
  document.querySelectorAll(".code").forEach(copyButton);
  document.querySelectorAll("figure.compare table").forEach(sortable);
  document.querySelectorAll("figure.compare").forEach(filterable);
  document.querySelectorAll("a.anchor").forEach(copyPermalink);
}

enhance();
document.addEventListener("octavo:swap", enhance);
