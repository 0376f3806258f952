// Days around today, as Japan counts them: a test that named its days would end with them.
const began = Date.now();

/** The day so many days from today: "2026-11-24". */
export const day = (from) => new Date(began + (9 + 24 * from) * 3_600_000).toISOString().slice(0, 10);

/** The same as papers have it: "令和8年11月24日". */
export function wareki(day) {
  const [year, month, date] = day.split("-").map(Number);
  return `令和${year - 2018}年${month}月${date}日`;
}

export const today = day(0);
/** The day before the request: its document's. */
export const written = day(-1);
/** What the cameras recorded. */
export const footage = day(-2);
export const due = day(66);

/** The fiscal year of today, which begins in April. */
export const fiscalYear = `令和${Number(today.slice(0, 4)) - 2018 - (today.slice(5) < "04-01" ? 1 : 0)}年度`;
