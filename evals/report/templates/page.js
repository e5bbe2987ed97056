"use strict";
// Filters the cases, and fills in the details of a case when it is opened: until then they are
// inert templates. Nothing is fetched, and nothing is ever parsed as HTML here.
const $ = (id) => document.getElementById(id);
const cases = [...document.querySelectorAll(".case")];
const details = new Map();
for (const template of document.querySelectorAll("template[data-case]")) {
  const number = template.dataset.case;
  if (!details.has(number)) details.set(number, []);
  details.get(number).push(template);
}
const templatesOf = (row) => details.get(row.id.slice("case-".length)) || [];

// 1. Details: one column an arm; a button a distance.
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function columns(templates) {
  const place = element("div", "columns");
  const byArm = new Map();
  const order = (one, other) => one.dataset.arm - other.dataset.arm || one.dataset.repeat - other.dataset.repeat;
  for (const template of [...templates].sort(order)) {
    const arm = template.dataset.arm;
    if (!byArm.has(arm)) byArm.set(arm, place.appendChild(element("div", "column")));
    byArm.get(arm).append(template.content.cloneNode(true));
  }
  return place;
}

function fill(row) {
  const body = row.querySelector(".body");
  if (body.firstChild) return;
  const templates = templatesOf(row);
  const distances = [...new Set(templates.map((each) => each.dataset.distance))].sort((a, b) => a - b);
  if (!templates.length) body.append(element("p", "quiet", "The details of this case are left out of this page."));
  const shown = element("div");
  const buttons = distances.map((distance) => {
    const button = element("button", "", distance === "" ? "no distance" : `distance ${distance}`);
    button.type = "button";
    button.addEventListener("click", () => show(distance));
    return button;
  });
  function show(distance) {
    buttons.forEach((button, at) => button.setAttribute("aria-pressed", distances[at] === distance));
    shown.replaceChildren(columns(templates.filter((each) => each.dataset.distance === distance)));
  }
  if (distances.length > 1) {
    const bar = element("div", "distances");
    bar.append(...buttons);
    body.append(bar);
  }
  body.append(shown);
  if (distances.length) show(distances[0]);
}
for (const row of cases) row.addEventListener("toggle", () => row.open && fill(row));

// 2. Filters.
const texts = new Map();
function textOf(row) {
  if (!texts.has(row)) {
    const parts = [row.querySelector(".name").textContent];
    for (const template of templatesOf(row))
      for (const each of template.content.querySelectorAll("[data-s]")) parts.push(each.textContent);
    texts.set(row, parts.join("\n").toLowerCase());
  }
  return texts.get(row);
}

function fits(row, show, arm) {
  if (!show) return true;
  if (show === "hard" || show === "differ") return show in row.dataset;
  const arms = row.dataset[show];
  return arms !== undefined && (arm === "" || arms.split(" ").includes(arm));
}

function filter() {
  const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [show, arm, tag, persona] = ["show", "arm", "tag", "persona"].map((id) => $(id).value);
  let count = 0;
  for (const row of cases) {
    const isShown =
      fits(row, show, arm) &&
      (!tag || JSON.parse(row.dataset.tags).includes(tag)) &&
      (!persona || row.dataset.persona === persona) &&
      (!words.length || words.every((word) => textOf(row).includes(word)));
    row.hidden = !isShown;
    count += isShown;
  }
  $("count").textContent = count === cases.length ? `${count} cases` : `${count} of ${cases.length} cases`;
  $("nothing").hidden = count > 0;
}
let waiting;
$("search").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(filter, 150);
});
for (const id of ["show", "arm", "tag", "persona"]) $(id).addEventListener("change", filter);
document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());

// 3. A link to a case opens it; and the theme.
function openLinked() {
  const row = /^#case-\d+$/.test(location.hash) && $(location.hash.slice(1));
  if (row) {
    row.open = true;
    row.scrollIntoView();
  }
}
window.addEventListener("hashchange", openLinked);
$("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = getComputedStyle(root).colorScheme === "dark" ||
    (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = isDark ? "light" : "dark";
});
filter(); // a browser may have kept what was chosen before
openLinked();
