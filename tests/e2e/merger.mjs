/* merger: a map of the demonstration's town, and an event of its wards entered, checked, saved and
 * taken back, in a browser without scripts.
 *
 *     node merger.mjs GIAOBAN PACKAGES SHOTS
 *
 * Then the pages of both at two widths, light and dark, with axe. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, load, open, overflow, serve } from "./browser.mjs";
import { newPlace, onPostgres } from "./place.mjs";

const [program, packages, shots] = process.argv.slice(2);
const place = await newPlace();
const data = place.data;
const env = { ...process.env, GIAOBAN_LANG: "vi", GIAOBAN_DATA: data };
const problems = [];
const told = (ok, what) => ok || problems.push(what);
const run = (...words) => execFileSync(program, words, { encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"] });

mkdirSync(shots, { recursive: true });
const password = run("init", data, "--demo").match(/minh họa: (\S+)/)[1];

/* Twelve of the thirteen wards of 2024 as squares side by side; the thirteenth has no boundary. */
const wards = ["12103", "12106", "12109", "12112", "12115", "12118", "12121", "12124", "12127", "12130", "12133", "12136"];
const square = (code, i) => {
  const w = 106 + 0.1 * (i % 4), s = 20.9 + 0.1 * Math.floor(i / 4);
  return { type: "Feature", properties: { ma: code }, geometry: { type: "Polygon",
    coordinates: [[[w, s], [w + 0.1, s], [w + 0.1, s + 0.1], [w, s + 0.1], [w, s]]] } };
};
const folder = mkdtempSync(join(tmpdir(), "giaoban-map-"));
writeFileSync(join(folder, "m.geojson"), JSON.stringify({ type: "FeatureCollection", features: wards.map(square) }));
run("import", "boundaries", join(folder, "m.geojson"), "--from", "2024-01-01", "--columns", "code=ma");
rmSync(folder, { recursive: true, force: true });
const uid = (unit) => run("table", "--format", "csv", "--indicator", "KT03", "--unit", unit, "--period", "2024-Q1").split("\n")[1].match(/[A-Za-z][A-Za-z0-9]{10}/)[0];
const town = uid("328");

const { server, origin } = await serve(program, data, env);

const { chromium, axe } = load(packages);
const browser = await open(chromium, { viewport: { width: 1366, height: 768 } });
const signIn = async (page) => {
  await page.goto(`${origin}/sign-in`);
  await page.fill("#login", "quantri");
  await page.fill("#password", password);
  await page.press("#password", "Enter");
  await page.waitForURL(`${origin}/`);
};

/* ---- without scripts ---- */

const plain = await open(chromium, { viewport: { width: 1366, height: 900 }, javaScriptEnabled: false });
const page = await plain.context.newPage();
page.setDefaultTimeout(20000);
await signIn(page);
await page.goto(`${origin}/events/new`);
const text = async (selector) => (await page.locator(selector).allInnerTexts()).map((t) => t.replaceAll("\u00a0", " "));
await page.fill("[name=day]", "01/01/2028");
await page.fill('[name="old.0"]', "12103");
await page.fill('[name="old.1"]', "12127");
await page.fill('[name="new.0.name"]', "Phường Thử Nghiệm");
await page.fill('[name="new.0.code"]', "12133");
await page.selectOption('[name="new.0.kind"]', "ward");
await page.click("button[value=check]");
told((await text(".checks .is-miss")).some((t) => t.includes("12133")), "a code that somebody else bears was not refused");
told(await page.locator("button[value=save]").count() === 0, "an event with a mistake can be saved");
await page.fill('[name="new.0.code"]', "12103");
await page.fill('[name="new.1.unit"]', "12133");
await page.click("button[value=check]");
await page.fill('[name="people.0.0"]', "3/20");
await page.fill('[name="people.0.1"]', "0,84");
await page.uncheck('[name="edge.1.1"]');
await page.click("button[value=check]");
told((await text(".checks .is-miss")).some((t) => t.includes("0,99")), "shares of 0.99 in all were not refused");
await page.fill('[name="people.0.1"]', "0,85");
await page.fill("[name=decision]", "1/NQ");
await page.click("button[value=check]");
told((await text(".trees li.gone")).length === 2, "two wards end");
told((await text(".trees li.fresh")).join().includes("Phường Thử Nghiệm"), "the new ward is not shown");
await page.screenshot({ path: join(shots, "merger-checked.png"), fullPage: true });
await page.click("button[value=save]");
await page.waitForURL(`${origin}/events`);
told((await text("tbody tr:first-child")).join().toLowerCase().includes("phường thử nghiệm"), "the event is not on the list");
told(run("table", "--format", "csv", "--indicator", "KT03", "--unit", "12103", "--period", "2028-Q1").includes("12103"), "the new ward has no table");
await page.locator("tbody tr:first-child a").last().click();
await page.screenshot({ path: join(shots, "merger-undo.png") });
await page.click("form.step button");
await page.waitForURL(`${origin}/events`);
told(!(await text("tbody")).join().includes("Thử Nghiệm"), "the event that was taken back is still there");

/* ---- the map ---- */

const map = `/units/${town}/map?indicator=KT03&period=2024-Q1`;
await page.goto(origin + map);
told(await page.locator(".only-wide .chart-map a").count() === 12, "twelve areas lead to their units");
told((await text("tbody .tag")).some((t) => t.includes("không có ranh giới")), "the ward without a boundary is not named");
told(await page.locator("tbody tr").count() === 13, "the table has thirteen wards");
await plain.close();

/* ---- every page, two widths, light and dark ---- */

const look = await browser.context.newPage();
look.on("console", (m) => m.type() === "error" && problems.push(`console: ${m.text()}`));
await signIn(look);
const paths = [map, `/units/${town}/map?show=status&period=2024-Q1`, "/events", "/events/new", "/events/open", "/units"];
for (const [i, path] of paths.entries())
  for (const width of onPostgres ? [1366] : [1366, 360])
    for (const scheme of onPostgres ? ["light"] : ["light", "dark"]) {
      const name = `merger-${i}-${width}-${scheme}`;
      await look.setViewportSize({ width, height: width === 360 ? 740 : 768 });
      await look.emulateMedia({ colorScheme: scheme });
      const answer = await look.goto(origin + path);
      told(answer.ok(), `${name}: ${path} answers ${answer.status()}`);
      await look.evaluate(() => document.fonts.ready);
      const wide = await overflow(look);
      told(wide <= 0, `${name}: scrolls sideways by ${wide} px`);
      if (!onPostgres) for (const l of await check(look, axe)) problems.push(`${name}: ${l}`);
      await look.screenshot({ path: join(shots, `${name}.png`), fullPage: width === 360 });
    }

await browser.close();
server.kill("SIGTERM");
if (server.exitCode === null) await new Promise((gone) => server.once("exit", gone));
await place.end();
for (const l of [...new Set(problems)]) console.log(l);
console.log(`${problems.length} problems; pictures in ${shots}`);
process.exit(problems.length ? 1 : 0);
