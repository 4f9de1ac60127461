// Opens report pages in a headless Chromium and fails where one is not as it should be:
//   node check.js DIR-OF-A-REPORT HOSTILE.html [LARGE.html]
// Pictures of every page go to the directory SHOTS, if that is set.
"use strict";
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [report, hostile, large] = process.argv.slice(2).map((p) => path.resolve(p));
const limits = { bytes: 3 * 1024 * 1024, open: 2000, filter: 100 };
const failures = [];
const check = (what, holds, seen) => {
  console.log((holds ? "ok   " : "FAIL ") + what + (seen === undefined ? "" : ": " + seen));
  if (!holds) failures.push(what);
};

const open = async (browser, address, options = {}) => {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 }, ...options });
  const said = [];
  page.on("console", (m) => said.push(m.type() + ": " + m.text()));
  page.on("pageerror", (e) => said.push(String(e)));
  page.on("dialog", (d) => { said.push("dialog: " + d.message()); d.dismiss(); });
  page.on("request", (r) => { if (!r.url().startsWith("file://") || !r.isNavigationRequest()) said.push("request: " + r.url()); });
  const address_ = address.startsWith("file:") ? address : "file://" + address;
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

const fast = async (browser) => {
  const begin = Date.now();
  const { page, said } = await open(browser, large);
  await page.waitForSelector("#grid .body .cell");
  const opened = Date.now() - begin;
  check("large: opens within " + limits.open + " ms", opened < limits.open, opened + " ms, " + (await page.textContent("#count")) + " " + Math.round(fs.statSync(large).size / 1024) + " KiB");
  // From the event to the drawn rows, the time of drawing included.
  const filter = (id, value) => page.evaluate(([id, value]) => new Promise((done) => {
    const control = document.getElementById(id);
    const begin = performance.now();
    control.value = value;
    control.dispatchEvent(new Event("change"));
    document.querySelector("#grid .body").getBoundingClientRect();
    done(performance.now() - begin);
  }), [id, value]);
  const times = [];
  for (const [id, value] of [["f-verdict", "differs"], ["f-verdict", ""], ["f-verdict", "news"], ["f-kind", "file"], ["f-verdict", "same"], ["f-kind", ""], ["f-verdict", ""]]) times.push([id, value, await filter(id, value)]);
  const machine = await page.evaluate(() => document.getElementById("f-machine").options[1].value);
  times.push(["f-machine", machine, await filter("f-machine", machine)], ["f-machine", "", await filter("f-machine", "")]);
  const search = await page.evaluate(() => new Promise((done) => {
    const control = document.getElementById("f-q");
    const seen = document.getElementById("count");
    new MutationObserver(() => done(performance.now() - begin)).observe(seen, { childList: true });
    const begin = performance.now();
    control.value = "part-4999";
    control.dispatchEvent(new Event("input"));
  }));
  times.push(["f-q", "part-4999, the pause after typing included", search]);
  const worst = Math.max(...times.map((t) => t[2]));
  check("large: filters within " + limits.filter + " ms", worst < limits.filter, times.map(([id, v, t]) => id.slice(2) + (v ? " " + v : "") + " " + t.toFixed(0) + " ms").join(", "));
  check("large: the console is silent", said.length === 0, said.join("; "));
  await shot(page, "large");
  await page.close();
};

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
  console.log("Chromium " + browser.version());
  await ordinary(browser);
  if (hostile) await inert(browser);
  if (large) await fast(browser);
  await browser.close();
  if (failures.length) { console.error(failures.length + " checks failed"); process.exit(1); }
})().catch((e) => { console.error(e); process.exit(1); });
