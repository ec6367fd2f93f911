// SPDX-License-Identifier: Apache-2.0
// Opens a report in headless Chromium and uses it as a person does. Prints one line per check, exits 1 if one fails.
// usage: node browser_test.mjs example.html [screenshot-folder]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const page_url = pathToFileURL(resolve(process.argv[2])).href;
const shots = process.argv[3];
let failed = 0;
const check = (what, holds) => {
  console.log((holds ? "ok    " : "WRONG ") + what);
  failed += holds ? 0 : 1;
};

const profile = mkdtempSync(join(tmpdir(), "kwdiag-browser-"));
const launch = (options) => chromium.launchPersistentContext(profile, {
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
  viewport: { width: 1280, height: 900 },
  ...options,
});

const open = async (context) => {
  const page = await context.newPage();
  const trouble = [];
  page.on("console", (message) => trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("dialog", async (dialog) => { trouble.push("dialog " + dialog.message()); await dialog.dismiss(); });
  page.on("request", (request) => {
    if (!request.url().startsWith("file:") && !request.url().startsWith("data:")) {
      trouble.push("request " + request.url());
    }
  });
  await page.goto(page_url);
  return { page, trouble };
};
const shown = (page) => page.locator("article.finding:visible").count();

try {
  let context = await launch({ colorScheme: "light" });
  const { page, trouble } = await open(context);
  check("all three findings are shown", await shown(page) === 3);
  check("a log line with <script> stays text",
    (await page.locator("#findings pre", { hasText: "E0102 <script>alert(3)</script> </pre></details>" }).count()) === 1);
  check("markup in a message stays text",
    (await page.locator(".message", { hasText: "The line <script>alert(1)</script> came 900 times." }).count()) === 1);

  await page.fill("#filter-text", "vxlan0 VNI");
  check("searching keeps what holds all words", await shown(page) === 1);
  check("and says how many", (await page.textContent("#filter-count")) === "1 of 3 findings");
  await page.fill("#filter-text", "no such thing at all");
  check("searching for nothing there shows nothing", await shown(page) === 0);
  await page.fill("#filter-text", "");
  await page.uncheck("#filter-critical");
  check("a finding stays for a warning that it explains", await shown(page) === 3);
  await page.uncheck("#filter-warning");
  check("severities can be left out", await shown(page) === 1);
  await page.check("#filter-critical");
  await page.check("#filter-warning");
  await page.selectOption("#filter-area", "logs");
  check("an area can be chosen", await shown(page) === 1);
  await page.selectOption("#filter-area", "");
  check("all come back", await shown(page) === 3);

  const width = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
  check("the page is not wider than the window", width);
  if (shots) {
    await page.screenshot({ path: join(shots, "report-light.png"), fullPage: true });
  }
  await page.emulateMedia({ media: "print" });
  check("the filter is not printed", !(await page.isVisible("#filter")));
  await page.emulateMedia({ media: "screen", colorScheme: "dark" });
  const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  check("dark is dark", dark === "rgb(20, 23, 27)");
  if (shots) {
    await page.screenshot({ path: join(shots, "report-dark.png"), fullPage: true });
  }
  check("nothing on the console, no dialog, no request: " + trouble.join("; "), trouble.length === 0);
  await context.close();

  context = await launch({ javaScriptEnabled: false });
  const plain = await open(context);
  check("with scripts off all findings are shown", await shown(plain.page) === 3);
  check("with scripts off there is no dead filter", !(await plain.page.isVisible("#filter")));
  check("with scripts off evidence is readable",
    await plain.page.locator("pre", { hasText: "IsolationId" }).first().isVisible());
  await context.close();
} finally {
  rmSync(profile, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
