/* Figures become interactive, and the map gets its slider, for those who have scripts; everything works without. */
"use strict";

(() => {
  const narrow = window.matchMedia("(max-width: 40rem)");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let loading = null;

  // The drawing libraries are large: they come when a figure is first pointed at or tapped.
  function libraries() {
    loading ||= new Promise((resolve, reject) => {
      const tag = document.createElement("script");
      tag.src = "/charts/vega.js";
      tag.onload = () => resolve(window.vegaEmbed);
      tag.onerror = reject;
      document.head.append(tag);
    });
    return loading;
  }

  // What is told of a mark, beside the pointer. The table below the figure has the same for everyone.
  function tell(drawing, event, value) {
    let box = drawing.querySelector(".told");
    if (!box) {
      box = document.createElement("dl");
      box.className = "told";
      box.setAttribute("aria-hidden", "true");
      drawing.append(box);
    }
    box.hidden = value === null || typeof value !== "object";
    if (box.hidden) return;
    box.replaceChildren(
      ...Object.entries(value).flatMap(([name, told]) => {
        const term = document.createElement("dt");
        const said = document.createElement("dd");
        term.textContent = name;
        said.textContent = told;
        return [term, said];
      }),
    );
    const { width, height } = box.getBoundingClientRect();
    box.style.left = `${Math.max(4, Math.min(event.clientX + 14, window.innerWidth - width - 8))}px`;
    box.style.top = `${Math.max(4, Math.min(event.clientY + 14, window.innerHeight - height - 8))}px`;
  }

  async function enliven(figure) {
    if (figure.dataset.state) return;
    figure.dataset.state = "loading";
    try {
      const [embed, answer] = await Promise.all([
        libraries(),
        fetch(`${narrow.matches ? figure.dataset.narrow : figure.dataset.wide}&look=${dark.matches ? "dark" : "light"}`),
      ]);
      if (!answer.ok) throw new Error(answer.statusText);
      const spec = await answer.json();
      const drawing = figure.querySelector(".drawing");
      const stage = document.createElement("div");
      await embed(stage, spec, {
        ast: true,
        defaultStyle: false,
        actions: false,
        renderer: "svg",
        tooltip: (handler, event, item, value) => tell(drawing, event, value),
      });
      // The figure is one image with one description; its parts have none of their own.
      for (const part of stage.querySelectorAll("[role], [aria-roledescription], [aria-label]")) {
        for (const name of ["role", "aria-roledescription", "aria-label"]) part.removeAttribute(name);
      }
      const still = drawing.querySelector("picture");
      stage.style.minHeight = `${still.offsetHeight}px`;
      still.replaceWith(stage);
      figure.dataset.state = "live";
    } catch (fault) {
      // The drawing that is there stays.
      figure.dataset.state = "still";
    }
  }

  function watch(root) {
    for (const figure of root.querySelectorAll("figure[data-wide]")) {
      const drawing = figure.querySelector(".drawing");
      if (!drawing) continue;
      // A mouse that comes near, or a tap: a finger that only scrolls past loads nothing.
      drawing.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && enliven(figure));
      drawing.addEventListener("click", () => enliven(figure));
    }
  }

  // Links for the years become a slider; letting it go leads to the year.
  function slide(place) {
    const links = [...place.querySelectorAll(".chip")];
    if (links.length < 2) return;
    const at = links.findIndex((link) => link.hasAttribute("aria-current"));
    const label = document.createElement("label");
    label.className = "label";
    label.textContent = "Year";
    const slider = Object.assign(document.createElement("input"), {
      type: "range", min: 0, max: links.length - 1, step: 1, value: at, id: "year-slider",
    });
    label.htmlFor = slider.id;
    const told = document.createElement("output");
    told.htmlFor = slider.id;
    const say = () => {
      told.textContent = links[slider.value].textContent;
      slider.setAttribute("aria-valuetext", told.textContent);
    };
    slider.addEventListener("input", say);
    slider.addEventListener("change", () => {
      const href = links[slider.value].href;
      if (!href) return;
      fetch(href)
        .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.statusText))))
        .then((text) => {
          const page = new DOMParser().parseFromString(text, "text/html");
          const fresh = page.getElementById("map-view");
          document.getElementById("map-view").replaceWith(document.importNode(fresh, true));
          window.history.replaceState(null, "", href);
          const year = document.getElementById("choose-year");
          if (year) year.value = told.textContent;
          begin(document.getElementById("map-view"));
          document.getElementById("year-slider").focus();
        })
        .catch(() => window.location.assign(href));
    });
    say();
    place.querySelector("nav").hidden = true;
    place.prepend(label, document.createElement("br"), slider, told);
  }

  function begin(root) {
    watch(root);
    for (const place of root.querySelectorAll("[data-years]")) slide(place);
  }

  begin(document);
})();
