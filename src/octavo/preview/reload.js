// Puts what is new of a text into the open page when the site has been built again; all else stays as the reader has it.
// It has names of its own, for it runs among the scripts of a site's pages.

(() => {
  const script = document.currentScript;
  let version = script.dataset.version;

  /** What is kept up to date. */
  const PARTS = ["main", "nav.toc"];

  /** Components that scripts add to: they are replaced as a whole. */
  const COMPONENT = "figure, table, svg, math, .code, .equation, .card, .references li";

  /** By its twin, which is as the server sent it, each element of the page, to which scripts may have added since. */
  const elementOf = new WeakMap();

  function pair(twin, element) {
    elementOf.set(twin, element);
    for (const [place, child] of [...twin.children].entries()) pair(child, element.children[place]);
  }

  /** By selector, the twins of the parts; this runs before any other script. */
  const twins = new Map();
  for (const selector of PARTS) {
    const [holder, element] = [new DocumentFragment(), document.querySelector(selector)];
    if (element) {
      holder.append(element.cloneNode(true));
      pair(holder.firstElementChild, element);
    }
    twins.set(selector, holder);
  }

  /** Returns a copy for the page of what the server has sent. */
  function elementFor(next) {
    const element = document.importNode(next, true);
    pair(next, element);
    return element;
  }

  /** Whether all of an element is in elements below it, which can be compared one by one. */
  function holdsElements(element) {
    const hasText = [...element.childNodes].some((node) => node.nodeType !== Node.ELEMENT_NODE && node.data.trim());
    return element.childElementCount > 0 && !hasText && !element.matches(COMPONENT);
  }

  /** Whether two elements have the same tag: all but what is in them. */
  function haveSameTag(one, other) {
    const attributes = [...one.attributes];
    return (
      one.nodeName === other.nodeName &&
      attributes.length === other.attributes.length &&
      attributes.every(({ name, value }) => other.getAttribute(name) === value)
    );
  }

  /** Whether two elements can be compared by what is in them. */
  function areComparable(one, other) {
    return haveSameTag(one, other) && holdsElements(one) && holdsElements(other);
  }

  /** Whether two elements are the same but for the space between the elements in them. */
  function areSame(one, other) {
    if (one.isEqualNode(other)) return true;
    if (one.childElementCount !== other.childElementCount || !areComparable(one, other)) return false;
    return [...one.children].every((child, place) => areSame(child, other.children[place]));
  }

  /** Changes the page, and the twin with it, where what was sent before differs from what is sent now. */
  function morph(before, next) {
    if (areSame(before, next)) return;
    if (areComparable(before, next)) return morphChildren(before, next);
    const [element, fresh] = [elementOf.get(before), elementFor(next)];
    if (haveSameTag(before, next) && !before.matches(COMPONENT)) {
      // In a page with formulas Chromium styles all again that is in an element which gets another child.
      element.replaceChildren(...fresh.childNodes);
      before.replaceChildren(...next.childNodes);
    } else {
      element.replaceWith(fresh);
      before.replaceWith(next);
    }
  }

  function morphChildren(before, next) {
    const [old, fresh] = [[...before.children], [...next.children]];
    const isSame = (place) => areSame(old.at(place), fresh.at(place));
    const most = Math.min(old.length, fresh.length);
    let [first, last] = [0, 0];
    while (first < most && isSame(first)) first++;
    while (last < most - first && isSame(-1 - last)) last++;
    const [gone, come] = [old.slice(first, old.length - last), fresh.slice(first, fresh.length - last)];
    if (gone.length === come.length) {
      for (const [place, each] of gone.entries()) morph(each, come[place]);
      return;
    }
    const following = old[old.length - last];
    for (const each of come) {
      const element = elementFor(each);
      if (following) elementOf.get(following).before(element);
      else elementOf.get(before).append(element);
      before.insertBefore(each, following ?? null);
    }
    for (const each of gone) {
      elementOf.get(each).remove();
      each.remove();
    }
  }

  /** Shows the new text, table of contents and overlay; tells whether that could be done. */
  function show(fresh) {
    for (const [selector, holder] of twins) {
      const [before, next] = [holder.firstElementChild, fresh.querySelector(selector)];
      if (Boolean(before) !== Boolean(next)) return false;
      if (before) morph(before, next);
    }
    document.title = fresh.title;
    overlay = fresh.getElementById("octavo-overlay");
    return true;
  }

  /** The HTML that is shown, once it is known; its list of problems; and by their twins where it has elements of main. */
  let [shown, overlay, places] = ["", document.getElementById("octavo-overlay"), null];

  /** A comment or a tag, with its slash if it ends an element, and its name. */
  const TAG = /<!--[^]*?-->|<(\/?)([a-z][^\s/>]*)(?:[^"'>]|"[^"]*"|'[^']*')*>/gi;
  const VOID = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;

  /** Returns where the elements of main are in the HTML; none if a browser would not read its tags as they stand. */
  function findPlaces(html) {
    const main = twins.get("main").firstElementChild;
    const [found, open, elements] = [new Map(), [], [main, ...main.querySelectorAll("*")].values()];
    TAG.lastIndex = html.indexOf("<main");
    for (let tag = TAG.exec(html); tag; tag = TAG.exec(html)) {
      const [text, slash, written] = tag;
      const name = written?.toLowerCase();
      if (name && !slash) {
        const element = elements.next().value;
        if (element?.localName.toLowerCase() !== name || (open.length && open.at(-1) !== element.parentElement)) break;
        found.set(element, [tag.index]);
        open.push(element);
      }
      if (name && (slash || VOID.test(name) || text.endsWith("/>"))) {
        const element = open.pop();
        if (element?.localName.toLowerCase() !== name) break;
        found.get(element).push(TAG.lastIndex);
        if (!open.length) return elements.next().done ? found : new Map();
      }
    }
    return new Map();
  }

  /** Returns the start and the ends of what differs between two texts. */
  function differenceOf(before, after) {
    const most = Math.min(before.length, after.length);
    let [start, same] = [0, 0];
    while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
    while (same < most - start && before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same))
      same++;
    return [start, before.length - same, after.length - same];
  }

  /** Returns the twin of the innermost element around a part of the HTML that is shown. */
  function innermost(start, end) {
    let found = null;
    for (const [element, [from, to]] of places) if (from < start && end < to) found = element;
    for (let part = found; part; part = part.parentElement?.closest(COMPONENT)) if (part.matches(COMPONENT)) found = part;
    return found;
  }

  /** Returns the element that a piece of HTML is at the place of a twin; nothing if it is not one that ends there. */
  function elementIn(html, twin) {
    const above = [];
    for (let each = twin.parentElement; each; each = each.parentElement) above.unshift(each.cloneNode().outerHTML);
    const template = document.createElement("template");
    template.innerHTML = `${above.map((each) => each.slice(0, each.lastIndexOf("</"))).join("")}${html}<i></i>`;
    let place = template.content;
    for (const _ of above) {
      if (place?.childNodes.length !== 1) return null;
      place = place.firstElementChild;
    }
    const isWhole = place?.childNodes.length === 2 && place.lastChild.nodeName === "I" && !place.lastChild.firstChild;
    return isWhole ? place.firstElementChild : null;
  }

  /** Changes the one element that is all that differs from what is shown; tells whether that could be done. */
  function showDifference(html) {
    if (!shown) return false;
    const [start, end, newEnd] = differenceOf(shown, html);
    if (start === html.length && start === shown.length) return true;
    places ??= findPlaces(shown);
    const twin = innermost(start, end);
    if (!twin?.parentElement) return false;
    const [from, to] = places.get(twin);
    const next = elementIn(html.slice(from, to + newEnd - end), twin);
    if (next) morph(twin, next);
    return Boolean(next);
  }

  async function load() {
    const response = await fetch(location.pathname, { cache: "no-store" });
    return response.text();
  }

  /** Shows the page of a build, unless a newer one has come before it is loaded. */
  async function refresh(build) {
    const html = build.html ?? (await load());
    if (build.version !== version) return;
    const canChange = document.querySelector("main") && twins.get("main").firstElementChild;
    const parse = () => new DOMParser().parseFromString(html, "text/html");
    if (!canChange || !(showDifference(html) || show(parse()))) return location.reload();
    [shown, places] = [html, null];
    document.getElementById("octavo-overlay")?.remove();
    if (overlay) document.body.append(document.adoptNode(overlay));
    document.dispatchEvent(new Event("octavo:swap"));
    setTimeout(() => (places ??= findPlaces(shown)), 100); // the next time it takes none
  }

  const events = new EventSource(`${script.dataset.events}?page=${encodeURIComponent(location.pathname)}`);
  events.addEventListener("build", (event) => {
    const build = JSON.parse(event.data);
    if (build.version === version) return;
    version = build.version;
    if (build.reload) location.reload();
    else refresh(build);
  });
  addEventListener("pagehide", () => events.close());

  function dismiss() {
    document.getElementById("octavo-overlay")?.remove();
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#octavo-overlay button")) dismiss();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") dismiss();
  });
})();
