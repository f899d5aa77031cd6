/* What the pages do beyond HTML, for those who have scripts; everything works without. */
"use strict";

(() => {
  const isTicked = (control) => control.type === "checkbox" || control.type === "radio";
  const key = (control) => (isTicked(control) ? `${control.name}=${control.value}` : control.name);
  const stateOf = (control) => (isTicked(control) ? control.checked : control.value);
  const controls = (within) => [...within.querySelectorAll("input[name]:not([type=hidden]), select[name]")];
  const statesOf = (within) => new Map(controls(within).map((control) => [key(control), stateOf(control)]));
  let asked = new Map(), opened = new Map(), scrolled = new Map();

  // Empty fields stay out of the address, so that links are short and the same however they came about.
  document.addEventListener("htmx:config:request", (event) => {
    const { request, sourceElement } = event.detail.ctx;
    asked = statesOf(sourceElement);
    const body = request.body;
    if (!(body instanceof FormData)) return;
    for (const name of new Set(body.keys())) {
      const values = body.getAll(name).filter((value) => String(value).trim() !== "");
      body.delete(name);
      for (const value of values) body.append(name, value);
    }
  });

  // A mistake has a page of its own.
  // What the reader has typed or chosen since the question was sent, unfolded or scrolled to stays.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    if (ctx.response && ctx.response.status >= 400) {
      event.preventDefault();
      window.location.assign(ctx.request.action);
      return;
    }
    const answer = document.getElementById("answer");
    const isAnswer = ctx.sourceElement?.id === "search-form";
    const now = isAnswer && answer ? statesOf(answer) : new Map();
    for (const control of tasks.flatMap((task) => controls(task.fragment))) {
      const state = now.get(key(control));
      if (state === undefined || state === asked.get(key(control))) continue;
      if (isTicked(control)) control.checked = state;
      else control.value = state;
    }
    const folded = [...document.querySelectorAll("details[id]")];
    opened = new Map(folded.map((details) => [details.id, details.open]));
    scrolled = new Map(folded.map((details) => [details.id, details.querySelector(".facet-scroll > ul")?.scrollTop ?? 0]));
  });

  document.addEventListener("htmx:after:swap", (event) => {
    for (const [id, isOpen] of opened) {
      const details = document.getElementById(id);
      if (details && isOpen) details.open = true;
      const list = details?.querySelector(":scope > .facet-scroll > ul");
      if (list) list.scrollTop = scrolled.get(id);
    }
    const source = event.detail.ctx.sourceElement;
    if (source?.dataset.announce) document.getElementById("announce").textContent = source.dataset.announce;
    if (source?.id !== "search-form") return;
    const box = document.getElementById("q");
    // Words that were read as a place have become a filter.
    if (box.value === asked.get("q")) box.value = document.getElementById("answer").dataset.q;
    document.getElementById("announce").textContent = `${document.getElementById("result-title").textContent} found`;
  });

  // The line of contents marks the section that is being read.
  const contents = document.querySelector(".jump");
  const links = contents ? [...contents.querySelectorAll("a")] : [];
  const heads = links.map((link) => document.getElementById(link.hash.slice(1)));

  function mark() {
    const line = contents.getBoundingClientRect().bottom + 24;
    const passed = heads.filter((head) => head && head.getBoundingClientRect().top <= line).length;
    links.forEach((link, place) => {
      if (place !== passed - 1) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "true");
        contents.scrollLeft = link.offsetLeft - contents.clientWidth / 3;
      }
    });
  }

  let isWaiting = false;
  if (contents) {
    document.addEventListener("scroll", () => {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        mark();
      });
    }, { passive: true });
  }
})();
