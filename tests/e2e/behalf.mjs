/* behalf: entering for another unit, where a figure then leads, and where one is signed in.
 *
 *     node behalf.mjs GIAOBAN PACKAGES SHOTS
 *
 * The compiler of the town enters one line for Bần Yên Nhân with what that rests on. Its clerk reads
 * who did it, hands the report on, it is checked and signed; the leader follows the figure down to
 * the compiler, the basis and the signer. On paper a number without the mark is no estimate. The
 * clerk, signed in twice, ends the other session. */
import { join } from "node:path";
import { check, open, overflow } from "./browser.mjs";
import { begin } from "./demo.mjs";

const { shots, problems, told, password, origin, chromium, axe, page, signIn, end } = await begin();

/* A press that leads to another page, until that has come. */
const press = (where) => Promise.all([page.waitForEvent("load"), where.click()]);

async function looksWell(name) {
  for (const width of [1366, 360]) {
    await page.setViewportSize({ width, height: 768 });
    told(await overflow(page) <= 0, `${name} scrolls sideways at ${width}`);
    await page.screenshot({ path: join(shots, `behalf-${name}-${width}.png`) });
  }
  await page.setViewportSize({ width: 1366, height: 768 });
  for (const found of await check(page, axe)) problems.push(`${name}: ${found}`);
}

/* ---- the compiler enters for the unit ---- */
await signIn("tonghop.328");
await page.goto(`${origin}/board/DU-Q`);
const report = await page.locator('a[href^="/reports/DU-Q/"]').first().getAttribute("href");
await page.goto(origin + report);
told((await page.locator(".message.behalf h2").innerText()).startsWith("Nhập thay"), "the compiler is not told for whom he enters");
const row = page.locator('tr:has(th:text-is("Số hộ nghèo"))');
const kept = page.waitForResponse((r) => r.url().endsWith("/cell") && r.ok());
await row.locator("input.cell").fill("37");
await row.locator("input.cell").press("Tab");
await kept;
await page.reload();
told(await page.locator(".message.behalf.doubt").count() === 1, "nothing asks for the basis that is missing");
told(await row.locator("th .tag").innerText() === "Nhập thay", "the cell is not marked");
told(await page.locator("th .tag.behalf").count() === 1, "cells of the unit's own are marked, too");
await page.fill("#basis", "theo điện thoại ngày 24/3/2024");
await press(page.locator('button[value="save"]'));
told(await page.locator(".message.behalf.doubt").count() === 0, "the basis is asked for again");
told(await page.inputValue("#basis") === "theo điện thoại ngày 24/3/2024", "the basis is not kept");
await looksWell("compiler");

/* ---- the unit reads it and sends its report ---- */
await signIn("nhap.12103");
await page.goto(origin + report);
const message = await page.locator(".message.behalf").innerText();
told(message.includes("Chuyên viên Văn phòng Thị ủy Mỹ Hào") && message.includes("theo điện thoại ngày 24/3/2024"),
  `the clerk reads "${message}"`);
told(await page.locator("#basis").count() === 0, "the clerk is asked on what his own figures rest");
told((await page.locator(".happened").innerText()).includes("theo điện thoại ngày 24/3/2024"), "the history has no basis");

await page.emulateMedia({ media: "print" });
const estimates = await page.locator("label.est").evaluateAll((all) => all.filter((x) => x.offsetParent && !x.querySelector("input").checked).length);
told(estimates === 0, `${estimates} numbers without the mark are printed as estimates`);
await page.emulateMedia({ media: null });

for (const box of await page.locator('tr:has(input.cell) input[name^="nil."]').all())
  if ((await box.evaluate((x) => x.closest("tr").querySelector("input.cell").value)) === "0") await box.check();
await press(page.locator('button[value="check"]'));
await press(page.locator("main form button.main"));
for (const [login, step] of [["kiemtra.12103", "to_sign"], ["ky.12103", "submit"]]) {
  await signIn(login);
  await page.goto(`${origin}${report}/${step}`);
  await press(page.locator("main form button.main"));
  told(!(await page.locator(".message.wrong").count()), `${step} is refused: ${await page.locator("main").innerText()}`);
}

/* ---- the leader follows the figure down ---- */
const unit = report.split("/")[3];
await signIn("lanhdao.328");
await page.goto(`${origin}/indicators/AS01?unit=${unit}&period=2024-Q1&state=provisional`);
const origins = await page.locator("main").innerText();
for (const part of ["37", "Chuyên viên Văn phòng Thị ủy Mỹ Hào nhập lúc", "Nhập thay đơn vị, theo điện thoại ngày 24/3/2024",
  "Bí thư Đảng ủy phường Bần Yên Nhân gửi báo cáo lúc"])
  told(origins.includes(part), `the figure does not lead to "${part}"`);
await looksWell("figure");

/* ---- two sessions of one person ---- */
const elsewhere = await open(chromium);
const other = await elsewhere.context.newPage();
await other.goto(`${origin}/sign-in`);
await other.fill("#login", "nhap.12103");
await other.fill("#password", password);
await Promise.all([other.waitForURL(`${origin}/`), other.keyboard.press("Enter")]);
await signIn("nhap.12103");
await page.goto(`${origin}/me`);
const sessions = page.locator("form[action^='/me/sign-out/']");
const before = await sessions.count();
await looksWell("me");
await press(sessions.first().locator("button"));
told(await sessions.count() === before - 1, "the session that was ended is still listed");
while (await sessions.count()) await press(sessions.first().locator("button"));
await other.goto(`${origin}/board`);
told(other.url().includes("/sign-in"), "the ended session still opens pages");
await page.goto(`${origin}/board`);
told(!page.url().includes("/sign-in"), "the own session ended with the others");
await elsewhere.close();

await end();
