// Opens report pages in a headless Chromium and fails where one is not as it should be:
//   node check.js DIR-OF-A-REPORT HOSTILE.html WHOLE.html [LARGE.html]
// Pictures of every page go to the directory SHOTS, if that is set.
"use strict";
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [report, hostile, full, large] = process.argv.slice(2).map((p) => path.resolve(p));
const limits = { bytes: 3 * 1024 * 1024, open: 2000, filter: 100 };
const failures = [];
const check = (what, holds, seen) => {
  console.log((holds ? "ok   " : "FAIL ") + what + (seen === undefined ? "" : ": " + seen));
  if (!holds) failures.push(what);
};

const open = async (browser, address, options = {}, before = async () => {}) => {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 }, ...options });
  const said = [];
  page.on("console", (m) => said.push(m.type() + ": " + m.text()));
  page.on("pageerror", (e) => said.push(String(e)));
  page.on("dialog", (d) => { said.push("dialog: " + d.message()); d.dismiss(); });
  page.on("request", (r) => { if (!r.url().startsWith("file://") || !r.isNavigationRequest()) said.push("request: " + r.url()); });
  const address_ = address.startsWith("file:") ? address : "file://" + address;
  await before(page);
  await page.goto(address_);
  return { page, said };
};
const shot = async (page, name) => { if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, name + ".png") }); };
const count = async (page) => Number((await page.textContent("#count")).split(" ")[0]);
const focused = (page) => page.evaluate(() => document.activeElement.id);

const accessible = async (page, name) => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  const bad = violations.filter((v) => ["serious", "critical"].includes(v.impact));
  const rest = violations.filter((v) => !bad.includes(v));
  check(name + ": axe-core finds nothing serious", bad.length === 0, bad.map((v) => v.id + " " + v.nodes.slice(0, 3).map((n) => n.html).join(" | ")).join("; ") || "0, and " + rest.length + " lesser" + rest.map((v) => " " + v.id).join(","));
};

const ordinary = async (browser) => {
  const file = path.join(report, "index.html");
  const json = JSON.parse(fs.readFileSync(path.join(report, "report.json"), "utf8"));
  check("report: smaller than 3 MB", fs.statSync(file).size < limits.bytes, fs.statSync(file).size + " bytes");
  const { page, said } = await open(browser, file);
  check("report: every row is there", (await count(page)) === json.rows.length, json.rows.length);

  // Each filter against what the JSON says.
  const marks = json.columns.map((c) => c.marks.flatMap(([mark, n]) => Array(n).fill(mark)));
  const expect = async (name, wanted) => {
    const n = json.rows.filter((r, i) => wanted(r, i)).length;
    check("filter " + name, (await count(page)) === n, n);
  };
  const clear = () => page.click("#f-clear");
  for (const field of ["kind", "component", "origin"]) {
    const values = json.rows.map((r) => r[field]);
    const value = values[Math.floor(values.length / 3)];
    await page.selectOption("#f-" + field, value);
    await expect(field + " " + value, (r) => r[field] === value);
    await clear();
  }
  for (const verdict of ["same", "differs", "not looked at"]) {
    await page.selectOption("#f-verdict", verdict);
    await expect("verdict " + verdict, (_, i) => marks.some((m) => m[i] === verdict));
    await clear();
  }
  const word = json.rows[Math.floor(json.rows.length / 2)].name;
  await page.fill("#f-q", word);
  await page.waitForTimeout(150);
  const found = await count(page);
  const least = json.rows.filter((r) => word.split(/\s+/).every((w) => r.name.toLowerCase().includes(w.toLowerCase()))).length;
  check("search " + word, found >= Math.max(1, least) && found < json.rows.length, found);
  await page.selectOption("#f-stage", json.columns[0].stage);
  check("filter stage", (await page.locator("#grid .head [role=columnheader]").count()) > 2);

  // A link reproduces the view, with the cell that was open.
  await page.locator("#grid .body .cell[data-col]").first().click();
  const subject = await page.textContent("#evidence h3 code");
  const link = await page.evaluate(() => location.href);
  const again = await open(browser, link);
  check("link reproduces the view", link.includes("#view?") && (await count(again.page)) === found && (await again.page.inputValue("#f-q")) === word, link.slice(link.indexOf("#"), link.indexOf("#") + 80));
  check("link reproduces the evidence", (await again.page.textContent("#evidence h3 code")) === subject, subject);
  await again.page.close();
  const evidence = await page.textContent("#evidence");
  for (const part of ["Claimed", "Comes from", "Verdict", "All that is known"]) check("evidence says: " + part, evidence.includes(part));
  check("evidence of a cell that was looked at shows the command", !evidence.includes("Looked at") || evidence.includes("Shows it again"));
  await shot(page, "evidence");
  await accessible(page, "report, light, with evidence");
  await clear();

  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, "light-all.png"), fullPage: true });

  // By keyboard alone.
  await page.keyboard.press("Escape");
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("/");
  check("keyboard: / goes to the search", (await focused(page)) === "f-q");
  for (let n = 0; n < 12 && (await focused(page)) !== "grid"; n++) await page.keyboard.press("Tab");
  check("keyboard: Tab comes to the matrix", (await focused(page)) === "grid");
  for (const key of ["Control+Home", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  check("keyboard: arrows move", (await page.getAttribute("#grid", "aria-activedescendant")) === "c-2-2", await page.getAttribute("#grid", "aria-activedescendant"));
  await page.keyboard.press("PageDown");
  await page.keyboard.press("Control+End");
  const last = await page.getAttribute("#grid", "aria-activedescendant");
  check("keyboard: Ctrl+End comes to the last cell, and it is drawn", last === `c-${json.rows.length - 1}-${json.columns.length + 1}` && (await page.locator("#" + last).isVisible()), last);
  await page.keyboard.press("Enter");
  check("keyboard: Enter shows the evidence", (await page.isVisible("#evidence")) && (await focused(page)) === "evidence");
  await page.keyboard.press("Escape");
  check("keyboard: Escape goes back", !(await page.isVisible("#evidence")) && (await focused(page)) === "grid");

  // On paper, and on a telephone.
  const pdf = await page.pdf({ format: "A4", printBackground: false });
  check("prints", pdf.length > 10000, pdf.length + " bytes");
  await page.setViewportSize({ width: 390, height: 800 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check("narrow: the page does not scroll sideways", wide <= 0, wide);
  await shot(page, "narrow");
  check("report: the console is silent and nothing is fetched", said.length === 0, said.join("; "));
  await page.close();

  const dark = await open(browser, file, { colorScheme: "dark" });
  if (process.env.SHOTS) await dark.page.screenshot({ path: path.join(process.env.SHOTS, "dark-all.png"), fullPage: true });
  await shot(dark.page, "dark");
  await accessible(dark.page, "report, dark");
  await dark.page.close();
  const without = await open(browser, file, { javaScriptEnabled: false });
  check("without scripts the lists and the stages are there", (await without.page.isVisible("#stages table, #stages .note")) && (await without.page.isVisible("noscript, #matrix .note")));
  await without.page.close();
};

const inert = async (browser) => {
  const { page, said } = await open(browser, hostile);
  for (const cell of await page.locator("#grid .body .cell").all()) {
    await cell.hover();
    await cell.click();
  }
  await page.locator("summary").first().click();
  for (const summary of await page.locator("summary").all()) if (await summary.isVisible()) await summary.click();
  await page.waitForTimeout(100);
  check("hostile: nothing ran", (await page.evaluate(() => window.hurt)) === undefined);
  check("hostile: no element of the host's", (await page.locator("img, body script:not(#data) + script, svg[onload], [onmouseover], [onclick], iframe").count()) === 0);
  check("hostile: it is shown as text", (await page.textContent("h1")).includes("<script>window.hurt=1</script>"));
  check("hostile: the console is silent and nothing is fetched", said.length === 0, said.join("; "));
  const refused = await page.evaluate(() => new Promise((done) => {
    document.addEventListener("securitypolicyviolation", (e) => done(e.violatedDirective));
    const script = document.createElement("script");
    script.textContent = "window.hurt = 9";
    document.body.append(script);
    setTimeout(() => done("nothing"), 500);
  }));
  check("hostile: the policy refuses a script that the page did not bring", refused.startsWith("script-src") && (await page.evaluate(() => window.hurt)) === undefined, refused);
  await shot(page, "hostile");
  await accessible(page, "hostile");
  await page.close();
};

// A page on which every part has something to show: see examples/page/whole.rs.
const whole = async (browser) => {
  const { page, said } = await open(browser, full);
  const lists = {
    undocumented: "file[/etc/motd]", stale: "sysctl -w vm.swappiness=60", differences: "file[/etc/motd]", undecided: "SVC-01", uncovered: "/old",
    "code-without-check": "clean up", "check-without-code": "net.core.somaxconn", secrets: "DB_PASSWORD",
    "left-behind": "the nodes have their own", "left-to-do": "Name a storage class",
  };
  for (const [id, word] of Object.entries(lists)) {
    const heading = page.locator("#" + id);
    const details = page.locator("#" + id + " ~ details").first();
    await details.locator("summary").click();
    const text = await details.locator(".items").innerText();
    check("list " + id, Number(await heading.locator(".count").textContent()) > 0 && text.includes(word), text.split("\n")[0].slice(0, 90));
  }
  // A line that is no longer so stands with its place, and with what the host shows instead; one that holds does not.
  const stale = await page.locator("#stale ~ details").first().locator(".items").innerText();
  check("list stale: its line, and what is so", stale.includes("runbook.md:3") && stale.includes("is 10") && !stale.includes("redis"), stale);
  const does = await page.locator("#does").innerText();
  for (const part of ["Runs all the time", "redis", "/usr/bin/redis-server, as redis", "runbook.md:8: systemctl enable redis"])
    check("what the host does: " + part, does.includes(part), does.slice(0, 300));
  const bands = await page.locator("#flow svg .band title").allTextContents();
  for (const flow of [/^runbook.md → image: 1$/, /^fabfile.py → CronJob: 1$/, /^by hand → ConfigMap: 1$|^nobody → ConfigMap: 2$/, /→ drop: the nodes have their own: 1$/])
    check("flow " + flow, bands.some((b) => flow.test(b)), bands.join("; ").slice(0, 200));
  for (const state of ["asserted", "exercised", "not-reached"]) check("coverage: " + state, (await page.locator("#coverage svg circle.s-" + state).count()) > 0);
  check("coverage: the colours are told apart in words too", (await page.textContent("#coverage svg")).includes("not reached"));
  check("drift: web-05 moved between two looks", (await page.textContent("#drift")).includes("ssh:web-05") && (await page.locator("#drift polyline").count()) > 0);
  check("kill rate by kind", /cron.*11 of 12/s.test(await page.textContent("#kills")) && (await page.locator("#kills .bar").count()) === 2);
  check("fleet: the host that differs is named", (await page.textContent("#fleet")).includes("ssh:web-05: "));
  check("a rebuild's steps stand with it", (await page.textContent("#runs")).includes("playbook: 284 tasks"));
  const stages = await page.locator("#stages tbody tr").allInnerTexts();
  check("stages: legacy hosts, rebuilt, pod", ["legacy host", "rebuilt", "pod"].every((name) => stages.some((row) => row.startsWith(name))), stages.map((row) => row.split("\t")[0]).join(", "));
  for (const verdict of ["same", "differs", "missing", "extra", "undecided", "waived", "decided away"]) {
    await page.selectOption("#f-verdict", verdict);
    check("verdict " + verdict + " has a row", (await count(page)) > 0);
  }
  // From a cell to the evidence: expected, seen, spec line, origin line, when, the command that shows it again.
  await page.selectOption("#f-verdict", "differs");
  await page.fill("#f-q", "motd].mode");
  await page.selectOption("#f-machine", "ssh:web-05");
  await page.waitForTimeout(150);
  await page.locator("#grid .body .cell[data-col]").first().click();
  const evidence = await page.locator("#evidence").innerText();
  for (const part of ["0644", "0600", "spec/web/site.yaml:5", "/etc/motd:1", "2026-01-02 10:00:00 UTC", "repot verify ssh:web-01", "-hello", "+good bye", "a greeting", "ConfigMap"])
    check("evidence: " + part, evidence.includes(part));
  // A claim on a pod is the same row as on the host: what was decided away is said there.
  await page.click("#f-clear");
  await page.fill("#f-q", "somaxconn");
  await page.waitForTimeout(150);
  check("a claim is one row from the old host to the pod", (await count(page)) === 1 && (await page.locator("#grid .body .row").innerText()).includes("decided away"));
  await shot(page, "whole");
  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, "whole-all.png"), fullPage: true });
  await accessible(page, "whole");
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  check("print: the matrix is a table, without what is as claimed everywhere", (await page.locator("#printed tr").count()) > 1 && (await page.isVisible("#printed")));
  check("print: the lists and pictures are there", (await page.isVisible("#flow svg")) && (await page.isVisible("#lists h3")) && !(await page.isVisible("#filters")));
  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, "print.png"), fullPage: true });
  check("whole: the console is silent and nothing is fetched", said.length === 0, said.join("; "));
  await page.close();
};

// Each filter as the first thing that is done on a page just opened, and after others: the median of several pages counts,
// because one of them may have waited for the machine. From the event to the drawn rows, the time of drawing included.
const fast = async (browser) => {
  const times = new Map();
  const took = (name, time) => times.set(name, [...(times.get(name) ?? []), time]);
  const steps = [["verdict", "differs"], ["verdict", ""], ["verdict", "news"], ["kind", "file"], ["verdict", "same"], ["kind", ""], ["verdict", ""], ["machine", null], ["machine", ""], ["q", "part-4999"], ["q", ""]];
  for (let n = 0; n < 5; n++) {
    const begin = Date.now();
    let session;
    const { page, said } = await open(browser, large, {}, async (page) => {
      session = await page.context().newCDPSession(page);
      await session.send("Performance.setTimeDomain", { timeDomain: "threadTicks" });
      await session.send("Performance.enable");
    });
    await page.waitForSelector("#grid .body .cell");
    took("opens", Date.now() - begin);
    const metrics = Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map((m) => [m.name, m.value * 1000]));
    took("opens, processor time", metrics.TaskDuration);
    for (const [id, value] of steps) {
      const time = await page.evaluate(([id, value]) => new Promise((done) => {
        const control = document.getElementById("f-" + id);
        const drawn = () => { document.querySelector("#grid .body").getBoundingClientRect(); done(performance.now() - begin); };
        if (id === "q") new MutationObserver(drawn).observe(document.getElementById("count"), { childList: true });
        const begin = performance.now();
        control.value = value ?? control.options[1].value;
        control.dispatchEvent(new Event(id === "q" ? "input" : "change"));
        if (id !== "q") drawn();
      }), [id, value]);
      took(id + " " + (value ?? "one") + (id === "q" ? " (60 ms pause after typing included)" : ""), time);
    }
    check("large: the console is silent", said.length === 0, said.join("; "));
    if (n === 0) await shot(page, "large");
    await page.close();
  }
  for (const [name, all] of times) {
    all.sort((a, b) => a - b);
    const [median, worst] = [all[all.length >> 1], all.at(-1)];
    const limit = name.startsWith("opens") ? limits.open : limits.filter;
    check("large: " + name + " within " + limit + " ms", median < limit, median.toFixed(0) + " ms in the median of " + all.length + ", at most " + worst.toFixed(0));
  }
  console.log("     the large page has " + Math.round(fs.statSync(large).size / 1024) + " KiB");
};

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
  console.log("Chromium " + browser.version());
  await ordinary(browser);
  if (hostile) await inert(browser);
  if (full) await whole(browser);
  if (large) await fast(browser);
  await browser.close();
  if (failures.length) { console.error(failures.length + " checks failed"); process.exit(1); }
})().catch((e) => { console.error(e); process.exit(1); });
