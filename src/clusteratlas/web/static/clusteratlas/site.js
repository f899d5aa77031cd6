/* What the pages do beyond HTML, for those who have scripts; everything works without. */
"use strict";

(() => {
  let opened = new Map();

  // Empty fields stay out of the address, so that links are short and the same however they came about.
  document.addEventListener("htmx:config:request", (event) => {
    const body = event.detail.ctx.request.body;
    if (!(body instanceof FormData)) return;
    for (const name of new Set(body.keys())) {
      const values = body.getAll(name).filter((value) => String(value).trim() !== "");
      body.delete(name);
      for (const value of values) body.append(name, value);
    }
  });

  // A mistake has a page of its own. What the reader has unfolded stays unfolded.
  document.addEventListener("htmx:before:swap", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.response && ctx.response.status >= 400) {
      event.preventDefault();
      window.location.assign(ctx.request.action);
      return;
    }
    opened = new Map([...document.querySelectorAll("details[id]")].map((d) => [d.id, d.open]));
  });

  document.addEventListener("htmx:after:swap", () => {
    for (const [id, isOpen] of opened) {
      const details = document.getElementById(id);
      if (details && isOpen) details.open = true;
    }
    const announce = document.getElementById("announce");
    const title = document.getElementById("result-title");
    if (announce && title) announce.textContent = `${title.textContent} found`;
  });
})();
