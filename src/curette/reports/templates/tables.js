"use strict";
// Sorts and filters tables; without it they are whole and in their order.
for (const section of document.querySelectorAll("[data-table]")) {
  const table = section.querySelector("table");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const count = section.querySelector("[data-count]");
  const filter = section.querySelector("input");
  const heads = Array.from(table.tHead.rows[0].cells);
  const say = () => {
    const left = rows.filter((row) => !row.hidden).length;
    const all = rows.length + (rows.length === 1 ? " row" : " rows");
    count.textContent = left === rows.length ? all : left + " of " + all;
  };
  const key = (row, at) => row.cells[at].dataset.v ?? row.cells[at].textContent;
  const sort = (head, at) => {
    const down = head.getAttribute("aria-sort") === "ascending" ||
      (head.classList.contains("n") && head.getAttribute("aria-sort") !== "descending");
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const numbers = head.classList.contains("n");
    const compare = (a, b) => {
      const x = key(a, at), y = key(b, at);
      if (x === "" || y === "") return (x === "") - (y === "");
      const found = numbers ? Number(x) - Number(y) : x.localeCompare(y, "en", { numeric: true });
      return down ? -found : found;
    };
    body.append(...rows.sort(compare));
  };
  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head, at));
    head.replaceChildren(button);
  });
  section.querySelector(".tools").hidden = false;
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    say();
  });
  say();
}
