// Interests as bars, each with a line that says how its weight changed: {axis, since, rows}.
const line = (weights) => {
  const step = 100 / Math.max(weights.length - 1, 1);
  const points = weights.map((weight, place) => `${place * step},${22 - weight * 20}`);
  const last = 22 - weights[weights.length - 1] * 20;
  return draw("svg", { viewBox: "-2 0 106 24", class: "line", "aria-hidden": "true" },
    draw("polyline", { points: points.length > 1 ? points.join(" ") : `0,${last} 100,${last}` }),
    draw("circle", { cx: 100, cy: last, r: 2.5 }));
};
const bar = (weight) => {
  const full = make("span", { class: "full" });
  full.style.width = `${Math.max(weight * 100, 1)}%`;
  return make("span", { class: "bar", "aria-hidden": "true" }, full);
};
show(({ axis, since, rows }) => [
  make("p", { class: "axis" }, make("span", {}, axis), make("span", {}, since)),
  make("ul", { class: "interests" }, ...rows.map((row) =>
    make("li", { class: row.liking },
      make("a", { href: row.href },
        make("span", { class: "text", dir: "auto" }, row.text),
        make("span", { class: "marks" }, row.marks),
        bar(row.weights[row.weights.length - 1]),
        line(row.weights))))),
]);
