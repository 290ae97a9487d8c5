// Puts the new text into the open page when the site has been built again, without losing the place.

const script = document.currentScript;
let version = script.dataset.version;

/** Replaces the text, the table of contents and the overlay by those of the new page; the reader's place stays. */
function swap(fresh) {
  document.title = fresh.title;
  for (const selector of ["main", "nav.toc"]) {
    const old = document.querySelector(selector);
    const next = fresh.querySelector(selector);
    if (Boolean(old) !== Boolean(next)) return false;
    old?.replaceWith(document.adoptNode(next));
  }
  document.getElementById("octavo-overlay")?.remove();
  const overlay = fresh.getElementById("octavo-overlay");
  if (overlay) document.body.append(document.adoptNode(overlay));
  document.dispatchEvent(new Event("octavo:swap"));
  return true;
}

async function refresh() {
  const response = await fetch(location.pathname, { cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!document.querySelector("main") || !swap(fresh)) location.reload();
}

const events = new EventSource(script.dataset.events);
events.addEventListener("build", (event) => {
  const build = JSON.parse(event.data);
  if (build.version === version) return;
  version = build.version;
  if (build.reload) location.reload();
  else refresh();
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
