// Small corrections to unfold's admin.

// The scrolled parts of a page are announced in English unless each brings its own name. Loaded before the script that
// reads it.
document.addEventListener("DOMContentLoaded", () => {
  const name = document.querySelector("[data-scrolled-name]")?.dataset.scrolledName;
  if (!name) return;
  for (const element of document.querySelectorAll("[data-simplebar]")) {
    element.dataset.simplebarAriaLabel = name;
  }
});
