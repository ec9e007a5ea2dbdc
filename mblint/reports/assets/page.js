"use strict";
// Draws the graph that stands in #data. Texts of the input only ever become text nodes and canvas labels.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const panel = document.getElementById("panel");
  const search = document.getElementById("search");
  const onlyDenied = document.getElementById("denied");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const outcomes = new Map(data.outcomes.map((outcome) => [outcome.id, outcome]));
  const nodes = new Map(data.nodes.map((node) => [node.id, node]));
  const shown = new Set(outcomes.keys());
  const callers = new Set(data.callers.map((kind) => kind.id));
  const smallest = 0.76; // at which letters of 12 px are at least 9 px high
  let first = null; // what alone is shown, while that is so: see showFirst
  let chosenId = null;

  const colourOf = (outcome) => (dark.matches ? outcome.dark : outcome.light);
  const stepColour = (step) => {
    const id = { passes: "allowed", denied: "denied", unknown: "unknown" }[step.outcome];
    return `var(--${id})`;
  };

  // ---------------------------------------------------------------- small pieces of page

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "colour") made.style.setProperty("--colour", value);
      else if (key === "mark") made.style.setProperty("--mark", JSON.stringify(value));
      else if (key === "press") made.addEventListener("click", value);
      else made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  }

  const heading = (text) => element("h3", {}, text);
  const faint = (text) => element("p", { class: "faint" }, text);
  const place = (text) => (text ? element("p", { class: "place" }, text) : null);
  const list = (items) => element("ul", {}, ...items.map((item) => element("li", {}, item)));

  function show(...children) {
    panel.replaceChildren(...children.filter(Boolean));
    panel.scrollTop = 0;
  }

  // ---------------------------------------------------------------- the panel

  const badge = (outcome, word) => element("span", { class: "badge", colour: `var(--${outcome})` }, word);
  const back = () => element("button", { type: "button", class: "back", press: () => choose(null) }, "← All dependencies");
  const called = (call) => call.host + (call.port === null ? "" : `:${call.port}`);

  function entry(line, text) {
    return element(
      "button",
      { type: "button", class: "entry", "data-id": line.id, colour: `var(--${line.outcome})`, press: () => choose(line.id) },
      text,
    );
  }

  const nameOf = (id) => nodes.get(id).name;
  const fromTo = (line) => `${nameOf(line.source)} → ${line.calls.map(called).join(", ")}`;

  function showOverview() {
    const words = search.value.trim().toLowerCase();
    const found = data.lines.filter((line) => isShown(line) && matches(line, words));
    const parts = [element("h2", {}, words ? `“${search.value.trim()}”` : "Dependencies")];
    parts.push(faint(found.length ? "Choose one to read its way." : "None is shown."));
    if (first !== null) parts.push(faint("What is denied, and its neighbours: “Show all” brings the rest."));
    for (const outcome of [...data.outcomes.slice(1), data.outcomes[0]]) {
      const those = found.filter((line) => line.outcome === outcome.id);
      if (those.length) parts.push(heading(`${outcome.words} (${those.length})`), list(those.map((line) => entry(line, fromTo(line)))));
    }
    const others = words ? data.nodes.filter((node) => node.search.includes(words)) : [];
    if (others.length) {
      parts.push(heading(`nodes (${others.length})`));
      parts.push(list(others.map((node) => element("button", { type: "button", class: "entry", "data-id": node.id, press: () => choose(node.id) }, `${node.kind} ${node.name}`))));
    }
    show(...parts);
  }

  function showLine(line) {
    show(
      back(),
      element("h2", {}, `${nameOf(line.source)} → ${nameOf(line.target)}`),
      faint(`${nodes.get(line.source).kind} in ${nodes.get(line.source).group}`),
      ...line.calls.flatMap((call) => showCall(line, call)),
    );
  }

  function showCall(line, call) {
    const arrives = call.pod_port !== null && call.pod_port !== call.port ? ` (pod port ${call.pod_port})` : "";
    return [
      element("p", { class: "called" }, `${called(call)}/${call.protocol}${arrives} `, badge(line.outcome, call.verdict)),
      faint(`${call.about === "dependency" ? "set by" : "for"} ${call.settings.join(", ")}`),
      place(call.place),
      call.shared_by.length ? faint(`also of ${call.shared_by.join(", ")}`) : null,
      call.way ? showWay(call.way) : faint("The host is the value of a Secret, and is not shown."),
      call.way && call.way.fix ? heading("fix") : null,
      call.way && call.way.fix ? element("pre", { class: "fix" }, call.way.fix) : null,
    ];
  }

  function showWay(way) {
    const marks = { passes: "✓", denied: "✗", unknown: "?" };
    const steps = way.steps.map((step) =>
      element(
        "li",
        { colour: stepColour(step), mark: marks[step.outcome], "data-stage": step.stage, "data-outcome": step.outcome },
        element("span", { class: "stage" }, step.stage),
        ` ${step.message}`,
        place(step.place),
        ...step.related.map((related) => element("div", { class: "also" }, related.message, place(related.place))),
      ),
    );
    return element("ol", { class: "way" }, ...steps);
  }

  function showNode(node) {
    const calls = data.lines.filter((line) => line.source === node.id);
    const calledBy = data.lines.filter((line) => line.target === node.id);
    const parts = [back(), element("h2", {}, node.name), faint(`${node.kind} in ${node.group}`), place(node.place)];
    if (calls.length) parts.push(heading("calls"), list(calls.map((line) => entry(line, line.calls.map(called).join(", ")))));
    if (calledBy.length) parts.push(heading("is called by"), list(calledBy.map((line) => entry(line, nameOf(line.source)))));
    if (!calls.length && !calledBy.length) parts.push(faint("No setting that mblint reads leads from here or to here."));
    if (node.policies.length) {
      parts.push(heading("network policies"));
      parts.push(list(node.policies.map((policy) => element("span", {}, policy.name, place(policy.place)))));
    } else if (node.workload) parts.push(heading("network policies"), faint("None selects its pods."));
    if (node.lets_in) {
      parts.push(heading("policies let in"));
      parts.push(list(node.lets_in.map((from) => element("span", {}, `${from.ports}: ${from.who}`))));
    }
    show(...parts);
  }

  // ---------------------------------------------------------------- the graph

  const isShown = (line) => (first === null || line.id in first.lines) && shown.has(line.outcome) && line.calls.some((call) => callers.has(call.about));
  const matches = (line, words) => !words || line.search.includes(words);

  const cy = cytoscape({
    container: document.getElementById("graph"),
    elements: [
      ...data.groups.map((group) => ({
        data: { id: group.id, label: group.title, width: group.width, height: group.height },
        position: { x: group.x, y: group.y },
        classes: "group",
        selectable: false,
      })),
      ...data.nodes.map((node) => ({
        data: { id: node.id, label: node.label, group: node.in, width: node.width, height: node.height },
        position: { x: node.x, y: node.y },
        classes: `box${node.place ? "" : " elsewhere"}${node.caller ? " caller" : ""}`,
      })),
      ...data.lines.map((line) => ({
        data: { id: line.id, source: line.source, target: line.target, ...bends(line) },
        classes: line.outcome + (line.source === line.target ? " loop" : ""),
      })),
    ],
    layout: { name: "preset", fit: true, padding: 30 },
    autoungrabify: true,
    minZoom: 0.05,
    maxZoom: 3,
  });

  // Points of a line as cytoscape has them: how far along the straight way between its ends, and how far beside it.
  function bends(line, points = line.points, target = nodes.get(line.target)) {
    const [start, ...rest] = points;
    const last = rest.pop();
    const [dx, dy] = [last[0] - start[0], last[1] - start[1]];
    const length = Math.hypot(dx, dy) || 1;
    const along = rest.map(([x, y]) => ((x - start[0]) * dx + (y - start[1]) * dy) / length ** 2);
    const beside = rest.map(([x, y]) => ((y - start[1]) * dx - (x - start[0]) * dy) / length);
    return { along, beside, into: `${-target.width / 2}px ${last[1] - target.y}px` };
  }

  function paint() {
    const css = getComputedStyle(document.body);
    const colour = (name) => css.getPropertyValue(name).trim();
    for (const outcome of data.outcomes) document.documentElement.style.setProperty(`--${outcome.id}`, colourOf(outcome));
    cy.style([
      {
        selector: "node",
        style: {
          shape: "round-rectangle", width: "data(width)", height: "data(height)", label: "data(label)",
          "background-color": colour("--page"), "border-width": 1, "border-color": colour("--faint"),
          color: colour("--text"), "font-size": 12, "font-family": css.fontFamily || "sans-serif",
          "text-wrap": "wrap", "text-max-width": "400px", "line-height": 1.25, "text-valign": "center",
          "text-halign": "center",
        },
      },
      { selector: "node.caller", style: { shape: "cut-rectangle" } },
      { selector: "node.elsewhere", style: { "border-style": "dashed", color: colour("--faint") } },
      {
        selector: "node.group",
        style: {
          "background-color": colour("--raised"), "border-color": colour("--line"), events: "no", "z-compound-depth": "bottom",
          "text-valign": "top", "text-margin-y": 21, "font-weight": 600, "text-background-color": colour("--raised"),
          "text-background-opacity": 1, "text-background-padding": "2px",
        },
      },
      {
        selector: "edge",
        style: {
          "curve-style": "segments", "edge-distances": "endpoints", "segment-weights": "data(along)",
          "segment-distances": "data(beside)", "source-endpoint": "50% 0%", "target-endpoint": "data(into)",
          "target-arrow-shape": "triangle", "arrow-scale": 0.9,
        },
      },
      { selector: "edge.loop", style: { "curve-style": "bezier", "source-endpoint": "outside-to-node", "target-endpoint": "outside-to-node", "loop-direction": "180deg", "loop-sweep": "-70deg", "control-point-step-size": 70 } },
      ...data.outcomes.map((outcome) => ({
        selector: `edge.${outcome.id}`,
        style: {
          width: outcome.width, "line-color": colourOf(outcome), "target-arrow-color": colourOf(outcome),
          "line-style": outcome.dashes ? "dashed" : "solid",
          "line-dash-pattern": outcome.dashes ? outcome.dashes.split(" ").map(Number) : [6, 3],
          "target-arrow-shape": outcome.id === "denied" ? "triangle-cross" : "triangle",
          "z-index": outcome.id === "denied" ? 3 : 2,
        },
      })),
      { selector: ".hidden", style: { display: "none" } },
      { selector: ".apart", style: { opacity: 0.18 } },
      { selector: "node:selected", style: { "border-width": 2.5, "border-color": colour("--link") } },
      { selector: "edge:selected", style: { width: 4, "underlay-color": colour("--link"), "underlay-opacity": 0.2, "underlay-padding": 6 } },
    ]);
  }

  // ---------------------------------------------------------------- what is shown first

  function put(id, box, width = box.width) {
    const moved = cy.getElementById(id).data({ width, height: box.height }).position({ x: box.x, y: box.y });
    if (box.title) moved.data("label", box.title);
  }

  // Where all of it would be too small to read: what is denied and its neighbours, in a layout of their own.
  function showFirst() {
    first = data.first;
    cy.batch(() => {
      for (const [id, box] of Object.entries(first.nodes)) put(id, box, Math.max(box.width, nodes.get(id).width));
      for (const box of first.groups) put(nodes.get(box.of).in, box);
      for (const line of data.lines) {
        if (line.id in first.lines) cy.getElementById(line.id).data(bends(line, first.lines[line.id], first.nodes[line.target]));
      }
    });
    update();
    fit();
    if (cy.zoom() < smallest) cy.zoom(smallest).center(cy.edges(".denied"));
  }

  function showWhole() {
    if (first === null) return;
    first = null;
    cy.batch(() => {
      for (const node of [...data.nodes, ...data.groups]) put(node.id, node);
      for (const line of data.lines) cy.getElementById(line.id).data(bends(line));
    });
  }

  // ---------------------------------------------------------------- choosing, filtering, searching

  function choose(id) {
    const before = chosenId;
    const byPanel = panel.contains(document.activeElement);
    chosenId = id;
    cy.elements().unselect();
    cy.elements().removeClass("apart");
    history.replaceState(null, "", id === null ? location.pathname + location.search : linkTo(id));
    if (id === null) {
      update();
      if (byPanel && before !== null) focusOn([...panel.querySelectorAll(".entry")].find((one) => one.dataset.id === before));
      return;
    }
    if (cy.getElementById(id).hasClass("hidden")) showAll();
    const chosen = cy.getElementById(id);
    chosen.select();
    const near = chosen.isNode() ? chosen.closedNeighborhood() : chosen.union(chosen.connectedNodes());
    cy.elements().not(near).not(".group").addClass("apart");
    const line = data.lines.find((one) => one.id === id);
    if (line) showLine(line); else showNode(nodes.get(id));
    if (byPanel) {
      bringIntoSight(chosen.isNode() ? chosen : near);
      focusOn(panel.querySelector(".back"));
    }
  }

  const focusOn = (button) => { if (button) button.focus(); };

  function showAll() {
    search.value = "";
    data.callers.forEach((kind) => callers.add(kind.id));
    setShown(outcomes.keys());
  }

  // What is chosen in the list may be anywhere in the picture, and too small to read.
  function bringIntoSight(some) {
    const box = some.renderedBoundingBox();
    if (cy.zoom() >= smallest && box.x1 >= 0 && box.y1 >= 0 && box.x2 <= cy.width() && box.y2 <= cy.height()) return;
    cy.fit(some, 60);
    if (cy.zoom() > 1.4) cy.zoom(1.4).center(some);
    if (cy.zoom() < smallest) cy.zoom(smallest).center(some);
  }

  // ---------------------------------------------------------------- links: #from=…&to=…, or #node=…

  function linkTo(id) {
    const line = data.lines.find((one) => one.id === id);
    const said = line ? { from: line.source, to: line.target, outcome: line.outcome } : { node: id };
    return `#${Object.entries(said).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}`;
  }

  function follow() {
    const asked = new Map(location.hash.slice(1).split("&").map((part) => {
      const [key, value] = part.split("=");
      try { return [key, decodeURIComponent(value || "")]; } catch { return [key, ""]; }
    }));
    const [node, from, to, outcome] = ["node", "from", "to", "outcome"].map((key) => asked.get(key));
    const those = data.lines.filter((line) => line.source === from && line.target === to);
    const found = nodes.has(node) ? node : (those.find((line) => line.outcome === outcome) || those[0] || {}).id;
    if (found === undefined) return;
    choose(found);
    const chosen = cy.getElementById(found);
    bringIntoSight(chosen.isNode() ? chosen : chosen.union(chosen.connectedNodes()));
  }

  function update() {
    const words = search.value.trim().toLowerCase();
    const all = first === null && shown.size === outcomes.size && callers.size === data.callers.length;
    cy.batch(() => {
      cy.elements().removeClass("hidden apart");
      for (const line of data.lines) cy.getElementById(line.id).toggleClass("hidden", !isShown(line));
      if (!all) cy.nodes(".box").filter((node) => node.connectedEdges().every((edge) => edge.hasClass("hidden"))).addClass("hidden");
      const left = new Set(cy.nodes(".box").not(".hidden").map((node) => node.data("group")));
      cy.nodes(".group").filter((group) => !left.has(group.id())).addClass("hidden");
      if (words) {
        const found = cy.collection().union(data.lines.filter((line) => matches(line, words)).reduce((some, line) => some.union(cy.getElementById(line.id)), cy.collection()));
        const named = data.nodes.filter((node) => node.search.includes(words)).reduce((some, node) => some.union(cy.getElementById(node.id)), cy.collection());
        cy.elements().not(found.union(found.connectedNodes()).union(named)).not(".group").addClass("apart");
      }
    });
    for (const button of document.querySelectorAll(".filter")) {
      const { outcome, caller } = button.dataset;
      button.setAttribute("aria-pressed", String(outcome ? shown.has(outcome) : callers.has(caller)));
      if (outcome) button.textContent = `${countOf(outcome)} ${outcomes.get(outcome).words}`;
    }
    onlyDenied.setAttribute("aria-pressed", String(shown.size === 1 && shown.has("denied")));
    showOverview();
  }

  function fit() {
    const visible = cy.elements().not(".hidden"); // ":visible" is worked out with the next frame
    cy.fit(visible, 30);
    if (cy.zoom() > 1.4) cy.zoom(1.4).center(visible);
  }

  const countOf = (outcome) => data.lines
    .filter((line) => line.outcome === outcome)
    .flatMap((line) => line.calls)
    .filter((call) => callers.has(call.about))
    .reduce((sum, call) => sum + call.facts, 0);

  function setCallers(ids) {
    showWhole();
    callers.clear();
    ids.forEach((id) => callers.add(id));
    update();
    fit();
  }

  function setShown(ids) {
    showWhole();
    shown.clear();
    ids.forEach((id) => shown.add(id));
    update();
    fit();
  }

  for (const outcome of data.outcomes) {
    if (!data.lines.some((line) => line.outcome === outcome.id)) continue;
    const press = () => setShown([...outcomes.keys()].filter((id) => (id === outcome.id) !== shown.has(id)));
    const button = element("button", { type: "button", class: "filter", "data-outcome": outcome.id, colour: `var(--${outcome.id})`, press });
    button.style.setProperty("--kind", outcome.dashes ? "dashed" : "solid");
    document.getElementById("filters").append(button);
  }
  for (const kind of data.callers.length > 1 ? data.callers : []) {
    const press = () => setCallers(data.callers.map((one) => one.id).filter((id) => (id === kind.id) !== callers.has(id)));
    document.getElementById("callers").append(element("button", { type: "button", class: "filter", "data-caller": kind.id, press }, `${kind.facts} by ${kind.words}`));
  }
  document.getElementById("summary").textContent = data.summary;
  onlyDenied.addEventListener("click", () => setShown(onlyDenied.getAttribute("aria-pressed") === "true" ? outcomes.keys() : ["denied"]));
  document.getElementById("fit").addEventListener("click", showAll);
  search.addEventListener("input", () => { showWhole(); update(); });
  cy.on("tap", "node.box, edge", (event) => choose(event.target.id()));
  cy.on("tap", (event) => { if (event.target === cy) choose(null); });
  // From the search field into the list, and up and down in it.
  function step(event) {
    const entries = [...panel.querySelectorAll(".entry")];
    const at = entries.indexOf(document.activeElement);
    if (at < 0 && event.target !== search) return;
    event.preventDefault();
    focusOn(event.key === "ArrowUp" ? entries[at - 1] || search : entries[at + 1]);
  }

  const zoomBy = (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  const keys = { "/": () => search.select(), "+": () => zoomBy(1.25), "=": () => zoomBy(1.25), "-": () => zoomBy(0.8), "0": fit };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return choose(null);
    if (event.key === "ArrowDown" || event.key === "ArrowUp" || (event.key === "Enter" && event.target === search)) return step(event);
    if (event.target === search || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
  window.addEventListener("hashchange", follow);
  dark.addEventListener("change", paint);
  paint();
  update();
  fit();
  if (data.first !== null && cy.zoom() < smallest) showFirst();
  if (location.hash) follow();
  window.mblint = { cy }; // for tests, and for those who want to ask more of it
})();
