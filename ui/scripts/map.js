// A map of memories: {points: {href, text, kind, marks, x, y}, kinds: {kind: its name}, hint}.
show(({ points, kinds, hint }) => {
  const caption = make("p", { class: "caption" }, hint);
  const read = (point) => {
    caption.replaceChildren(make("strong", { dir: "auto" }, point.text), make("span", {}, point.marks));
  };
  const dots = points.map((point) => {
    const place = { cx: 2 + point.x * 96, cy: 58 - point.y * 56, r: 0.9 };
    const dot = draw("a", { href: point.href, "aria-label": point.text, class: point.kind },
      draw("circle", { ...place, r: 2, class: "reach" }), draw("circle", place));
    dot.addEventListener("pointerenter", () => read(point));
    dot.addEventListener("focus", () => read(point));
    return dot;
  });
  const used = Object.entries(kinds).filter(([kind]) => points.some((each) => each.kind === kind));
  return [
    make("p", { class: "legend" }, ...used.map(([kind, name]) =>
      make("span", { class: kind }, make("i", { "aria-hidden": "true" }), name))),
    draw("svg", { viewBox: "0 0 100 60", role: "group", "aria-label": "Map of memories" }, ...dots),
    caption,
  ];
});
