// SPDX-License-Identifier: Apache-2.0
"use strict";
(() => {
  const form = document.getElementById("filter");
  const text = document.getElementById("filter-text");
  const area = document.getElementById("filter-area");
  const count = document.getElementById("filter-count");
  const findings = [...document.querySelectorAll("article.finding")];
  const rows = [...document.querySelectorAll("tr[data-search]")];
  const words = new Map([...findings, ...rows].map((each) => [each, each.textContent.toLowerCase()]));

  const apply = () => {
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (each) => wanted.every((word) => words.get(each).includes(word));
    let shown = 0;
    for (const each of findings) {
      const severities = each.dataset.severities.split(" ");
      const show = severities.some((severity) => document.getElementById("filter-" + severity).checked) &&
        (area.value === "" || area.value === each.dataset.area) && matches(each);
      each.hidden = !show;
      shown += show ? 1 : 0;
    }
    for (const row of rows) {
      row.hidden = !matches(row);
    }
    count.textContent = shown === findings.length ? "" : shown + " of " + findings.length + " findings";
  };

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());

  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((each) => { each.open = true; });
  });
  window.addEventListener("afterprint", () => closed.forEach((each) => { each.open = false; }));
})();
