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

/** Elements by what has been added to them. */
const enhanced = new Map();

/** Adds something to each element once, also when the preview has put some new ones into the page. */
function enhanceEach(selector, add) {
  const done = enhanced.get(add) ?? new WeakSet();
  enhanced.set(add, done);
  for (const element of document.querySelectorAll(selector)) {
    if (done.has(element)) continue;
    done.add(element);
    add(element);
  }
}

let sections = null; // what watches the headings

/** Marks the link of the section being read: the last heading that has passed the upper third of the window. */
function markCurrentSection(toc) {
  sections?.disconnect();
  toc.querySelector("[aria-current]")?.removeAttribute("aria-current");
  const links = new Map();
  for (const link of toc.querySelectorAll("a[href^='#']")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  const passed = new Set();
  let current = null;
  sections = new IntersectionObserver(
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
  for (const heading of links.keys()) sections.observe(heading);
}

/** Scrolls only the table of contents itself, never the page. */
function keepInView(toc, link) {
  const box = toc.getBoundingClientRect();
  const { top, bottom } = link.getBoundingClientRect();
  if (top < box.top || bottom > box.bottom) toc.scrollTop += top - box.top - box.height / 2;
}

/** Makes a button. */
function buttonWith(text, className, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = className;
  button.textContent = text;
  button.addEventListener("click", () => act(button));
  return button;
}

/** Copies a text, and says on the button whether it is done. */
async function copyAndSay(button, text) {
  const before = (button.dataset.label ??= button.textContent);
  button.textContent = (await copy(text)) ? "Copied" : "Not copied";
  setTimeout(() => (button.textContent = before), 2000);
}

/** Puts a button on a block that copies the text of an element in it. */
function copyButton(block, selector, name) {
  const source = block.querySelector(selector);
  if (source) block.append(buttonWith(name, "copy-button", (button) => copyAndSay(button, source.textContent)));
}

const copyCode = (block) => copyButton(block, "code", "Copy");
const copyTex = (block) => copyButton(block, "annotation", "Copy TeX");

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

/** The sidebar stays where it was scrolled to, from page to page. */
function keepScroll(sidebar) {
  try {
    const before = sessionStorage.getItem("octavo-sidebar");
    if (before) sidebar.scrollTop = Number(before);
    else sidebar.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    addEventListener("pagehide", () => sessionStorage.setItem("octavo-sidebar", sidebar.scrollTop));
  } catch {
    // Storage may be forbidden; the sidebar then begins at its top.
  }
}

/** Keys that do something when they are pressed alone: what it is in words, and what they press or follow. */
const KEYS = new Map([
  ["n", ["Next page", "a[rel=next]"]],
  ["p", ["Previous page", "a[rel=prev]"]],
  ["h", ["Home", ".site-title"]],
  ["b", ["Bibliography", ".masthead-links a[data-key=b]"]],
  ["t", ["Colour theme", ".theme-toggle"]],
]);
const KEYS_OFF = "octavo-keys-off";

function keysAreOff() {
  try {
    return localStorage.getItem(KEYS_OFF) === "yes";
  } catch {
    return false;
  }
}

/** The card that names the keys, and lets those be switched off that are pressed alone. */
function showKeys() {
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-label", "Keyboard shortcuts");
  const list = document.createElement("dl");
  const rows = [["/", "Search"], ...[...KEYS].map(([key, [text]]) => [key, text]), ["?", "This card"], ["Esc", "Close what is open"]];
  for (const [key, text] of rows) {
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    list.append(term, Object.assign(document.createElement("dd"), { textContent: text }));
  }
  const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: !keysAreOff() });
  const label = document.createElement("label");
  label.append(box, " Single keys");
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(KEYS_OFF, box.checked ? "no" : "yes");
    } catch {
      // Storage may be forbidden; the keys then stay on.
    }
  });
  dialog.append(Object.assign(document.createElement("h2"), { textContent: "Keyboard shortcuts" }), list, label);
  dialog.append(buttonWith("Close", "", () => dialog.close()));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || keysAreOff()) return;
  if (event.key === "?") showKeys();
  else document.querySelector(KEYS.get(event.key)?.[1] ?? ":not(*)")?.click();
});

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
    if (!isHeld && keysAreOff()) return;
    if (isHeld ? event.key.toLowerCase() === "k" && !event.shiftKey : event.key === "/") open(event);
  });
}

document.querySelectorAll(".theme-toggle").forEach(themeToggle);
document.querySelectorAll(".search-link").forEach(searchOpener);

/** What belongs to the text; the preview calls it again when it has changed some of it. */
function enhance() {
  document.querySelectorAll("nav.toc").forEach(markCurrentSection);
  enhanceEach(".code", copyCode);
  enhanceEach(".equation", copyTex);
  enhanceEach("a.anchor", copyPermalink);
}

enhance();
document.addEventListener("copy", copyFormulas);
document.addEventListener("octavo:swap", enhance);
document.querySelectorAll(".keys-button").forEach((button) => button.addEventListener("click", showKeys));
document.querySelectorAll(".sidebar").forEach(keepScroll);
