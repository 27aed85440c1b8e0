/* Returns what is seen of a page, for `visitor.Look`. */
() => {
  const isShown = (element) => element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });
  const main = document.querySelector("#main") || document.body;
  /* As it is read: icons are letters too, drawn by a font. */
  const ICON = ".material-symbols-outlined, [aria-hidden=true], script, style";
  const read = (root, mayRead) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (!parent.closest(ICON) && mayRead(parent)) found.push(walker.currentNode.data);
    }
    return found.join(" ").replace(/\s+/g, " ").trim();
  };
  const words = (element) => read(element, () => true);

  const nameOf = (element) => {
    const ids = (element.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
    const said = ids.map((id) => words(document.getElementById(id) || document.createElement("i"))).join(" ");
    const labels = [...(element.labels || [])].map(words).join(" ");
    return said || element.getAttribute("aria-label") || labels || words(element) || element.title || element.alt || element.placeholder || "";
  };

  /* Of a copy: reading the chart's own canvas would slow it down. */
  const countColors = (canvas) => {
    if (!canvas.width || !canvas.height) return 0;
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    return new Set(new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
  };

  const charts = [...document.querySelectorAll("figure[data-chart]")].filter(isShown).map((figure) => {
    const drawing = figure.querySelector(".sb-chart-canvas");
    return {
      caption: words(figure.querySelector("figcaption")),
      description: drawing.getAttribute("aria-label"),
      colors: Math.max(0, ...[...drawing.querySelectorAll("canvas")].map(countColors)),
      rows: figure.querySelectorAll("tbody tr").length,
    };
  });

  const sparklines = [...document.querySelectorAll("svg.sb-sparkline")].filter(isShown).map((svg) => ({
    description: svg.getAttribute("aria-label"),
    width: Math.max(0, ...[...svg.querySelectorAll("polyline")].map((line) => line.getBoundingClientRect().width)),
  }));

  /* unfold's button beside the search field is called by its icon, which is the word "search" */
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const KNOWN = "#searchbar-submit";
  const nameless = [...document.querySelectorAll(controls)]
    .filter((element) => isShown(element) && !element.closest("[aria-hidden=true]") && !element.matches(KNOWN) && !nameOf(element))
    .map((element) => element.outerHTML.slice(0, 200));

  /* What scrolls inside a box of its own does not stick out. */
  const width = document.documentElement.clientWidth;
  const isBoxed = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible") return true;
    }
    return false;
  };
  const wider = document.documentElement.scrollWidth - width;
  const sticking = [...main.querySelectorAll("*")]
    .filter((element) => isShown(element) && element.getBoundingClientRect().right > width + 1 && !isBoxed(element))
    .map((element) => `${Math.round(element.getBoundingClientRect().right - width)} px: ${element.outerHTML.slice(0, 160)}`);

  /* A table that is wider than its panel runs into its edge, though the panel hides it from the document. */
  for (const table of main.querySelectorAll(".sb-panel table")) {
    const panel = table.closest(".sb-panel");
    const edge = panel.getBoundingClientRect().right - parseFloat(getComputedStyle(panel).paddingRight);
    const beyond = isShown(table) && !isBoxed(table) ? Math.round(table.getBoundingClientRect().right - edge) : 0;
    if (beyond > 1) sticking.push(`table ${beyond} px wider than its panel: ${words(panel).slice(0, 80)}`);
  }

  const places = [...main.querySelectorAll("h1")].map((heading) => heading.getBoundingClientRect());
  const sidebar = document.querySelector("#nav-sidebar");
  return {
    language: document.documentElement.lang,
    title: document.title,
    text: read(main, isShown),
    navigation: sidebar ? read(sidebar, isShown) : "",
    headings: [...main.querySelectorAll("h1, h2, h3, h4, h5, h6")]
      .filter(isShown)
      .map((heading) => [Number(heading.tagName[1]), words(heading)]),
    places: places.map((place) => [place.left, place.top]),
    charts,
    sparklines,
    nameless,
    overflow: wider > 0 || sticking.length ? [`document ${wider} px wider than ${width}`, ...sticking.slice(0, 8)] : [],
  };
}
