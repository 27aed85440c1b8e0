// Small corrections to unfold's admin. What they say stands in the page, in the reader's language.

// The scrolled parts of a page are announced in English unless each brings its own name. Loaded before the script that
// reads it.
function nameScrolledParts(name) {
  for (const element of document.querySelectorAll("[data-simplebar]")) {
    element.dataset.simplebarAriaLabel = name;
  }
}

// The icons that open and close the sidebar listen to a mouse only.
function openSidebarByKeyboard(name) {
  for (const icon of document.querySelectorAll('.material-symbols-outlined[x-on\\:click*="sidebar"]')) {
    icon.tabIndex = 0;
    icon.setAttribute("role", "button");
    icon.setAttribute("aria-label", name);
    icon.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      icon.click();
    });
  }
}

// The icons that open a calendar or a clock have a title inside, which is no name.
function nameShortcuts() {
  for (const link of document.querySelectorAll(".datetimeshortcuts a:not([aria-label])")) {
    const title = link.querySelector("[title]")?.title;
    if (title) link.setAttribute("aria-label", title);
  }
}

// Django makes them at this event too.
window.addEventListener("load", () => setTimeout(nameShortcuts));

document.addEventListener("DOMContentLoaded", () => {
  const words = document.querySelector("[data-scrolled-name]")?.dataset;
  if (!words) return;
  nameScrolledParts(words.scrolledName);
  openSidebarByKeyboard(words.sidebarName);
});
