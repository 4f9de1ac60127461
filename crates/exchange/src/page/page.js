
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { texts, rows, columns, marks, classes, fates, runs } = data;
  const [ROLE, KIND, NAME, PROPERTY, EXPECTED, FILE, LINE, COMPONENT, ORIGIN, SAYS, WHY, FATE] = Array(12).keys();
  const WORST = [0, 1, 7, 6, 5, 4, 3, 2];
  const HEIGHT = 28, MANY = 6;
  const $ = (id) => document.getElementById(id);
  const grid = $("grid"), evidence = $("evidence");

  // What a host said is put on the page as text only, and what steers or hides text is spelled.
  const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
  const spelled = (text) => String(text).replace(UNSAFE, (c) => "\\u{" + c.codePointAt(0).toString(16) + "}");
  const text = (n) => (n < 0 ? null : spelled(texts[n]));
  const make = (name, cls, content) => {
    const element = document.createElement(name);
    if (cls) element.className = cls;
    if (content != null) element.textContent = content;
    return element;
  };

  const subject = (i) => { const r = rows[i]; return texts[r[KIND]] + "[" + texts[r[NAME]] + "]" + (r[PROPERTY] < 0 ? "" : "." + texts[r[PROPERTY]]); };
  // Filters go over numbers only; what is searched is made when the page has nothing else to do.
  const by = { kind: KIND, component: COMPONENT, origin: ORIGIN };
  const numbers = Object.fromEntries(Object.entries(by).map(([name, field]) => [name, Int32Array.from(rows, (r) => r[field])]));
  let searched = null;
  const haystack = () => searched ??= rows.map((r, i) => (subject(i) + "\n" + (r[EXPECTED] < 0 ? "" : texts[r[EXPECTED]]) + "\n" + texts[r[SAYS]]).toLowerCase());
  (window.requestIdleCallback ?? setTimeout)(haystack);

  // Marks stand as runs of equal ones. They are written out only for machines that have a column of their own.
  const runsOf = (column, take) => {
    let at = 0;
    for (let n = 0; n < column.marks.length; n += 2) take(column.marks[n], at, at += column.marks[n + 1]);
  };
  const all = (column) => {
    if (!column.of) {
      const of = new Uint8Array(rows.length);
      runsOf(column, (mark, from, to) => of.fill(mark, from, to));
      column.of = of;
    }
    return column.of;
  };
  const markAt = (column, i) => {
    if (column.of) return column.of[i];
    let found = 0;
    runsOf(column, (mark, from, to) => { if (from <= i && i < to) found = mark; });
    return found;
  };
  const evidenceOf = (column) => column.evidence ??= new Map(column.cells);

  // A stage with many machines is one column, which shows the worst; each machine can be looked at alone.
  const stages = [...new Set(columns.map((c) => c.stage))];
  const alone = (c) => ({ title: c.stage + ": " + spelled(c.target), of: all(c), bits: null, members: [c] });
  const group = (stage) => {
    const members = columns.filter((c) => c.stage === stage);
    if (members.length <= MANY) return members.map(alone);
    const of = new Uint8Array(rows.length), bits = new Uint8Array(rows.length), counts = new Uint32Array(rows.length);
    // Where runs begin and end is counted, and then added up from the first row to the last.
    const begins = marks.map(() => new Int32Array(rows.length + 1));
    for (const member of members) runsOf(member, (mark, from, to) => { begins[mark][from]++; begins[mark][to]--; });
    WORST.map((_, mark) => mark).sort((a, b) => WORST[a] - WORST[b]).forEach((mark) => {
      for (let i = 0, n = 0; i < rows.length; i++) {
        n += begins[mark][i];
        if (n) { bits[i] |= 1 << mark; of[i] = mark; counts[i] = n; }
      }
    });
    return [{ title: stage + ": " + members.length + " machines", of, bits, counts, members }];
  };
  const groups = new Map(stages.map((stage) => [stage, group(stage)]));

  const view = { q: "", verdict: "", kind: "", component: "", origin: "", stage: "", machine: "" };
  let shown = [], found = [], here = { row: 0, col: 0 }, open = null;

  const NEWS = [2, 3, 4, 5];
  const option = (select, value, label) => { const o = make("option", "", label); o.value = value; select.append(o); };
  const fill = (id, values, any) => { const s = $(id); option(s, "", any); for (const v of values) option(s, v, spelled(v)); };
  const distinct = (field) => [...new Set(rows.map((r) => r[field]))].map((n) => texts[n]).sort();
  fill("f-kind", distinct(KIND), "all kinds");
  fill("f-component", distinct(COMPONENT), "all components");
  fill("f-origin", distinct(ORIGIN), "all origins");
  fill("f-stage", stages, "all stages");
  fill("f-machine", columns.map((c) => c.target).filter((t, i, all) => all.indexOf(t) === i), "all machines");
  option($("f-verdict"), "", "all verdicts");
  option($("f-verdict"), "news", "not as claimed or undecided");
  for (const mark of [1, 2, 3, 4, 5, 6, 7, 0]) option($("f-verdict"), marks[mark], marks[mark]);

  const choose = () => {
    if (view.machine) shown = columns.filter((c) => c.target === view.machine && (!view.stage || c.stage === view.stage)).map(alone);
    else shown = stages.filter((s) => !view.stage || s === view.stage).flatMap((s) => groups.get(s));
  };

  const filter = () => {
    choose();
    const wanted = Object.keys(by).filter((name) => view[name]).map((name) => [numbers[name], texts.indexOf(view[name])]);
    const words = view.q.toLowerCase().split(/\s+/).filter(Boolean);
    const hay = words.length ? haystack() : null;
    let mask = 0;
    if (view.verdict === "news") for (const m of NEWS) mask |= 1 << m;
    else if (view.verdict) mask = 1 << Math.max(0, marks.indexOf(view.verdict));
    const is = new Uint8Array(rows.length).fill(1);
    for (const [of, number] of wanted) for (let i = 0; i < is.length; i++) if (of[i] !== number) is[i] = 0;
    if (mask) {
      const seen = new Uint8Array(rows.length);
      for (const { of, bits } of shown) for (let i = 0; i < is.length; i++) if ((bits ? bits[i] : 1 << of[i]) & mask) seen[i] = 1;
      for (let i = 0; i < is.length; i++) is[i] &= seen[i];
    }
    for (const word of words) for (let i = 0; i < is.length; i++) if (is[i] && !hay[i].includes(word)) is[i] = 0;
    found = [];
    for (let i = 0; i < is.length; i++) if (is[i]) found.push(i);
    here.row = Math.min(here.row, Math.max(0, found.length - 1));
    here.col = Math.min(here.col, shown.length + 1);
    $("count").textContent = found.length + " of " + rows.length + " rows" + (shown.length ? "" : "; nothing was verified yet") + ".";
    // Where the grid is and how high is asked before it changes: the browser lays the page out once.
    const top = Math.max(0, Math.min(grid.scrollTop, (found.length + 1) * HEIGHT - grid.clientHeight)), tall = grid.clientHeight;
    head();
    draw(top, tall);
    grid.scrollTop = top;
  };

  let body;
  const cell = (cls, content, col, role) => {
    const c = make("div", "cell " + cls, content);
    c.setAttribute("role", role);
    c.setAttribute("aria-colindex", col + 1);
    return c;
  };
  const head = () => {
    grid.textContent = "";
    grid.setAttribute("aria-rowcount", found.length + 1);
    grid.setAttribute("aria-colcount", shown.length + 2);
    const top = make("div", "head row");
    top.setAttribute("role", "row");
    top.setAttribute("aria-rowindex", 1);
    top.append(cell("subject", "Claim", 0, "columnheader"), cell("origin", "Origin", 1, "columnheader"));
    shown.forEach((c, i) => { const h = cell("", c.title, i + 2, "columnheader"); h.title = c.title; top.append(h); });
    body = make("div", "body");
    body.setAttribute("role", "rowgroup");
    body.style.height = found.length * HEIGHT + "px";
    grid.append(top, body);
  };

  const line = (at) => {
    const i = found[at], r = rows[i];
    const row = make("div", "row");
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", at + 2);
    row.style.top = at * HEIGHT + "px";
    const name = cell("subject", spelled(subject(i)), 0, "rowheader");
    name.title = spelled(subject(i));
    row.append(name, cell("origin", text(r[ORIGIN]), 1, "gridcell"));
    shown.forEach((c, n) => {
      const mark = c.of[i];
      let label = mark ? marks[mark] : "–";
      if (c.bits && NEWS.includes(mark)) label = c.counts[i] + " " + marks[mark];
      const one = cell("m-" + classes[mark], label, n + 2, "gridcell");
      if (!mark) one.setAttribute("aria-label", marks[0]);
      one.dataset.col = n;
      row.append(one);
    });
    row.childNodes.forEach((c, col) => {
      c.id = "c-" + at + "-" + col;
      c.dataset.at = at;
      if (at === here.row && col === here.col) c.classList.add("here");
    });
    return row;
  };
  const draw = (top = grid.scrollTop, tall = grid.clientHeight) => {
    const first = Math.max(0, Math.floor(top / HEIGHT) - 8);
    const last = Math.min(found.length, first + Math.ceil(tall / HEIGHT) + 18);
    const lines = document.createDocumentFragment();
    for (let at = first; at < last; at++) lines.append(line(at));
    body.replaceChildren(lines);
    point();
  };
  const point = () => {
    if (found.length && document.activeElement === grid) grid.setAttribute("aria-activedescendant", "c-" + here.row + "-" + here.col);
    else grid.removeAttribute("aria-activedescendant");
  };

  const pair = (list, name, value, cls) => {
    if (value == null || value === "") return;
    list.append(make("dt", "", name), make("dd", cls, value));
  };
  const runOf = (column, kind) => {
    for (const n of [...column.runs].reverse()) {
      const [command, , , , , kinds] = runs[n];
      if ((command === "e2e") === (kind === "request") && (!kinds.length || kinds.includes(kind))) return runs[n];
    }
    return null;
  };
  const quoted = (word) => "'" + word.replaceAll("'", "'\\''") + "'";
  const diff = (lines) => {
    const pre = make("pre");
    pre.tabIndex = 0;
    for (const l of lines.split("\n")) pre.append(make("span", l[0] === "+" ? "plus" : l[0] === "-" ? "minus" : "", spelled(l) + "\n"));
    return pre;
  };
  const of = (column, i) => {
    const list = make("dl"), mark = markAt(column, i), run = runOf(column, texts[rows[i][KIND]]), more = evidenceOf(column).get(i) ?? [-1, -1, -1, -1, -1];
    const [seen, then, because, at, lines] = more.map((n) => (n < 0 ? null : texts[n]));
    pair(list, "Verdict", marks[mark], "m-" + classes[mark]);
    if (column.unreachable) pair(list, "Not reached", spelled(column.unreachable));
    if (then) pair(list, "Expected here (the spec says something else now, or of other hosts)", spelled(then));
    if (mark) pair(list, "Seen", seen != null ? spelled(seen) : mark === 1 ? "as expected" : null);
    if (because) pair(list, "Because", spelled(because));
    if (at) pair(list, "On the target", spelled(at));
    if (run && mark) {
      pair(list, "Looked at", run[1].slice(0, 19).replace("T", " ") + " UTC");
      list.append(make("dt", "", "Shows it again"));
      const again = make("dd");
      again.append(make("code", "", spelled(run[3])));
      list.append(again);
    } else if (!mark) pair(list, "", "Nobody looked at it here: the run was of other kinds, or of an older spec.");
    if (lines) { list.append(make("dt", "", "What changed")); const d = make("dd"); d.append(diff(lines)); list.append(d); }
    return list;
  };
  const show = (focus) => {
    const i = found[here.row];
    if (i == null) return;
    open = { subject: subject(i), role: texts[rows[i][ROLE]], title: here.col > 1 ? shown[here.col - 2].title : "" };
    const r = rows[i];
    evidence.textContent = "";
    const close = make("button", "", "Close");
    close.type = "button";
    close.addEventListener("click", shut);
    const title = make("h3");
    title.append(make("code", "", spelled(subject(i))));
    const claim = make("dl");
    pair(claim, "Claimed", text(r[EXPECTED]) ?? "by nobody");
    if (r[FILE] >= 0) pair(claim, "Written at", text(r[FILE]) + (r[LINE] ? ":" + r[LINE] : ""));
    pair(claim, "Comes from", [text(r[ORIGIN]), text(r[SAYS])].filter((x, n, all) => x && all.indexOf(x) === n).join(": "));
    pair(claim, "Why", text(r[WHY]));
    pair(claim, "Part of", text(r[COMPONENT]) + ", " + text(r[ROLE]));
    if (r[FATE] >= 0) {
      const [what, because, by, artefact] = fates[r[FATE]];
      pair(claim, "Becomes", spelled(what + (artefact ? ": " + artefact : "")));
      pair(claim, "Decided", spelled(because + (by ? " (" + by + ")" : "")));
    }
    claim.append(make("dt", "", "All that is known"));
    const all = make("dd");
    all.append(make("code", "", "repot explain " + quoted(spelled(texts[r[KIND]] + "[" + texts[r[NAME]] + "]"))));
    claim.append(all);
    evidence.append(close, title, claim);
    const chosen = here.col > 1 ? [shown[here.col - 2]] : shown;
    for (const c of chosen) {
      evidence.append(make("h3", "", c.title));
      const odd = c.members.filter((m) => c.members.length === 1 || NEWS.includes(markAt(m, i)));
      if (c.members.length > 1) evidence.append(make("p", "", c.members.length - odd.length + " machines as claimed or not looked at, " + odd.length + " not."));
      for (const m of odd.slice(0, 50)) {
        if (c.members.length > 1) evidence.append(make("h4", "", spelled(m.target)));
        evidence.append(of(m, i));
      }
      if (odd.length > 50) evidence.append(make("p", "", "and " + (odd.length - 50) + " more: choose a machine above."));
    }
    evidence.hidden = false;
    if (focus) evidence.focus();
    remember();
    draw();
  };
  const shut = () => { evidence.hidden = true; open = null; remember(); grid.focus(); };

  // The link holds what is chosen; whoever opens it sees the same.
  const link = () => {
    const at = new URLSearchParams();
    for (const [name, value] of Object.entries(view)) if (value) at.set(name, value);
    if (open) { at.set("at", open.subject); at.set("of", open.role); if (open.title) at.set("in", open.title); }
    const s = at.toString();
    return s ? "#view?" + s : "#matrix";
  };
  const remember = () => { try { history.replaceState(null, "", link()); } catch { location.hash = link(); } };
  const recall = () => {
    if (!location.hash.startsWith("#view?")) return false;
    const at = new URLSearchParams(location.hash.slice(6));
    for (const name of Object.keys(view)) view[name] = at.get(name) ?? "";
    for (const name of Object.keys(view)) {
      const control = $("f-" + name);
      control.value = view[name];
      // A link may name what this page does not have.
      if (control.value !== view[name]) { control.value = ""; view[name] = ""; }
    }
    filter();
    const cell = at.get("at");
    if (cell != null) {
      const row = found.findIndex((i) => subject(i) === cell && (!at.get("of") || texts[rows[i][ROLE]] === at.get("of")));
      if (row >= 0) {
        here = { row, col: Math.max(0, shown.findIndex((c) => c.title === at.get("in")) + 2) };
        if (!at.get("in")) here.col = 0;
        grid.scrollTop = Math.max(0, row * HEIGHT - 120);
        show(false);
      }
    }
    $("matrix").scrollIntoView();
    return true;
  };

  let waiting = 0;
  const typed = () => { clearTimeout(waiting); waiting = setTimeout(() => { grid.scrollTop = 0; here.row = 0; filter(); remember(); }, 60); };
  for (const name of Object.keys(view)) {
    const control = $("f-" + name);
    control.addEventListener(name === "q" ? "input" : "change", () => { view[name] = control.value; if (name === "q") typed(); else { here.row = 0; grid.scrollTop = 0; filter(); remember(); } });
  }
  $("filters").addEventListener("submit", (e) => e.preventDefault());
  $("f-clear").addEventListener("click", () => { for (const name of Object.keys(view)) { view[name] = ""; $("f-" + name).value = ""; } here = { row: 0, col: 0 }; filter(); remember(); });
  $("f-link").addEventListener("click", () => {
    remember();
    const said = (what) => { $("count").textContent = what; };
    const address = location.href.split("#")[0] + link();
    if (navigator.clipboard && isSecureContext) navigator.clipboard.writeText(address).then(() => said("The link is copied."), () => said("The link stands in the address bar."));
    else said("The link stands in the address bar.");
  });
  let drawing = false;
  grid.addEventListener("scroll", () => { if (!drawing) { drawing = true; requestAnimationFrame(() => { drawing = false; draw(); }); } });
  addEventListener("resize", () => draw());
  // Nothing is drawn here: a click that gives the focus is to end on the cell it began on.
  grid.addEventListener("focus", point);
  grid.addEventListener("blur", point);
  grid.addEventListener("click", (e) => {
    const c = e.target.closest(".body .cell");
    if (!c) return;
    here = { row: Number(c.dataset.at), col: [...c.parentNode.childNodes].indexOf(c) };
    show(false);
  });
  grid.addEventListener("keydown", (e) => {
    const page = Math.max(1, Math.floor(grid.clientHeight / HEIGHT) - 3), last = found.length - 1;
    const go = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [page, 0], PageUp: [-page, 0] }[e.key];
    if (e.key === "Enter" || e.key === " ") { e.preventDefault(); show(true); return; }
    if (e.key === "Escape" && open) { shut(); return; }
    if (e.key === "Home") here = e.ctrlKey ? { row: 0, col: 0 } : { ...here, col: 0 };
    else if (e.key === "End") here = e.ctrlKey ? { row: last, col: shown.length + 1 } : { ...here, col: shown.length + 1 };
    else if (go) here = { row: here.row + go[0], col: here.col + go[1] };
    else return;
    e.preventDefault();
    here = { row: Math.max(0, Math.min(last, here.row)), col: Math.max(0, Math.min(shown.length + 1, here.col)) };
    const top = here.row * HEIGHT, low = grid.scrollTop + grid.clientHeight - HEIGHT * 3.5;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top > low) grid.scrollTop = top - grid.clientHeight + HEIGHT * 4;
    draw();
    $("c-" + here.row + "-" + here.col)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  evidence.addEventListener("keydown", (e) => { if (e.key === "Escape") shut(); });
  addEventListener("keydown", (e) => {
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    e.preventDefault();
    $("f-q").focus();
  });
  addEventListener("hashchange", recall);

  // On paper stands what the filters leave, without what is as claimed everywhere.
  addEventListener("beforeprint", () => {
    const table = $("printed"), MOST = 2000;
    table.textContent = "";
    const top = make("tr");
    for (const t of ["Claim", "Origin", ...shown.map((c) => c.title)]) top.append(make("th", "", t));
    table.append(top);
    const odd = found.filter((i) => shown.some((c) => c.of[i] !== 1));
    for (const i of odd.slice(0, MOST)) {
      const tr = make("tr");
      tr.append(make("td", "", spelled(subject(i))), make("td", "", text(rows[i][ORIGIN])));
      for (const c of shown) tr.append(make("td", "m-" + classes[c.of[i]], marks[c.of[i]]));
      table.append(tr);
    }
    const rest = make("tr"), says = make("td", "", found.length - odd.length + " rows are as claimed everywhere" + (odd.length > MOST ? "; " + (odd.length - MOST) + " more differ, see report.json" : "") + ".");
    says.colSpan = shown.length + 2;
    rest.append(says);
    table.append(rest);
    table.hidden = false;
  });
  addEventListener("afterprint", () => { $("printed").hidden = true; });

  if (!recall()) filter();
})();
