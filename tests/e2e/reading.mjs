/* reading: how figures are read, by keyboard and on paper, on the demonstration.
 *
 *     node reading.mjs GIAOBAN PACKAGES SHOTS
 *
 * A leader opens an indicator, goes through its chart with the arrow keys, changes to the units of a
 * day through the line under the headline, and finds that reading again on the unit's page, its
 * scoreboard and the file behind it; a bad day is refused with words. Every page of hers is printed:
 * one width of A4, no masthead, the line that says what the sheet knows. */
import { join } from "node:path";
import { check, overflow } from "./browser.mjs";
import { begin } from "./demo.mjs";

const { shots, problems, told, origin, axe, page, signIn, end } = await begin();
await signIn("lanhdao.328");

await page.goto(`${origin}/indicators/MT05?period=2024-Q1`);
const shown = page.locator("svg.chart-bars").first();
const tip = page.locator(".tip");

/* A chart takes the focus by Tab, its parts speak by the arrow keys, Escape hides what is shown. */
for (let i = 0; i < 200 && !(await page.evaluate(() => document.activeElement.matches("svg.chart-bars"))); i++)
  await page.keyboard.press("Tab");
told(await shown.evaluate((x) => x === document.activeElement), "the bars cannot be reached by Tab");
await page.keyboard.press("ArrowDown");
const first = await tip.textContent();
await page.keyboard.press("ArrowDown");
const second = await tip.textContent();
await page.keyboard.press("End");
const last = await tip.textContent();
const rows = page.locator("table.league tbody tr");
for (const [words, row] of [[first, rows.first()], [second, rows.nth(1)], [last, rows.last()]]) {
  const figure = (await row.locator("td.actual").innerText()).replace(/\s/g, "");
  told(words.includes(figure), `by keyboard the chart says "${words}", its table ${figure}`);
}
told(await tip.getAttribute("aria-live") === "polite", "what the keys show is not told to those who hear");
await page.screenshot({ path: join(shots, "reading-tip.png") });
await page.keyboard.press("Escape");
told(await tip.isHidden(), "Escape does not hide the tip");

/* The reading: a day typed into the line under the headline, then links. */
told(await page.locator(".how").count() === 0, "the ordinary reading is announced as another one");
await page.locator(".choice summary", { hasText: "tại thời điểm đó" }).click();
await page.fill('form.day input[name="reading"]', "2024-01-01");
await page.locator('form.day:has(input[name="reading"]) button').click();
await page.waitForURL(/reading=2024-01-01/);
told((await page.locator(".how").innerText()).includes("01/01/2024"), "the head does not say the day");
told(page.url().includes("period=2024-Q1"), "the form of the day lost the period");
await page.screenshot({ path: join(shots, "reading-day.png") });
await page.locator(".crumb a").first().click();
await page.waitForURL(/\/units\/[^/]+\?reading=2024-01-01/);
const unit = new URL(page.url()).pathname;
await page.locator('a.button[href*="/scoreboard"]').click();
await page.waitForURL(/\/scoreboard\?reading=2024-01-01/);
const file = await page.locator('.tools a[href*="scoreboard.csv"]').getAttribute("href");
told(file.includes("reading=2024-01-01"), "the file behind the page has another reading");
const answer = await page.request.get(origin + file);
told(answer.ok() && /as-of-2024-01-01/.test(answer.headers()["content-disposition"]),
  "the file does not say how it was read");
for (const l of await check(page, axe)) problems.push(`another reading: ${l}`);
await page.locator(".how .back").click();
await page.waitForURL((url) => !url.search.includes("reading="));

const bad = await page.goto(`${origin}${unit}?known=31/02/2024`);
told(bad.status() === 400 && (await page.locator("main").innerText()).includes("31/02/2024"),
  "a day that is none is not refused by name");

/* On a phone no menu leaves the window. */
await page.setViewportSize({ width: 360, height: 740 });
await page.goto(`${origin}${unit}/scoreboard?period=2024-Q1`);
for (const choice of await page.locator(".choice summary").all()) {
  await choice.click();
  const box = await page.locator(".choice[open] .menu").boundingBox();
  told(box.x >= 0 && box.x + box.width <= 360 && await overflow(page) <= 0,
    `on a phone the menu "${await choice.innerText()}" leaves the window`);
  await choice.click();
}

/* Paper. */
const pages = [`/indicators/MT05?period=2024-Q1`, `${unit}`, `${unit}/scoreboard?period=2024-Q1&reading=as-is`,
  `${unit}/brief?period=2024-Q1`, "/board/DU-Q?period=2024-Q1"];
for (const [i, path] of pages.entries()) {
  await page.emulateMedia({ media: null });
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto(origin + path);
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 1039, height: 700 }); /* A4 across, less its margins */
  told(await page.locator(".masthead").isHidden(), `${path}: the masthead is printed`);
  told(await page.locator(".letterhead").first().isVisible(), `${path}: the sheet does not say whose it is`);
  told(/lần ghi số \d/.test(await page.locator("body > .on-paper").innerText()),
    `${path}: the sheet does not say what it knows`);
  told(await overflow(page) <= 0, `${path}: is wider than the sheet`);
  await page.pdf({ path: join(shots, `reading-${i}.pdf`), preferCSSPageSize: true });
}

await end();
