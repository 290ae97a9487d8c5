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

  /** Whether two elements can be compared by what is in them. */
  function areComparable(one, other) {
    return one.cloneNode().isEqualNode(other.cloneNode()) && holdsElements(one) && holdsElements(other);
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
    elementOf.get(before).replaceWith(elementFor(next));
    before.replaceWith(next);
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
    document.getElementById("octavo-overlay")?.remove();
    const overlay = fresh.getElementById("octavo-overlay");
    if (overlay) document.body.append(document.adoptNode(overlay));
    document.dispatchEvent(new Event("octavo:swap"));
    return true;
  }

  async function load() {
    const response = await fetch(location.pathname, { cache: "no-store" });
    return response.text();
  }

  /** Shows the page of a build, unless a newer one has come before it is loaded. */
  async function refresh(build) {
    const html = build.html ?? (await load());
    if (build.version !== version) return;
    const fresh = new DOMParser().parseFromString(html, "text/html");
    if (!document.querySelector("main") || !show(fresh)) location.reload();
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
