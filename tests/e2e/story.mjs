/* story: a quarter's report from clerk to leader, in a browser, on the demonstration.
 *
 *     node story.mjs GIAOBAN PACKAGES SHOTS
 *
 * Three reports of Mỹ Hào's first quarter of 2024 were reopened, two of them are back. The clerk of
 * the third fills a body's lines by keyboard alone, meets an error and mends it; checker and signer
 * send; the compiler sees 13/13, returns one report with a reason on one cell and approves the
 * others; the leader's scoreboard has moved. Then each kind of person's pages at two widths, light
 * and dark, with axe. */
import { join } from "node:path";
import { check, overflow } from "./browser.mjs";
import { begin } from "./demo.mjs";
import { onPostgres } from "./place.mjs";

const { shots, problems, told, origin, axe, page, signIn, end } = await begin();
page.on("console", (m) => m.type() === "error" && problems.push(`console: ${m.text()}`));
const shot = (name) => page.screenshot({ path: join(shots, `story-${name}.png`) });
const press = async (...keys) => { for (const k of keys) await page.keyboard.press(k); };
/* Reaches a control with Tab alone, as somebody without a mouse. */
async function tab(selector) {
  for (let i = 0; i < 400; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((s) => document.activeElement && document.activeElement.matches(s), selector))
      return;
  }
  throw new Error(`Tab does not reach ${selector}`);
}
async function saved() {
  await page.waitForFunction(() => /^Đã lưu/.test(document.getElementById("saved").textContent.trim()));
}
async function step(name, values = {}) {
  await page.goto(`${await address()}/${name}`);
  for (const [k, v] of Object.entries(values)) await page.fill(`#${k}`, v);
  await page.click("button.main");
  await page.waitForURL((u) => !u.pathname.endsWith(name));
}
let where = "";
const address = async () => where;
const line = (score) => score.locator("tr", { hasText: "60% số hộ phân loại" }).locator("td.actual").first().innerText();

/* The leader, before. */
await signIn("lanhdao.328");
await page.goto(`${origin}/scoreboard`);
const board = new URL(await page.locator(".tally a").first().getAttribute("href"), origin).pathname;
const town = board.split("/")[2];
const score = `${origin}/units/${town}/scoreboard?period=2024-Q1`;
await page.goto(score);
const before = await line(page);

/* The clerk: from the start page into the grid, by keyboard alone. */
await signIn("nhap.12103");
await shot("clerk-start");
const job = page.locator('.job a[href*="/reports/DU-Q/"]').first();
told(await job.count(), "the clerk's start page does not show the report");
await tab('.job a[href*="/reports/DU-Q/"]');
await press("Enter");
await page.waitForURL(/\/reports\/DU-Q\//);
where = page.url();
const began = Date.now();
await tab("#n14");
await page.keyboard.type("4210");
await press("Enter");
await page.keyboard.type("9999");
await press("Enter");
await saved();
await page.waitForSelector("tr#row-n15.wrong");
await shot("clerk-error");
told((await page.locator("#n15-says").innerText()).trim().length > 10, "the error has no words");
await press("ArrowUp");
await page.keyboard.type("4168");
await press("Enter");
await page.keyboard.type("3000");
await press("Enter");
await page.waitForSelector("tr#row-n15:not(.wrong)");
await page.waitForFunction(() => document.activeElement.id === "n19");
await press("k");
await saved();
await tab("#n32");
await press("k", "ArrowDown");
await saved();
await shot("clerk-mended");
await page.waitForFunction(() => !document.querySelector("#trouble .message"));
told(Date.now() - began < 180000, "entering took longer than three minutes");
await tab('button[value="done.UBND"]');
await press("Enter");
await page.waitForSelector('button[value="undone.UBND"]');
told((await page.inputValue("#n17")).replace(/\./g, "") === "3000", "a saved cell is not there after a reload");
await tab('button[value="check"]');
await press("Enter");
await page.waitForURL(/\/check$/);
await shot("clerk-check");
await tab("button.main");
await press("Enter");
await page.waitForURL(where);
told(await page.locator("input.cell").count() === 0, "a report handed on can still be typed into");

await signIn("kiemtra.12103");
await shot("checker-start");
await step("to_sign");
await signIn("ky.12103");
await shot("signer-start");
await step("submit", { number: "21-BC/ĐU", day: "25/03/2024" });
await shot("signer-sent");

/* The compiler: 13/13; one returned with a reason on one cell, the rest approved. */
await signIn("tonghop.328");
const reports = `${origin}/board/DU-Q?unit=${town}&period=2024-Q1`;
await page.goto(reports);
told((await page.locator(".lead").innerText()).replace(/\s/g, "") === "13/13", "the compiler does not see 13/13");
await shot("compiler-board");
const other = await page.locator("tr", { hasText: "Phan Đình Phùng" }).locator("td.now a").getAttribute("href");
await page.goto(`${origin}${other}/return`);
const mark = page.locator("tr", { hasText: "Số hộ trên địa bàn" });
await mark.locator('input[type="checkbox"]').check();
await mark.locator('input[type="text"]').fill("Khác số của công an, đối chiếu lại");
await page.fill("#reason", "Đối chiếu lại số hộ");
await shot("compiler-return");
await page.click("button.main");
await page.waitForURL(`${origin}${other}`);
await page.goto(reports);
told(await page.locator('input[name^="pick."]').count() === 2, "the returned report can be approved, or the others cannot");
await page.click("button.main");
await page.waitForSelector(".message.done");
await shot("compiler-approved");

/* The leader: the scoreboard has moved, and the figure leads down to the entry. */
await signIn("lanhdao.328");
await page.goto(score);
const after = await line(page);
told(before !== after, `the leader's scoreboard has not moved: ${before} is still ${after}`);
await shot("leader-scoreboard");
await page.locator("tr", { hasText: "60% số hộ phân loại" }).locator("td.actual a").first().click();
await page.waitForURL(/\/indicators\//);
await shot("leader-indicator");

/* Each kind of person, two widths, light and dark; on PostgreSQL once, since the pages are the same
 * (tests/cli/test_postgres.py compares them). */
const people = [["nhap.12103", ["/", where.slice(origin.length)]], ["kiemtra.12103", ["/", "/me"]], ["ky.12103", ["/"]],
  ["tonghop.328", ["/", reports.slice(origin.length), other]], ["giamsat.328", ["/", `/units/${town}`]], ["quantri", ["/units", "/search?q=ban yen"]],
  ["lanhdao.328", ["/", score.slice(origin.length), `/units/${town}/brief?period=2024-Q1`, `/indicators/MT04?unit=${town}&period=2024-Q1`]]];
for (const [login, paths] of people) {
  await signIn(login);
  for (const [i, path] of paths.entries())
    for (const width of onPostgres ? [1366] : [1366, 360])
      for (const scheme of onPostgres ? ["light"] : ["light", "dark"]) {
        const name = `${login}-${i}-${width}-${scheme}`;
        await page.setViewportSize({ width, height: width === 360 ? 740 : 768 });
        await page.emulateMedia({ colorScheme: scheme });
        const answer = await page.goto(origin + path);
        told(answer.ok(), `${name}: ${path} answers ${answer.status()}`);
        await page.evaluate(() => document.fonts.ready);
        const wide = await overflow(page);
        told(wide <= 0, `${name}: scrolls sideways by ${wide} px`);
        if (!onPostgres) for (const l of await check(page, axe)) problems.push(`${name}: ${l}`);
        await page.screenshot({ path: join(shots, `${name}.png`), fullPage: width === 360 });
      }
  await page.setViewportSize({ width: 1366, height: 768 });
}

await end(`${before} became ${after}`);
