/* Lighthouse's judgement of one page: `node lighthouse.mjs '{"browser": …, "url": …, "cookies": […], "throttling": …}'`.
   It prints scores and findings as JSON, with the page that was really there in the end. */
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const asked = JSON.parse(process.argv[2]);
const browser = await puppeteer.launch({
  executablePath: asked.browser,
  headless: "shell",
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
});
try {
  const page = await browser.newPage();
  await page.setCookie(...asked.cookies);
  const { lhr } = await lighthouse(
    asked.url,
    {
      onlyCategories: ["performance", "accessibility", "best-practices"],
      throttlingMethod: asked.throttling,
      disableStorageReset: true,
    },
    undefined,
    page,
  );
  const findings = Object.values(lhr.categories).flatMap((category) =>
    category.auditRefs
      .filter((ref) => ref.weight > 0 && lhr.audits[ref.id].score !== null && lhr.audits[ref.id].score < 1)
      .map((ref) => `${category.id}: ${lhr.audits[ref.id].title} ${lhr.audits[ref.id].displayValue ?? ""}`.trim()),
  );
  const scores = Object.fromEntries(
    Object.values(lhr.categories).map((category) => [category.id, Math.round((category.score ?? 0) * 100)]),
  );
  const seen = await page.evaluate(() => document.querySelector("main")?.dataset.page ?? "");
  const largest = lhr.audits["largest-contentful-paint"].numericValue / 1000;
  console.log(JSON.stringify({ scores, findings, seen, largest, error: lhr.runtimeError?.message ?? "" }));
} finally {
  await browser.close();
}
