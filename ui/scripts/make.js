// Comes before each of the other scripts here. What people wrote becomes text nodes and attributes,
// never HTML and never a part of a template.
const filled = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};
const make = (name, attributes = {}, ...children) =>
  filled(document.createElement(name), attributes, children);
const draw = (name, attributes = {}, ...children) =>
  filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
const show = (paint) => {
  const again = () =>
    element.querySelector(".picture").replaceChildren(...(props.value ? paint(props.value) : []));
  watch("value", again);
  again();
};
