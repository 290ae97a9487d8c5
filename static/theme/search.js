// The search: a dialog over any page, and the page /search/ itself. Loaded when it is first used.
// What is searched: all text, by Pagefind; or, where there is no index or WebAssembly is forbidden, titles and headings.

const ROOT = new URL("../", import.meta.url);
const PAGE = new URL("search/", ROOT);
const INDEX = new URL("pagefind/", ROOT);
const AT_ONCE = 10;
const MOST_HEADINGS = 4;

/** The smallest WebAssembly module: compiling it tells whether the page's policy lets any run. */
const NOTHING = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** Full text, of an index in so many parts. Fails where there is none, or it may not be read. */
async function openIndex(parts) {
  new WebAssembly.Module(NOTHING);
  const { createInstance } = await import(new URL("0/pagefind.js", INDEX));
  const [first, ...others] = Array.from({ length: parts }, (_, number) => new URL(`${number}/`, INDEX).pathname);
  const options = { baseUrl: ROOT.pathname, excerptLength: 24 };
  const index = createInstance({ ...options, basePath: first, noWorker: true });
  await index.filters();
  await Promise.all(others.map((part) => index.mergeIndex(part, options)));
  return async (query) => {
    const { results } = await index.search(query || null);
    return results.map(({ id, data }) => ({ id, load: async () => fromPagefind(await data(), query) }));
  };
}

function fromPagefind({ url, meta, excerpt, sub_results: parts }, query) {
  const title = meta.title;
  if (!query) return { url, title, excerpt: excerpt.startsWith(`${title}. `) ? excerpt.slice(title.length + 2) : excerpt, headings: [] };
  const below = parts.filter((part) => part.anchor);
  const best = below.toSorted((one, other) => other.locations.length - one.locations.length).slice(0, MOST_HEADINGS);
  const headings = below.filter((part) => best.includes(part));
  return { url, title, excerpt: parts.find((part) => !part.anchor)?.excerpt ?? "", headings };
}

/** Titles and headings, out of the list on the search's page. */
async function openTitles() {
  const here = document.querySelector("[data-search]");
  const list = here ?? new DOMParser().parseFromString(await (await fetch(PAGE)).text(), "text/html");
  const read = (link) => ({ title: link.textContent, url: pathOf(new URL(link.getAttribute("href"), PAGE)) });
  const pages = [...list.querySelectorAll("[data-note]")].map((item) => {
    const [note, ...headings] = [...item.querySelectorAll("a")].map(read);
    return { ...note, headings };
  });
  return async (query) => {
    const words = query.toLowerCase().split(/\s+/);
    const has = (...titles) => words.every((word) => titles.some((title) => title.toLowerCase().includes(word)));
    const found = [];
    for (const { url, title, headings } of pages) {
      const matching = query ? headings.filter((heading) => has(title, heading.title) && !has(title)) : [];
      if (has(title) || matching.length) found.push({ url, load: async () => ({ url, title, headings: matching }) });
    }
    return found;
  };
}

/** What pages can be filtered by, by the id that a result has, and by address. */
async function openFilters() {
  const { parts, sections, works, pages } = await (await fetch(new URL("filters.json", INDEX))).json();
  const known = new Map();
  for (const [id, { url, section, works: cited }] of Object.entries(pages)) {
    const facts = { section: sections[section], works: new Set(cited.map((place) => works[place][0])) };
    known.set(id, facts).set(ROOT.pathname + url.slice(1), facts);
  }
  return { parts, sections, works, of: ({ id, url }) => known.get(id ?? url.split("#")[0]) };
}

let opened;

/** Opens what there is to search, once for all. */
function open() {
  opened ??= (async () => {
    const filters = await openFilters().catch(() => null);
    const search = filters && (await openIndex(filters.parts).catch(() => null));
    return { filters, isFull: Boolean(search), search: search ?? (await openTitles()) };
  })();
  return opened;
}

const pathOf = (url) => url.pathname + url.hash;

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** An excerpt as nodes: of its HTML only the marks are kept, everything else is text. */
function excerptNodes(html) {
  return html.split(/(<mark>.*?<\/mark>)/s).map((part) => {
    const text = part.replace(/<\/?mark>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    return part.startsWith("<mark>") ? make("mark", {}, text) : text;
  });
}

function hit({ url, title, excerpt, headings }, section = "") {
  const item = make("li", {}, make("a", { href: url }, title));
  if (section) item.append(make("span", { className: "search-section" }, section));
  if (excerpt) item.append(make("p", {}, ...excerptNodes(excerpt)));
  if (headings.length) item.append(make("ul", {}, ...headings.map((heading) => hit({ ...heading, headings: [] }))));
  return item;
}

/** A field, its filters and its results; `onChange` is told what is searched for. */
class Panel {
  constructor(onChange = () => {}) {
    this.field = make("input", { type: "text", name: "q", placeholder: "Search", enterKeyHint: "search" });
    this.field.autocomplete = "off";
    this.field.setAttribute("aria-label", "Search");
    this.section = make("select", { name: "section", ariaLabel: "Section" });
    this.work = make("select", { name: "cites", ariaLabel: "Cited work" });
    this.filters = make("div", { className: "search-filters", hidden: true }, this.section, this.work);
    this.form = make("form", { role: "search" }, this.field, this.filters);
    this.status = make("p", { role: "status", className: "search-status" });
    this.results = make("ol", { className: "search-results" });
    this.more = make("button", { type: "button", hidden: true }, "More results");
    this.element = make("div", { className: "search-panel" }, this.form, this.status, this.results, this.more);
    this.onChange = onChange;
    this.latest = 0;
    this.form.addEventListener("input", () => this.update());
    this.form.addEventListener("submit", (event) => this.follow(event));
    this.more.addEventListener("click", () => this.showMore());
    this.element.addEventListener("keydown", (event) => this.move(event));
  }

  /** Searches for what a query string says. */
  async set(parameters) {
    this.field.value = parameters.get("q") ?? "";
    await this.update(parameters.get("section") ?? "", parameters.get("cites") ?? "");
  }

  update(section = this.section.value, work = this.work.value) {
    this.updated = this.search(this.field.value.trim(), section, work);
    return this.updated;
  }

  async search(query, section, work) {
    const mine = ++this.latest;
    const source = await open().catch(() => null);
    if (!source) return void (this.status.textContent = "The search can’t be loaded.");
    const { search, filters, isFull } = source;
    const all = query || section || work ? await search(query) : [];
    if (mine !== this.latest) return;
    const inSection = (one) => !section || filters?.of(one)?.section === section;
    const citing = (one) => !work || filters?.of(one)?.works.has(work);
    if (filters) this.offer(filters, query ? all : null, inSection, citing, section, work);
    this.rest = all.filter((one) => inSection(one) && citing(one));
    this.results.replaceChildren();
    this.onChange(query, section, work);
    const count = `${this.rest.length} ${this.rest.length === 1 ? "page" : "pages"}`;
    const scope = isFull ? "" : " (titles and headings only)";
    await this.showMore(mine);
    if (mine === this.latest) this.status.textContent = query || section || work ? count + scope : scope && "Titles and headings only";
  }

  /** Offers the filters that leave something; each counts what the other one leaves. */
  offer(filters, found, inSection, citing, section, work) {
    const facts = (test) => found?.filter(test).map((one) => filters.of(one));
    const [bySection, byWork] = [facts(citing), facts(inSection)];
    const count = (list, test) => (list ? list.filter((one) => one && test(one)).length : "");
    const sections = filters.sections.map((one) => [one, one, count(bySection, (of) => of.section === one)]);
    const works = filters.works.map(([key, label]) => [key, label, count(byWork, (of) => of.works.has(key))]);
    fill(this.section, "All sections", sections, section);
    fill(this.work, "Citing any work", works, work);
    this.section.hidden = !sections.length;
    this.work.hidden = !works.length;
    this.filters.hidden = false;
  }

  async showMore(mine = this.latest) {
    const filters = (await open()).filters;
    const next = this.rest.splice(0, AT_ONCE);
    const pages = await Promise.all(next.map(({ load }) => load()));
    if (mine !== this.latest) return;
    const items = pages.map((page, place) => hit(page, filters?.of(next[place])?.section));
    const hadFocus = document.activeElement === this.more;
    this.results.append(...items);
    this.more.hidden = !this.rest.length;
    if (hadFocus) items[0]?.querySelector("a").focus();
  }

  /** Enter in the field follows the first result, of the words that stand there now. */
  async follow(event) {
    event.preventDefault();
    await this.updated;
    this.results.querySelector("a")?.click();
  }

  /** The arrows go from the field through the results and back. */
  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [this.field, ...this.results.querySelectorAll("a")];
    const place = stops.indexOf(event.target);
    if (!step || place < 0) return;
    event.preventDefault();
    stops[Math.max(0, Math.min(stops.length - 1, place + step))].focus();
  }
}

function fill(select, nothing, choices, chosen) {
  const shown = choices.filter(([value, , count]) => count !== 0 || value === chosen);
  const options = shown.map(([value, label, count]) => new Option(count === "" ? label : `${label} – ${count}`, value));
  select.replaceChildren(new Option(nothing, ""), ...options);
  select.value = chosen;
}

let dialog;

async function makeDialog() {
  const style = make("link", { rel: "stylesheet", href: new URL("search.css", import.meta.url) });
  const styled = new Promise((resolve) => (style.onload = style.onerror = resolve));
  document.head.append(style);
  const panel = new Panel();
  const close = make("button", { type: "button", className: "search-close" }, "Close");
  const made = make("dialog", { className: "search-dialog", ariaLabel: "Search" }, panel.element);
  panel.form.prepend(close);
  close.addEventListener("click", () => made.close());
  made.addEventListener("click", (event) => {
    const leaves = event.target.closest("a") && !(event.ctrlKey || event.metaKey || event.shiftKey);
    if (event.target === made || leaves) made.close();
  });
  document.body.append(made);
  await styled;
  panel.set(new URLSearchParams());
  return made;
}

/** Opens the dialog; on the search's own page it goes to the field there. */
export async function openSearch() {
  const here = document.querySelector("article .search-panel");
  if (!here) {
    const made = await (dialog ??= makeDialog());
    if (!made.open) made.showModal();
  }
  (here ?? (await dialog)).querySelector("input").select();
}

/** Puts a search above the list of pages, which stands aside when there are results. */
function mount(list) {
  const panel = new Panel((q, section, cites) => {
    const address = new URL(location);
    for (const [name, value] of Object.entries({ q, section, cites }))
      value ? address.searchParams.set(name, value) : address.searchParams.delete(name);
    history.replaceState(history.state, "", address);
    list.hidden = Boolean(q || section || cites);
  });
  (document.querySelector(".search-place") ?? list).prepend(panel.element);
  panel.set(new URLSearchParams(location.search));
}

const mountAll = () => enhanceEach("[data-search]", mount);
mountAll();
document.addEventListener("octavo:swap", mountAll);
