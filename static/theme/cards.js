// Cards beside citations, previews beside links. Without this script a button beside each citation opens its card, and links just lead on.

/** In milliseconds: how long the pointer rests on a link before its card shows, and is away before it goes. */
const REST = 250;
const LEAVE = 300;

const preview = document.createElement("aside");
preview.className = "card preview";
preview.popover = "auto";
preview.setAttribute("aria-label", "Preview");

let shown = null; // the card that is open, and the link it belongs to
let timer = 0;

/** Calls a function later, unless something else is to happen by then. */
function later(wait, act) {
  clearTimeout(timer);
  timer = setTimeout(act, wait);
}

function hide() {
  clearTimeout(timer);
  if (shown?.card.matches(":popover-open")) shown.card.hidePopover();
  shown = null;
}

/** Shows a card beside a link; the next Tab leads from the link into it, where the browser knows of sources. */
function show(link, card) {
  if (shown?.link === link && card.matches(":popover-open")) return;
  hide();
  document.querySelector(".anchored")?.classList.remove("anchored");
  link.classList.add("anchored");
  card.classList.add("placed");
  card.showPopover({ source: link });
  card.scrollTop = 0;
  shown = { link, card };
}

/** The card of the work that a citation leads to. */
function cardOf(cite) {
  return document.getElementById(cite.nextElementSibling?.getAttribute("popovertarget") ?? "");
}

/** Finds what belongs to a link, and shows it. */
async function open(link) {
  if (link.matches(".cite")) {
    const card = cardOf(link);
    if (card) show(link, card);
    return;
  }
  const excerpt = await excerptOf(link);
  if (!excerpt || !(link.matches(":hover") || link === document.activeElement)) return;
  preview.replaceChildren(...excerpt);
  document.querySelector("main").append(preview);
  show(link, preview);
}

/** Whether a link leads to another page of this site. */
function leadsInside(link) {
  return link.origin === location.origin && !link.hasAttribute("download") && link.protocol.startsWith("http");
}

const pages = new Map(); // by address, what was fetched

function fetchPage(address) {
  if (!pages.has(address)) {
    const fetched = fetch(address)
      .then((response) => (response.ok && response.headers.get("Content-Type")?.includes("html") ? response.text() : ""))
      .then((text) => text && new DOMParser().parseFromString(text, "text/html"))
      .catch(() => null);
    pages.set(address, fetched);
  }
  return pages.get(address);
}

/** What a link leads to, in short: copies of elements, or nothing. */
async function excerptOf(link) {
  if (!leadsInside(link) && !link.hash) return null;
  const address = link.href.split("#")[0];
  const here = address === location.href.split("#")[0];
  const page = here ? document : await fetchPage(address);
  if (!page || (here && !link.hash)) return null;
  const target = link.hash ? page.getElementById(decodeURIComponent(link.hash.slice(1))) : page.querySelector("main h1");
  const excerpt = target && around(target);
  return excerpt?.map((element) => copyOf(element, address));
}

/** The part of a page that says what an element is about. */
function around(target) {
  if (/^H[1-6]$/.test(target.tagName)) {
    let next = target.nextElementSibling;
    while (next && !next.matches("p:not(.byline), ul:not(.byline), ol, figure, .code, .equation, h2, h3, h4")) next = next.nextElementSibling;
    return next && !/^H/.test(next.tagName) ? [target, next] : [target];
  }
  const whole = target.closest("figure, .equation, li, p, td, dd, dt, blockquote");
  return whole && [whole.tagName === "DT" ? whole.nextElementSibling ?? whole : whole];
}

/** A copy of an element without what belongs to its place: ids, buttons; its addresses start from its own page. */
function copyOf(element, address) {
  const copy = document.importNode(element, true);
  copy.removeAttribute("id");
  for (const each of copy.querySelectorAll("[id]")) each.removeAttribute("id");
  for (const each of copy.querySelectorAll(".anchor, .footnote-backref, .backlinks, .Z3988, button, input")) each.remove();
  for (const name of ["href", "src"])
    for (const each of copy.querySelectorAll(`[${name}]`)) each.setAttribute(name, new URL(each.getAttribute(name), address).href);
  for (const each of copy.querySelectorAll("source")) each.remove();
  if (/^(LI|TD|DD|DT)$/.test(copy.tagName)) {
    const box = document.createElement("div");
    box.append(...copy.childNodes);
    return box;
  }
  return copy;
}

/** Asks for a page before it is wanted, so that it is there when it is. */
function prefetch(link) {
  const address = link.href.split("#")[0];
  if (!leadsInside(link) || address === location.href.split("#")[0] || navigator.connection?.saveData) return;
  if (prefetch.asked.has(address)) return;
  prefetch.asked.add(address);
  const hint = document.createElement("link");
  hint.rel = "prefetch";
  hint.href = address;
  document.head.append(hint);
}
prefetch.asked = new Set();

const WITH_CARD = "main a.cite, main .prose a[href]:not(.anchor, .btn, .zoom, .footnote-backref)";

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse" || !(event.target instanceof Element)) return;
  const link = event.target.closest("a[href]:not(svg *)");
  if (link) prefetch(link);
  if (event.target.closest(".card")) clearTimeout(timer);
  else if (link?.matches(WITH_CARD)) later(REST, () => open(link));
  else later(LEAVE, hide);
});

document.addEventListener("focusin", (event) => {
  const { target } = event;
  if (target.matches?.("a[href]:not(svg *)")) prefetch(target);
  if (target.closest?.(".card")) clearTimeout(timer);
  else if (target.matches?.("a.cite:focus-visible")) later(REST, () => open(target));
  else later(LEAVE, hide);
});

// Where there is no pointer to rest on a link, the first tap on a citation shows its card.
document.addEventListener("click", (event) => {
  const cite = event.target.closest?.("a.cite");
  if (!cite || event.pointerType === "mouse" || event.detail === 0) return;
  const card = cardOf(cite);
  if (!card || (event.pointerType !== "touch" && !matchMedia("(hover: none)").matches)) return;
  event.preventDefault();
  show(cite, card);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && shown) hide();
});

/** Gives a card a button that copies its BibTeX. */
function copyBibtex(card) {
  const copyIt = (button) => copyAndSay(button, card.querySelector("code").textContent);
  card.querySelector(".card-links").append(buttonWith("Copy BibTeX", "", copyIt));
}

/** Names the card of each citation, and adds to the cards. */
function enhanceCards() {
  for (const cite of document.querySelectorAll("a.cite")) {
    const card = cardOf(cite);
    if (card) cite.setAttribute("aria-details", card.id);
  }
  enhanceEach(".card[id]", copyBibtex);
}

enhanceCards();
document.addEventListener("octavo:swap", enhanceCards);
