// Runs before the first paint: the remembered colour theme, so that the page never flashes in the other one.
try {
  const theme = localStorage.getItem("octavo-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's choice then stands.
}
